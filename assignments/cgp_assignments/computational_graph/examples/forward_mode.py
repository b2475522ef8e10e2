"""Right: goes through the graph forwards, once for each parameter."""

from cgp_harness import backprop


@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        values, partials, delta = dict(values), {}, 1e-6
        for node in graph.nodes:
            partials[node.name] = {}
            for name in node.arguments + node.parameters:
                more = node.value({**values, name: values[name] + delta})
                less = node.value({**values, name: values[name] - delta})
                partials[node.name][name] = (more - less) / (2 * delta)
            values[node.name] = node.value(values)
        return values, partials

    @staticmethod
    def backward(graph, partials, errors):
        gradients = {}
        for parameter in graph.parameters:
            change = {parameter: 1.0}       # of every name, for a change of the parameter
            for node in graph.nodes:
                change[node.name] = sum(
                    partial * change.get(name, 0.0)
                    for name, partial in partials[node.name].items())
            gradients[parameter] = sum(errors[name] * change[name] for name in graph.outputs)
        return gradients
