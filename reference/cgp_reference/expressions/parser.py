"""The grammar of an expression's right side, and its parser.

    sum     = ["-"] product { ("+" | "-") product }
    product = power { ("*" | "/") signed }
    signed  = ["-"] power
    power   = atom [ "^" signed ]                                  right-associative
    atom    = number | name | activation "(" sum ")" | "(" sum ")"

So `-xa^2` is -(xa^2) and `2^3^2` is 2^9; `ab*-xa` and `xa^-1` are allowed, `ab--xa` is not. Nothing
is ever evaluated as Python, and no name is found inside another: `a`, `ab`, `xa`, `xab` are four.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cgp_reference.activation import Activation
from cgp_reference.errors import meant
from cgp_reference.expressions.arithmetic import OPERATORS, Operator, call_of
from cgp_reference.expressions.syntax import Apply, Name, Number, Step, Tree
from cgp_reference.expressions.tokens import ExpressionError, Token

MAX_NESTING = 50
"""Parentheses, calls and powers inside each other; each takes up to 5 of Python's 1,000 frames."""

_OPERAND = "a name, a number, '-' or '('"
_OPERAND_AFTER_SIGN = "a name, a number or '('"  # `ab--xa` is rather a slip than meant
_OPERATOR = "one of + - * / ^, or the end"


def parse_sum(text: str, words: tuple[Token, ...], activations: Mapping[str, Activation]) -> Tree:
    """The tree of a right side.

    Args:
        text: the whole expression, for messages.
        words: its tokens after `=`.
        activations: what it may call, by name.

    Raises:
        ExpressionError: the words do not follow the grammar.
    """
    parser = _Parser(text, words, activations)
    parser.sum()
    parser.expect_end()
    return Tree(parser.steps)


class _Parser:
    """Recursive descent: a method for each line of the grammar.

    Each returns the position of its result among the steps.
    """

    def __init__(
        self, text: str, words: tuple[Token, ...], activations: Mapping[str, Activation]
    ) -> None:
        self.text, self.words, self.activations = text, words, activations
        self.steps: list[Step] = []
        self.position, self.nesting = 0, 0

    def sum(self) -> int:
        negative = self._accept("-")
        left = self.product()
        if negative:
            left = self._apply(OPERATORS["neg"], left)
        while symbol := self._accept("+", "-"):
            left = self._apply(OPERATORS[symbol], left, self.product())
        return left

    def product(self) -> int:
        left = self.power()
        while symbol := self._accept("*", "/"):
            left = self._apply(OPERATORS[symbol], left, self.signed())
        return left

    def signed(self) -> int:
        if self._accept("-"):
            return self._apply(OPERATORS["neg"], self.power())
        return self.power()

    def power(self) -> int:
        base = self.atom()
        opening = self._word
        if not self._accept("^"):
            return base
        self._nest(opening)
        exponent = self.signed()
        self.nesting -= 1
        return self._apply(OPERATORS["^"], base, exponent)

    def atom(self) -> int:
        word = self._word
        if word.kind == "number":
            return self._number(word)
        if word.kind == "name":
            return self._name(word)
        if not self._accept("("):
            signed = self.position and self.words[self.position - 1].text in {"+", "-"}
            raise self._misplaced(_OPERAND_AFTER_SIGN if signed else _OPERAND)
        return self._parenthesis(word)

    def expect_end(self) -> None:
        if self._word.text == ")":
            raise self._error("')' closes nothing", self._word, expected=_OPERATOR)
        if self._word.text == "=":
            raise self._error("there is a second '='", self._word, expected=_OPERATOR)
        if self._word.kind != "end":
            raise self._misplaced(_OPERATOR)

    def _number(self, word: Token) -> int:
        value = float(word.text)
        if value == float("inf"):
            raise self._error(f"{word} is too large", word, expected="at most 1.797e308")
        self.position += 1
        return self._step(Number(np.float64(value)))

    def _name(self, word: Token) -> int:
        self.position += 1
        opening = self._word
        if self._accept("("):
            return self._call(word, opening)
        if word.text in self.activations:
            raise self._error(
                f"{word} is an activation", word, expected=f"its argument: {word.text}(…)"
            )
        return self._step(Name(word.text))

    def _call(self, word: Token, opening: Token) -> int:
        activation = self.activations.get(word.text)
        if activation is None:
            raise self._error(
                f"there is no activation {word}", word,
                expected=f"one of {', '.join(self.activations)}, or an operator before '('",
                fix=meant(word.text, self.activations),
            )
        return self._apply(call_of(activation), self._parenthesis(opening))

    def _parenthesis(self, opening: Token) -> int:
        self._nest(opening)
        inside = self.sum()
        self.nesting -= 1
        if self._word.kind == "end":
            raise self._error("the parenthesis is not closed", opening, expected="')' at the end")
        if not self._accept(")"):
            raise self._misplaced("one of + - * / ^, or ')'")
        return inside

    @property
    def _word(self) -> Token:
        return self.words[self.position]

    def _accept(self, *symbols: str) -> str:
        """The next word, if it is one of `symbols`: it is then read. Else an empty text."""
        word = self._word
        if word.kind != "symbol" or word.text not in symbols:
            return ""
        self.position += 1
        return word.text

    def _step(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def _apply(self, operator: Operator, *operands: int) -> int:
        constant = all(self.steps[i].constant for i in operands)
        return self._step(Apply(operator, operands, constant))

    def _nest(self, opening: Token) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self._error(
                "parentheses and powers are nested too deeply", opening,
                expected=f"at most {MAX_NESTING} inside each other",
                fix="give an inner part a variable of its own",
            )

    def _misplaced(self, expected: str) -> ExpressionError:
        word = self._word
        before = self.words[self.position - 1] if self.position else "'='"
        if word.kind == "end":
            return self._error(f"the expression ends after {before}", word, expected=expected)
        fix = "write ^ for a power" if f"{before}{word}" == "'*''*'" else ""
        return self._error(f"{word} cannot follow {before}", word, expected=expected, fix=fix)

    def _error(
        self, what: str, word: Token, *, expected: str, fix: str = ""
    ) -> ExpressionError:
        return ExpressionError(what, self.text, word.offset, expected=expected, fix=fix)
