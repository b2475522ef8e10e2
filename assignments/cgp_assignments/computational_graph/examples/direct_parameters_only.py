"""Wrong: only the parameters of the output nodes have a gradient."""

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
        return {
            name: errors[node.name] * partials[node.name][name]
            for node in graph.nodes if node.name in errors for name in node.parameters
        }
