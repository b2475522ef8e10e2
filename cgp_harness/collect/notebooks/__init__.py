"""Notebooks as Python files."""
