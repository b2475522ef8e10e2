"""Right: each name asks the nodes that read it, and forward differences as in the lecture."""

from cgp_harness import backprop


@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        values, partials, delta = dict(values), {}, 1e-4
        for node in graph.nodes:
            partials[node.name] = {}
            for name in node.arguments + node.parameters:
                more = node.value({**values, name: values[name] + delta})
                partials[node.name][name] = (more - node.value(values)) / delta
            values[node.name] = node.value(values)
        return values, partials

    @staticmethod
    def backward(graph, partials, errors):
        def error(name):
            own = errors.get(name, 0.0)
            return own + sum(error(node.name) * partials[node.name][name]
                             for node in graph.nodes if name in node.arguments)

        return {
            name: sum(error(node.name) * partials[node.name][name]
                      for node in graph.nodes if name in node.parameters)
            for name in graph.parameters
        }
