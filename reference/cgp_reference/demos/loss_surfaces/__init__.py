"""Demos on losses of two parameters, which can be drawn: one neuron, batches, the ravine."""
