"""The shared helper of the course; CONTRIBUTING.md says under *The house* what each part is for."""
