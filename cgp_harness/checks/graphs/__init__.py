"""Checks of backpropagation on graphs of expressions."""
