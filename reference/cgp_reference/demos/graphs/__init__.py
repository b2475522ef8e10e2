"""Demos of graphs as Autograd has them: made once or for each batch, of operators, beside torch."""
