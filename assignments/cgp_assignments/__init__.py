"""Assignments as data, a folder each: assignment.toml, handout.md, starter.py, examples/."""
