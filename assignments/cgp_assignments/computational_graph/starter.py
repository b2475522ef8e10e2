"""The graph homework. Put your own code in the place of each `...`; see handout.md.

`graph.nodes` holds the nodes, each after those that it reads. Of a node there are: `node.name`,
`node.text` (the expression), `node.arguments` (the variables that it reads), `node.parameters`, and
`node.value(values)`, which evaluates the expression. Of the graph there are besides:
`graph.inputs`, `graph.parameters`, `graph.outputs`.
"""

from cgp_harness import backprop


@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        """Values of all nodes, and `partials[node][name]`. Return values, partials."""
        ...

    @staticmethod
    def backward(graph, partials, errors):
        """The derivative of the loss for each parameter, over all paths. Return gradients."""
        ...
