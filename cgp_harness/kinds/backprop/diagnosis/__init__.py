"""Which known mistakes a backpropagation makes."""
