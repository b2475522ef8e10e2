"""Formats that fill one column of a list which the instructor took from another system."""
