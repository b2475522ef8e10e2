"""Right: follows every path from every output, one after the other."""

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
        nodes = {node.name: node for node in graph.nodes}
        gradients = {name: 0.0 for name in graph.parameters}

        def follow(node, product):
            for name in node.parameters:
                gradients[name] += product * partials[node.name][name]
            for name in node.arguments:
                if name in nodes:
                    follow(nodes[name], product * partials[node.name][name])

        for name in graph.outputs:
            follow(nodes[name], errors[name])
        return gradients
