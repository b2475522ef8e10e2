"""The checks of a backpropagation, one a file."""
