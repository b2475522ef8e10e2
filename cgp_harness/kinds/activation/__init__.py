"""Activations: a function of an array that returns its value and its derivative."""
