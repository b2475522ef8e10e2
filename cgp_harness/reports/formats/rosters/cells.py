"""A CSV file of which single cells are replaced, and not a byte else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

BOM = "\ufeff"
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)("?)')


@dataclass(frozen=True)
class Cell:
    """A cell's text, and from where to where it stands in the file, quotes included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Table:
    """A file's rows; `source` is its text, of which every byte can be had back.

    `unclosed`: the line of the first quote that has no end, or the end of another; 0 if none has.
    """

    source: str
    rows: tuple[tuple[Cell, ...], ...]
    separator: str
    unclosed: int = 0

    @property
    def header(self) -> list[str]:
        """The first row's texts."""
        return [cell.text.strip() for cell in self.rows[0]] if self.rows else []

    def replaced(self, texts: Iterable[tuple[Cell, str]]) -> bytes:
        """The file with some cells' texts in the place of those that were there.

        A cell that was quoted stays so.
        """
        parts, at = [], 0
        for cell, text in sorted(texts, key=lambda one: one[0].start):
            old = self.source[cell.start:cell.end]
            quoted = old.startswith('"') or any(sign in text for sign in (self.separator, '"'))
            parts += [
                self.source[at:cell.start], '"' + text.replace('"', '""') + '"' if quoted else text]
            at = cell.end
        return "".join([*parts, self.source[at:]]).encode("utf-8", "surrogateescape")


def read(content: bytes) -> Table:
    """The cells of a file, with commas, semicolons or tabs between them, as RFC 4180 has it.

    >>> [[cell.text for cell in row] for row in read(b'a,"b, c"\\r\\n1,').rows]
    [['a', 'b, c'], ['1', '']]
    """
    source = content.decode("utf-8", "surrogateescape")
    begin = len(BOM) if source.startswith(BOM) else 0
    first = re.split(r"[\r\n]", _QUOTED.sub("", source[begin:]), maxsplit=1)[0]
    separator = max(",;\t", key=first.count)
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    at, unclosed = begin, 0
    plain = re.compile(rf"[^{separator}\r\n]*")
    while at < len(source):
        found = _QUOTED.match(source, at)
        if found:
            rest = plain.match(source, found.end())  # what stands after the quotes belongs to it
            assert rest is not None
            text = found[1].replace('""', '"') + rest[0]
            end = rest.end()
            if not unclosed and (not found[2] or ("\n" in found[1] and rest[0].strip())):
                unclosed = len(re.findall("\r\n|\r|\n", source[:at])) + 1
        else:
            bare = plain.match(source, at)
            assert bare is not None
            text, end = bare[0], bare.end()
        row.append(Cell(text, at, end))
        at = end
        if source.startswith(separator, at):
            at += 1
            if at == len(source):
                row.append(Cell("", at, at))
            continue
        rows.append(tuple(row))
        row = []
        at += 2 if source.startswith("\r\n", at) else 1
    if row:
        rows.append(tuple(row))
    return Table(source, tuple(rows), separator, unclosed)
