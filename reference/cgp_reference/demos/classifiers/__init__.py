"""Demos of classifiers: one neuron, several, beside torch.nn, and by the Jacobian."""
