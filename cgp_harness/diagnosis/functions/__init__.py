"""Known mistakes in autograd functions."""
