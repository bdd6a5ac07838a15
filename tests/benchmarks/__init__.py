"""Benchmarks: commands that measure and print, never tests that fail on a busy machine.

`python -m tests.benchmarks` lists them; each is a module here with a `measure` function.
"""
