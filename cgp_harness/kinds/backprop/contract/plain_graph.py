"""The graph that a student's backpropagation is given: its names, and the value of each node.

A worker loads this file: nothing of the grader or of the engine may be imported here. Expressions
come as flat programs, so that nothing has to be parsed, and no partial derivative comes with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cgp_reference.errors import ExplainedError

Instruction = float | str | tuple[str, tuple[int, ...]]
"""A number; a name, whose value is meant; or an operator and the positions of its operands."""


class GraphValueError(ExplainedError):
    """A node cannot be evaluated at what it was given."""


@dataclass(frozen=True)
class Node:
    """One node and its expression.

    Args:
        name: the variable on the left, such as `xw`.
        text: the expression as written: `xw = sigmoid(ab*xa + bc*xb)`.
        arguments: the variables that the expression reads, each once; inputs or earlier nodes.
        parameters: the learnable parameters that it reads, each once.
        program: how `value` computes it; every instruction comes after its operands.
    """

    name: str
    text: str
    arguments: tuple[str, ...]
    parameters: tuple[str, ...]
    program: tuple[Instruction, ...] = field(repr=False)

    def value(self, values: Mapping[str, float]) -> float:
        """The expression at these numbers.

        Args:
            values: at least one number for each argument and parameter; others are ignored.

        Raises:
            GraphValueError: one is missing, or is no number.
        """
        results: list[float] = []
        for instruction in self.program:
            if isinstance(instruction, str):
                results.append(self._given(values, instruction))
            elif isinstance(instruction, float):
                results.append(instruction)
            else:
                symbol, operands = instruction
                results.append(OPERATIONS[symbol](*[results[i] for i in operands]))
        return results[-1]

    def _given(self, values: Mapping[str, float], name: str) -> float:
        try:
            return float(values[name])
        except KeyError:
            what = f"there is no value of {name!r} to evaluate {self.text!r} at"
        except (TypeError, ValueError):
            what = f"the value of {name!r} is {values[name]!r:.40}, for {self.text!r}"
        names = ", ".join((*self.arguments, *self.parameters))
        raise GraphValueError(what, expected=f"a number for each of {names}") from None


@dataclass(frozen=True)
class Graph:
    """A directed acyclic graph, whose nodes are expressions.

    Args:
        nodes: each after those that it reads.
        inputs: the variables that are no nodes.
        parameters: the learnable parameters of all nodes, each once.
        outputs: the nodes that the loss is computed from; other nodes may read them too.
    """

    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]


def _sigmoid(x: float) -> float:
    # exp of the side that is not positive: exp(1000) overflows.
    small = math.exp(-abs(x))
    return (1.0 if x >= 0 else small) / (1.0 + small)


def _quotient(a: float, b: float) -> float:
    if b:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)


def _power(a: float, b: float) -> float:
    # As numpy has it: Python raises at 0^-1 and 1e200^2, and turns complex at (-8)^0.5.
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        return math.inf if a == 0 else math.nan


OPERATIONS: Mapping[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "^": _power,
    "neg": lambda a: -a,
    "sigmoid": _sigmoid,
    "tanh": math.tanh,
    "relu": lambda x: x if x > 0 else 0.0,
    "identity": lambda x: x,
}
