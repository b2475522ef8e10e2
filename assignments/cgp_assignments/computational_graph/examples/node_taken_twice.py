"""Wrong: goes on from a node each time that a path comes to it, with all that has come so far."""

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
        error = dict.fromkeys([*nodes, *graph.inputs, *graph.parameters], 0.0) | errors
        waiting = list(graph.outputs)
        while waiting:
            node = nodes[waiting.pop(0)]
            for name, partial in partials[node.name].items():
                error[name] += error[node.name] * partial
                if name in nodes:
                    waiting.append(name)
        return {name: error[name] for name in graph.parameters}
