"""The syntax tree of an expression's body, and its evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cgp_reference.expressions.arithmetic import Operator


@dataclass(frozen=True)
class Number:
    """A leaf: a number as written. numpy's kind, since Python's `(-8.0)**0.5` turns complex."""

    value: np.float64
    constant: ClassVar[bool] = True


@dataclass(frozen=True)
class Name:
    """A leaf: a variable or a parameter."""

    name: str
    constant: ClassVar[bool] = False


@dataclass(frozen=True)
class Apply:
    """An operator; `operands` are positions of earlier steps. `constant`: no name lies below it."""

    operator: Operator
    operands: tuple[int, ...]
    constant: bool


Step = Number | Name | Apply


Arc = tuple[int, Callable[..., Any] | None, bool]
"""Of an operator: the position of an operand that holds a name, the partial for it, and whether
that selects."""


class Tree(tuple[Step, ...]):
    """A syntax tree, flat: every step comes after its operands, and the last is the root.

    Flat, because a sum of 1,000 terms would be 1,000 levels deep, more than Python recurses.
    What a training asks of it in every step is found once.
    """

    @cached_property
    def names(self) -> list[tuple[int, str]]:
        """Where each name stands."""
        return [(i, step.name) for i, step in enumerate(self) if isinstance(step, Name)]

    @cached_property
    def numbers(self) -> list[Any]:
        """The results that never change, None for all others."""
        return [step.value if isinstance(step, Number) else None for step in self]

    @cached_property
    def applied(self) -> list[tuple[int, Callable[..., Any], tuple[int, ...]]]:
        """Every operator, operands first: its position, what it computes, its operands."""
        return [
            (i, step.operator.value, step.operands)
            for i, step in enumerate(self) if isinstance(step, Apply)
        ]

    @cached_property
    def swept(self) -> list[tuple[int, tuple[int, ...], list[Arc]]]:
        """Every operator, root first: its position, its operands, the arcs below it."""
        return [
            (position, step.operands, [
                (i, partial, step.operator.selects)
                for i, partial in zip(step.operands, step.operator.partials, strict=True)
                if not self[i].constant
            ])
            for position, step in reversed(list(enumerate(self))) if isinstance(step, Apply)
        ]


def is_variable(name: str) -> bool:
    """Whether a name is a variable's: it begins with x."""
    return name.startswith("x")


def run(tree: Tree, values: Mapping[str, Any]) -> list[Any]:
    """The result of every step of `tree`."""
    results = tree.numbers.copy()
    for position, name in tree.names:
        results[position] = values[name]
    for position, value, operands in tree.applied:
        if len(operands) == 2:              # nearly all; a list for them takes as long as they do
            left, right = operands
            results[position] = value(results[left], results[right])
        else:
            results[position] = value(*[results[i] for i in operands])
    return results


def sweep(tree: Tree, results: Sequence[Any], seed: Mapping[int, Any]) -> list[Any]:
    r"""Derivative of a loss for the result of every step of `tree`, from the root to the leaves.

    .. math:: \bar v = \sum_{u \,:\, v \to u} \bar u \, \frac{\partial u}{\partial v}

    Args:
        tree: steps, operands first.
        results: as returned by `run`.
        seed: position -> the loss's direct derivative for that result.

    Returns:
        One derivative per step; None where the loss does not depend on it. Parts that hold no name
        are left out: the partial of `xa^2` for its exponent is the logarithm of `xa`, or nan.
    """
    arriving: list[Any] = [None] * len(tree)
    for position, direct in seed.items():
        arriving[position] = direct
    for position, operands, arcs in tree.swept:
        change = arriving[position]
        if change is None:
            continue
        result, at = results[position], [results[i] for i in operands]
        for i, partial, selects in arcs:
            if partial is None:
                along = change
            elif selects:
                along = selected(change, partial(result, *at))
            else:
                along = change * partial(result, *at)
            arriving[i] = along if arriving[i] is None else arriving[i] + along
    return arriving


def selected(arriving: Any, slope: Any) -> Any:
    """The product, and 0 where the slope is 0, where that of an infinite one is no number."""
    return np.where(slope == 0, 0.0, arriving) * slope


def terms(tree: Tree) -> tuple[int, ...]:
    """Where the terms of the sum end that `tree` is, or that its activation is applied to."""
    root = len(tree) - 1
    while isinstance(step := tree[root], Apply) and len(step.operands) == 1:
        root = step.operands[0]
    found, waiting = [], [root]
    while waiting:
        step = tree[position := waiting.pop()]
        if isinstance(step, Apply) and step.operator.symbol in {"+", "-", "neg"}:
            waiting.extend(reversed(step.operands))
        else:
            found.append(position)
    return tuple(found)


def names_below(tree: Tree, position: int) -> tuple[str, ...]:
    """The names in the part of `tree` that ends at `position`, each once."""
    found: dict[str, None] = {}
    waiting = [position]
    while waiting:
        step = tree[waiting.pop()]
        if isinstance(step, Name):
            found[step.name] = None
        elif isinstance(step, Apply):
            waiting.extend(reversed(step.operands))
    return tuple(found)


def linear_terms(tree: Tree) -> dict[str, str]:
    """Variable -> parameter, for each term that is one times the other."""
    found: dict[str, str] = {}
    for position in terms(tree):
        step = tree[position]
        if isinstance(step, Apply) and step.operator.symbol == "*":
            factors = [part.name for i in step.operands if isinstance(part := tree[i], Name)]
            if len(factors) == 2 and is_variable(factors[0]) != is_variable(factors[1]):
                parameter, variable = sorted(factors, key=is_variable)
                found.setdefault(variable, parameter)
    return found
