"""The words of an expression, and the error that shows the place where it cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cgp_reference.errors import ExplainedError

MAX_LENGTH = 100_000
"""Characters: a neuron with 784 inputs takes about 10,000."""

_WORD = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<symbol>[-+*/^=()])"
    r"|(?P<space>[ \t\r\n]+)"
)
_LOOKALIKES = {"×": "*", "·": "*", "∗": "*", "−": "-", "–": "-", "÷": "/", "＝": "=", "²": "^2"}
_SHOWN = 30  # characters on each side of the caret: both and the margin fit a line of 80


class ExpressionError(ExplainedError):
    """An expression cannot be read: the message shows it, with a caret under the place.

    Args:
        text: the whole expression.
        offset: where in it, from 0; None if the mistake has no place.
    """

    def __init__(
        self, what: str, text: str, offset: int | None, *, expected: str = "", fix: str = ""
    ) -> None:
        where = "" if offset is None else f"column {offset + 1}\n{_pointed(text, offset)}"
        super().__init__(what, where=where, expected=expected, fix=fix)
        self.text, self.offset = text, offset


@dataclass(frozen=True)
class Token:
    """One word: a `number`, `name` or `symbol`, and where it begins (from 0).

    The last token of a text is its `end`.
    """

    kind: str
    text: str
    offset: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else repr(shortened(self.text))


def tokens(text: str) -> tuple[Token, ...]:
    """The words of `text`, spaces left out.

    Raises:
        ExpressionError: it is too long, or holds a character that no expression has.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the expression has {len(text)} characters", text, None,
            expected=f"{MAX_LENGTH} or fewer",
        )
    found: list[Token] = []
    offset = 0
    while offset < len(text):
        word = _WORD.match(text, offset)
        if word is None:
            raise _unreadable(text, offset)
        if word.lastgroup != "space":
            found.append(Token(str(word.lastgroup), word.group(), offset))
        offset = word.end()
    return (*found, Token("end", "", len(text.rstrip())))


def shortened(text: str) -> str:
    """`text`, cut to what fits in a sentence."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _unreadable(text: str, offset: int) -> ExpressionError:
    character = text[offset]
    meant = _LOOKALIKES.get(character)
    return ExpressionError(
        f"cannot read {character!r}",
        text, offset,
        expected="names of ASCII letters, digits and _, numbers, + - * / ^ = ( )",
        fix=f"write {meant}" if meant else "",
    )


def _pointed(text: str, offset: int) -> str:
    # One column for each character: a tab or a line break would put the caret elsewhere.
    line = "".join(each if each.isprintable() else " " for each in text)
    begin, end = max(0, offset - _SHOWN), offset + _SHOWN
    before, after = "…" if begin else "", "…" if end < len(line) else ""
    caret = " " * (len(before) + offset - begin) + "^"
    return f"    {before}{line[begin:end]}{after}\n    {caret}"
