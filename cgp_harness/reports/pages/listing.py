"""The submitted source with numbered lines, and links to them from what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from cgp_harness.model import SourceFile
from cgp_harness.probing.text import shown

MOST_LINES = 300
MOST_LETTERS = 40_000
"""Of all files together; lines that something is said of are shown beyond, with their neighbours.
"""
MOST_OF_LINE = 300
AROUND = 2


@dataclass(frozen=True)
class Line:
    """A line: its number as the student counts it, its name on the page, its text."""

    number: int
    anchor: str
    text: str
    cited: bool


@dataclass(frozen=True)
class Part:
    """Lines in a row: of a file, or of one cell of a notebook.

    Args:
        heading: of a cell; empty for a file.
        left_out: how many lines before these are not shown.
    """

    heading: str
    left_out: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Listing:
    """A file as the page shows it; `left_out`: lines at its end that are not shown."""

    name: str
    parts: tuple[Part, ...]
    left_out: int
    lines: int


@dataclass(frozen=True)
class Sources:
    """All files of a submission, and which lines of them are named in some texts.

    Args:
        files: the submission's.
        lines: of each file.
        cited: (file, line), counted from 0 and from 1.
    """

    files: tuple[SourceFile, ...]
    lines: tuple[Sequence[str], ...]
    cited: frozenset[tuple[int, int]] = field(default=frozenset())

    @classmethod
    def of(cls, files: tuple[SourceFile, ...], texts: Iterable[str]) -> Sources:
        """The files with the lines that any of these texts names."""
        bare = cls(files, tuple(map(_split, files)))
        return cls(files, bare.lines, frozenset(
            place for text in texts for _, place in bare._places(shown(text)) if place))

    def linked(self, text: str) -> Markup:
        """A text that is fit to be shown, with a link where it names a line that is shown."""
        pieces = []
        for piece, place in self._places(shown(text)):
            anchor = _anchor(*place) if place and place in self.cited else ""
            pieces.append(
                Markup('<a href="#{}">{}</a>').format(anchor, piece) if anchor
                else Markup.escape(piece))
        return Markup("").join(pieces)

    def around(self, text: str) -> tuple[str, tuple[Line, ...]] | None:
        """The first line that a text names, with its neighbours, and where that is."""
        for piece, place in self._places(shown(text)):
            if place and place in self.cited:
                file, line = place
                near = range(
                    max(1, line - AROUND), min(len(self.lines[file]), line + AROUND) + 1)
                cell = self._cell(file, line)
                return piece, tuple(
                    self._line(file, one) for one in near
                    if self._cell(file, one) == cell and one != cell)
        return None

    def listings(self) -> Iterator[Listing]:
        """The files, as far as there is room."""
        room = MOST_LETTERS
        for index, file in enumerate(self.files):
            lines, kept = self.lines[index], list[int]()
            for number, text in enumerate(lines, 1):
                near = any((index, number + away) in self.cited for away in range(-AROUND, 3))
                if near or (len(kept) < MOST_LINES and room > 0):
                    kept.append(number)
                    room -= min(len(text), MOST_OF_LINE)
            last = kept[-1] if kept else 0
            yield Listing(
                shown(file.shown), tuple(self._parts(index, kept)), len(lines) - last,
                len(lines))

    def _parts(self, index: int, kept: Sequence[int]) -> Iterator[Part]:
        """Rows of lines that follow one another in one cell; the headings of cells are no lines."""
        before, row = 0, list[int]()
        for number in [*kept, len(self.lines[index]) + 2]:
            if row and (number != row[-1] + 1 or number in self.files[index].cells):
                first = row[0]
                heading = self._heading(index, first) if first in self.files[index].cells else ""
                yield Part(heading, first - before - 1, tuple(
                    self._line(index, one) for one in (row[1:] if heading else row)))
                before, row = row[-1], []
            row.append(number)

    def _line(self, index: int, number: int) -> Line:
        text = self.lines[index][number - 1]
        if len(text) > MOST_OF_LINE:
            text = f"{text[:MOST_OF_LINE]}…"
        return Line(
            number - self._cell(index, number), _anchor(index, number), shown(text),
            (index, number) in self.cited)

    def _cell(self, index: int, number: int) -> int:
        """The line of the heading of a line's cell; 0 where there is none."""
        return max((one for one in self.files[index].cells if one <= number), default=0)

    def _heading(self, index: int, number: int) -> str:
        place = self.files[index].place(number)
        return shown(place.rpartition(", line ")[0])

    def _places(self, text: str) -> Iterator[tuple[str, tuple[int, int] | None]]:
        """A text in pieces, each with the line that it names, if it names one."""
        known: dict[str, tuple[int, int, str]] = {}
        for index, file in enumerate(self.files):
            known[shown(file.shown)] = index, 0, ":"
            for heading in file.cells:
                known[self._heading(index, heading)] = index, heading, ", line "
        if not known:
            yield text, None
            return
        names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        end = 0
        for found in re.finditer(rf"(?<![\w/.-])({names})(:|, line )([0-9]{{1,7}})", text):
            index, above, between = known[found[1]]
            line = above + int(found[3])
            if between == found[2] and 1 <= line <= len(self.lines[index]):
                yield text[end:found.start()], None
                yield found[0], (index, line)
                end = found.end()
        yield text[end:], None


def _split(file: SourceFile) -> list[str]:
    """The lines as Python counts them; a last empty one is none."""
    lines = re.split("\r\n|\r|\n", file.content.decode("utf-8", "replace").removeprefix("\ufeff"))
    return lines[:-1] if lines[-1] == "" else lines


def _anchor(file: int, line: int) -> str:
    return f"s{file + 1}-{line}"
