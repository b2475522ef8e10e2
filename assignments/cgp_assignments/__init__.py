"""Assignments as data: one folder each, with `assignment.toml`, `handout.md`, `starter.py`, `examples/`."""
