"""Known mistakes in backpropagation."""
