"""Expressions in the lecture's notation: `xw=ab*xa+bc*xb` read into an `Exp`.

The grammar of the right side is in `parser.py`. A name that begins with x is a variable, any other
a learnable parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cgp_reference.activation import ACTIVATIONS, Activation
from cgp_reference.expressions.parser import parse_sum
from cgp_reference.expressions.syntax import Name, Tree, is_variable, run
from cgp_reference.expressions.tokens import ExpressionError, Token, tokens

__all__ = ["Exp", "ExpressionError", "parse"]


@dataclass(frozen=True)
class Exp:
    """One expression, such as `xw=ab*xa+bc*xb`.

    Args:
        exp: the whole text.
        body: the part on the right of `=`.
        dependent_var: the variable on the left.
        right_vars: the variables of the body in order of appearance, each once.
        right_params: its parameters, likewise.
        tree: the body's syntax tree.
    """

    exp: str
    body: str
    dependent_var: str
    right_vars: tuple[str, ...]
    right_params: tuple[str, ...]
    tree: Tree = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that the body needs a value for."""
        return self.right_vars + self.right_params

    def value(self, values: Mapping[str, Any]) -> Any:
        """The body, evaluated on numpy numbers or arrays."""
        return run(self.tree, values)[-1]


def parse(text: str, activations: Mapping[str, Activation] = ACTIVATIONS) -> Exp:
    """Read one expression.

    Args:
        text: such as `xw=ab*xa+bc*xb`.
        activations: what it may call, by name.

    Raises:
        ExpressionError: it does not follow the grammar; the message shows the place.

    >>> parse("xy = tanh(ab*xx + ac*xa) - 2*ab").right_params
    ('ab', 'ac')
    """
    if not isinstance(text, str):
        raise ExpressionError(f"an expression is a text, not {type(text).__name__}", "", None)
    words = tokens(text)
    variable = _left_side(text, words)
    tree = parse_sum(text, words[2:], activations)
    names = dict.fromkeys(step.name for step in tree if isinstance(step, Name))
    return Exp(
        exp=text.strip(),
        body=text[words[1].offset + 1:].strip(),
        dependent_var=variable,
        right_vars=tuple(name for name in names if is_variable(name)),
        right_params=tuple(name for name in names if not is_variable(name)),
        tree=tree,
    )


def _left_side(text: str, words: tuple[Token, ...]) -> str:
    first, form = words[0], "a variable, '=', and what it is computed from: xw=ab*xa+bc*xb"
    if first.kind == "end":
        raise ExpressionError("the expression is empty", text, None, expected=form)
    if not any(word.text == "=" for word in words):
        raise ExpressionError("there is no '='", text, words[-1].offset, expected=form)
    variable = "a variable: a name that begins with x"
    if first.text == "=":
        raise ExpressionError(
            "there is nothing on the left of '='", text, first.offset, expected=variable
        )
    if first.kind != "name" or not is_variable(first.text):
        what = "is a parameter" if first.kind == "name" else "is no variable"
        raise ExpressionError(
            f"{first} on the left of '=' {what}", text, first.offset, expected=variable
        )
    if words[1].text != "=":
        raise ExpressionError(
            f"{words[1]} cannot follow {first}", text, words[1].offset,
            expected="'=', since the left side is one variable",
        )
    return first.text
