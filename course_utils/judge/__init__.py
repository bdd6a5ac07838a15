"""Exercises that answer back: the engine, and one module of exercises for each chapter."""
