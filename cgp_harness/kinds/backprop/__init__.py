"""Backpropagation on graphs of expressions: a class with `forward` and `backward`."""
