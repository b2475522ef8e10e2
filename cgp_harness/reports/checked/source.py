"""A message with the line of the student's that it names, what it is about marked below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.text import Text

from cgp_harness.model import SourceFile, named_place
from cgp_harness.probing.text import shown
from cgp_harness.reports.terminal import INDENT, STYLES, wrapped

NUMBER = re.compile(r"\d+$")
LONGEST = 80
"""Of a line that is shown."""


def with_source(
    message: str, width: int, sources: Sequence[SourceFile], mark: tuple[int, int], *,
    whole: bool = False,
) -> Iterator[Text]:
    """A message, and the line below its first place: of a file, or of a cell.

    Args:
        mark: which bytes of that line Python names; the same twice where it names none.
        whole: whether a line is shown of which nothing in particular is said.
    """
    place = named_place(message)
    for line in message.rstrip("\n").split("\n") if message else ():
        yield from wrapped(line, width) if line else [Text()]
        if place and line.strip() == f"at {place}":
            yield from _source_lines(place, sources, message, mark, whole=whole)
            place = ""


def _source_lines(
    place: str, sources: Sequence[SourceFile], message: str, mark: tuple[int, int], *, whole: bool
) -> Iterator[Text]:
    for source in sources:
        lines = source.content.split(b"\n")
        # The heading of a cell has the place of its first line, which comes after it.
        here = [one for one in range(1, len(lines) + 1) if source.place(one) == place]
        for number, counted in zip(here[-1:], NUMBER.findall(place), strict=False):
            line = lines[number - 1].rstrip()
            text, left = _text(line)[:LONGEST], f"{INDENT}  {counted:>4} | "
            marked = _marked(line, mark) or _quoted(text, message) or (
                (len(text) - len(text.lstrip()), len(text)) if whole else None)
            if marked is not None:
                begin, end = marked
                signs = " " * begin + "^" * (min(end, LONGEST) - begin)
                yield Text(left + text)
                yield Text(f"{' ' * (len(left) - 2)}| {signs}", STYLES["✗"])


def _text(line: bytes) -> str:
    return shown(line.decode("utf-8", "replace"))


def _marked(line: bytes, mark: tuple[int, int]) -> tuple[int, int] | None:
    """Bytes of a line as places in what is shown of it; None if it has none of them there."""
    begin, end = mark[0], min(mark[1], len(line))
    first, last = len(_text(line[:begin])), len(_text(line[:end]))
    return (first, last) if first < min(last, LONGEST) else None


def _quoted(line: str, message: str) -> tuple[int, int] | None:
    """From where to where a message is about a line: the longest that it quotes, else the first of
    what Python quotes, that stands there once."""
    says = re.sub(r"\n +(?!Python says:)[^\n]*", "", message)
    if " at its end" in says:
        return len(line), len(line) + 1
    quotes = r"`([^`]+)`|'([^']+)'|the sign (\S+)|^([\w.]+) is (?:not|used)"
    own, _, pythons = says.partition("Python says:")
    quoted = sorted(_each(quotes, own), key=len, reverse=True) + _each(quotes, pythons)
    places = [[*re.finditer(_whole(one), line)] for one in quoted]
    return next((found[0].span() for found in places if len(found) == 1), None)


def _each(quotes: str, text: str) -> list[str]:
    return [one for groups in re.findall(quotes, text) for one in groups if one]


def _whole(quoted: str) -> str:
    """The pattern of what is quoted, and no part of a word: `m` is none of `optimizer`."""
    first, last = r"(?<!\w)" * bool(re.match(r"\w", quoted)), r"(?!\w)" * bool(
        re.search(r"\w$", quoted))
    return f"{first}{re.escape(quoted)}{last}"
