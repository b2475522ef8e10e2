"""Paired statistics over seeds, and the curves that show them."""
