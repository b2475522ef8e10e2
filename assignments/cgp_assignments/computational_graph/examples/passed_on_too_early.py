"""Wrong: takes the nodes as they are found, so that some pass on half of their error."""

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
        waiting, done = list(graph.outputs), set()
        while waiting:
            node = nodes[waiting.pop(0)]
            if node.name in done:
                continue
            done.add(node.name)
            for name, partial in partials[node.name].items():
                error[name] += error[node.name] * partial
                if name in nodes:
                    waiting.append(name)
        return {name: error[name] for name in graph.parameters}
