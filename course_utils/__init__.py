"""Small helpers for the notebooks of the course; import each from the module where it lives."""
