"""Subclasses of `torch.autograd.Function`."""
