"""Wrong: returns the negative gradient, as if to be added to the parameters."""

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
        error = dict.fromkeys([node.name for node in graph.nodes], 0.0)
        error.update(errors)
        gradients = dict.fromkeys(graph.parameters, 0.0)
        for node in reversed(graph.nodes):
            for name, partial in partials[node.name].items():
                if name in gradients:
                    gradients[name] -= error[node.name] * partial
                elif name in error:                                     # Eq. 30
                    error[name] += error[node.name] * partial
        return gradients
