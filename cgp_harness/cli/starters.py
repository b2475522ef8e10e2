"""What `cgp new` writes: of each kind a plugin that loads, and is right for what it does."""

from __future__ import annotations

from collections.abc import Mapping

OPTIMIZER = '''\
"""A step-size rule to begin with: change the name, the state and the equations."""

from cgp_harness import optimizer


# State: one value per parameter, kept for you. It begins as said here.
@optimizer(previous=0)
def mean_of_two(g, previous, lr=1e-3):
    # g is the gradient; add an argument k to get the step number 1, 2, …, and p to get the value
    # that the parameter has before this step, for reading only.
    # All other arguments are hyperparameters with their defaults.
    step = lr * (g + previous) / 2
    # First the step to subtract from the parameter, then the new state.
    return step, g
'''
AUTOGRAD = '''\
"""A Function of Autograd to begin with: change the name, forward and backward."""

import torch

from cgp_harness import autograd_function


@autograd_function("cube")
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        # x is a tensor of any shape. What backward needs is saved here, not in ctx.x.
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        # g is the gradient of the loss for the output; return one for each input of forward.
        (x,) = ctx.saved_tensors
        return g * 3 * x**2
'''
ACTIVATION = '''\
"""An activation to begin with: change the name, the value and the derivative."""

from cgp_harness import activation


@activation("square")
def square(x):
    # x is an array of float64, of one or more axes, read-only: write y = x * 2, not x *= 2.
    # Treat every number in it alike, and alone.
    value = x * x
    # The derivative of the value, at x itself.
    derivative = 2 * x
    return value, derivative
'''
BACKPROP = '''\
"""Backpropagation to begin with: right for one node that is a sum, such as xw=ab+xa."""

from cgp_harness import backprop


@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        # values: a number for every input and parameter, by name.
        values, partials = dict(values), {}
        for node in graph.nodes:  # each comes after those that it depends on
            values[node.name] = node.value(values)
            # The derivative of this node for every name in its own expression: of a sum it is 1.
            partials[node.name] = dict.fromkeys((*node.arguments, *node.parameters), 1.0)
        return values, partials

    @staticmethod
    def backward(graph, partials, errors):
        # errors: the derivative of the loss for every output of the graph, by name. Nothing comes
        # back through further nodes yet.
        gradients = dict.fromkeys(graph.parameters, 0.0)
        for node in graph.nodes:
            for name in node.parameters:
                gradients[name] += errors.get(node.name, 0.0) * partials[node.name][name]
        return gradients
'''
STARTERS: Mapping[str, str] = {
    "optimizer": OPTIMIZER, "autograd": AUTOGRAD, "activation": ACTIVATION, "backprop": BACKPROP,
}
"""Kind -> the text of the file."""
TO_RENAME: Mapping[str, str] = {
    "optimizer": "mean_of_two", "autograd": "cube", "activation": "square"}
"""The names of the starters that no homework asks for."""
