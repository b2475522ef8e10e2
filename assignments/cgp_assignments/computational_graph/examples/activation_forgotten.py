"""Wrong: takes the derivative of every activation for 1."""

import math

from cgp_harness import backprop


class Dual:
    """A number, and its derivative for each name."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope


def chain(value, *factors):
    """A result from its operands: each with the derivative of the result for it."""
    names = {name for operand, _ in factors for name in operand.slope}
    return Dual(value, {
        name: sum(factor * operand.slope.get(name, 0.0) for operand, factor in factors)
        for name in names})


def sigmoid(a):
    y = 1 / (1 + math.exp(-a.value))
    return chain(y, (a, 1))


RULES = {
    "+": lambda a, b: chain(a.value + b.value, (a, 1), (b, 1)),
    "-": lambda a, b: chain(a.value - b.value, (a, 1), (b, -1)),
    "*": lambda a, b: chain(a.value * b.value, (a, b.value), (b, a.value)),
    "/": lambda a, b: chain(a.value / b.value, (a, 1 / b.value), (b, -a.value / b.value ** 2)),
    "^": lambda a, b: chain(
        a.value ** b.value, (a, b.value * a.value ** (b.value - 1)),
        (b, a.value ** b.value * math.log(a.value) if b.slope else 0.0)),
    "neg": lambda a: chain(-a.value, (a, -1)),
    "sigmoid": sigmoid,
    "tanh": lambda a: chain(math.tanh(a.value), (a, 1)),
    "relu": lambda a: chain(max(a.value, 0.0), (a, 1)),
    "identity": lambda a: a,
}


@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        values, partials = dict(values), {}
        for node in graph.nodes:
            stack = []
            for step in node.program:
                if isinstance(step, str):
                    stack.append(Dual(values[step], {step: 1.0}))
                elif isinstance(step, float):
                    stack.append(Dual(step, {}))
                else:
                    symbol, operands = step
                    stack.append(RULES[symbol](*[stack[i] for i in operands]))
            values[node.name] = stack[-1].value
            partials[node.name] = {
                name: stack[-1].slope.get(name, 0.0) for name in node.arguments + node.parameters}
        return values, partials

    @staticmethod
    def backward(graph, partials, errors):
        error = dict.fromkeys([node.name for node in graph.nodes], 0.0)
        error.update(errors)
        gradients = dict.fromkeys(graph.parameters, 0.0)
        for node in reversed(graph.nodes):
            for name, partial in partials[node.name].items():
                if name in gradients:
                    gradients[name] += error[node.name] * partial
                elif name in error:                                     # Eq. 30
                    error[name] += error[node.name] * partial
        return gradients
