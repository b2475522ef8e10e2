"""How a backpropagation is called. Runs in the worker."""
