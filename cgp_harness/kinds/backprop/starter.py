"""A backpropagation to begin with."""

from cgp_harness.kind import Starter

STARTER = Starter('''\
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
''', registers="graph")
