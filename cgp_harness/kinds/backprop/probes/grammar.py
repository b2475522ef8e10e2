"""Expressions as trees, and their text: every operator of the grammar, and what it can stand above.

A tree is a name or a number, as text, or a tuple of a symbol and its operands. The text has the
parentheses that it needs, and no more: `-a*x` is the minus of a product, `a*-x` a product.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from cgp_harness.kinds.backprop.contract.plain_graph import OPERATIONS

Tree: TypeAlias = "str | tuple[str, *tuple[Tree, ...]]"

BINARY = ("+", "-", "*", "/", "^")
CALLS = ("sigmoid", "tanh", "relu", "identity")
UNARY = ("neg", *CALLS)
LEAVES = ("number", "variable", "parameter")
SLOTS = (*((symbol, place) for symbol in BINARY for place in (0, 1)),
         *((symbol, 0) for symbol in UNARY))
"""Every operator, and the place of an operand."""
KINDS = (*LEAVES, *BINARY, *UNARY)
"""Whatever can stand there."""

_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4
_LEVEL: Mapping[str, int] = {
    "+": _SUM, "-": _SUM, "neg": _SUM, "*": _PRODUCT, "/": _PRODUCT, "^": _POWER}


def kind(tree: Tree) -> str:
    """Which of `KINDS` a tree is."""
    if isinstance(tree, tuple):
        return tree[0]
    return "number" if is_number(tree) else "variable" if tree[0] == "x" else "parameter"


def is_number(leaf: str) -> bool:
    """Whether a leaf is a number as written."""
    return leaf[0] in ".0123456789"


def text(tree: Tree, least: int = _SUM) -> str:
    """The expression; in parentheses, if it binds less than `least`."""
    if isinstance(tree, str):
        return tree
    written = _written(tree)
    return f"({written})" if _LEVEL.get(tree[0], _ATOM) < least else written


def _written(tree: tuple[str, *tuple[Tree, ...]]) -> str:
    symbol, operands = tree[0], tree[1:]
    first = operands[0]
    if len(operands) == 1:
        return f"-{text(first, _PRODUCT)}" if symbol == "neg" else f"{symbol}({text(first)})"
    second = operands[1]
    if symbol in "+-":
        return f"{text(first)} {symbol} {text(second, _PRODUCT)}"
    least = _ATOM if symbol == "^" else _PRODUCT
    return f"{text(first, least)}{symbol}{_signed(second)}"


def _signed(tree: Tree) -> str:
    """What follows `*`, `/` or `^`: a minus may stand there without parentheses."""
    if isinstance(tree, tuple) and tree[0] == "neg":
        (below,) = tree[1:]
        return f"-{text(below, _POWER)}"
    return text(tree, _POWER)


def leaves(tree: Tree) -> Iterator[str]:
    """Names and numbers from left to right."""
    if isinstance(tree, str):
        yield tree
    else:
        for operand in tree[1:]:
            yield from leaves(operand)


def names(tree: Tree) -> tuple[str, ...]:
    """The names, each once: variables first, as `Node` has them."""
    found = dict.fromkeys(leaf for leaf in leaves(tree) if not is_number(leaf))
    return tuple(sorted(found, key=lambda name: name[0] != "x"))


def value(tree: Tree, values: Mapping[str, float]) -> float:
    """The tree at these numbers."""
    if isinstance(tree, str):
        return values[tree] if tree in values else float(tree)
    return OPERATIONS[tree[0]](*[value(operand, values) for operand in tree[1:]])


def parts(tree: Tree) -> Iterator[Tree]:
    """The tree and everything below it, from the root on."""
    yield tree
    if isinstance(tree, tuple):
        for operand in tree[1:]:
            yield from parts(operand)


def is_defined(tree: Tree, values: Mapping[str, float]) -> bool:
    """Whether every part is finite, and the base of each power one where its partials are.

    `sigmoid(1/0)` is finite, but its partials are not; nor is that of `relu(-1)^0.5`, which ReLU
    hides.
    """
    powers = [part[1:] for part in parts(tree) if isinstance(part, tuple) and part[0] == "^"]
    return all(math.isfinite(value(part, values)) for part in parts(tree)) and all(
        value(base, values) > 0 if names(exponent)
        else value(base, values) != 0 or not 0 < value(exponent, values) < 1
        for base, exponent in powers)


def replaced(tree: Tree, change: Callable[[Tree], Iterator[Tree]]) -> Iterator[Tree]:
    """Every tree with one part replaced by one of its changes, from the root on."""
    yield from change(tree)
    if isinstance(tree, tuple):
        operands: list[Tree] = list(tree[1:])
        for i, operand in enumerate(operands):
            for other in replaced(operand, change):
                yield (tree[0], *(other if j == i else one for j, one in enumerate(operands)))


def tree_of(program: tuple[float | str | tuple[str, tuple[int, ...]], ...]) -> Tree:
    """The tree of a node's program."""
    found: list[Tree] = []
    for one in program:
        if isinstance(one, tuple):
            symbol, operands = one
            found.append((symbol, *(found[i] for i in operands)))
        else:
            found.append(one if isinstance(one, str) else repr(one).removesuffix(".0"))
    return found[-1]
