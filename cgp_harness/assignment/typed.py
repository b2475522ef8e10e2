"""A TOML text -> a typed table, and what is wrong in it: the line, what belongs there, the fix."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from cgp_harness.assignment import expected
from cgp_harness.errors import HarnessError
from cgp_harness.probing.text import no_text

Table = TypeVar("Table", bound=msgspec.Struct)
Path = tuple[str | int, ...]
"""Keys, and places in lists from 0, from the top of the file."""
SYNTAX = {
    "invalid value": 'after = a text in quotes, a number, true, false, [a list] or {a = "table"}',
    "cannot overwrite a value": "each name once in its table",
    "cannot declare": "each table once; [[tasks]], in two brackets, begins a further task",
    "invalid statement": 'a line such as name = "value", or [table]',
    "expected '=' after a key": 'name = "value"',
    "expected newline or end of document": "one name = value on a line, a text in quotes",
    "unclosed array": "a ] at its end, and commas between",
    "unclosed inline table": "a } at its end, on the same line, and commas between",
    "illegal character": "a text that ends on its line; one of several stands in three quotes",
    "unterminated string": "the quotes that end it",
}
"""How Python's own words for what is no TOML begin -> what belongs there."""


@dataclass(frozen=True)
class Toml:
    """A TOML file as it is written.

    Args:
        name: what to call it in messages.
        text: its own.
        data: what it says.
    """

    name: str
    text: str
    data: dict[str, Any]

    def at(self, *path: str | int) -> str:
        """The file, and the line where something is written; else where what it is in begins."""
        for length in range(len(path), 0, -1):
            if line := self._line(path[:length]):
                return f"{self.name}:{line}"
        return self.name

    def _line(self, path: Path) -> int:
        """From 1; 0 if it is not there. Its statement's is the first without which it is not."""
        if not _holds(self.data, path):
            return 0
        lines = self.text.split("\n")

        def is_there(count: int) -> bool:
            for end in range(count, len(lines) + 1):  # to the end of the statement
                try:
                    data = tomllib.loads("\n".join(lines[:end]))
                except tomllib.TOMLDecodeError:
                    continue
                return _holds(data, path)
            return True

        return 1 + bisect_left(range(1, len(lines) + 1), True, key=is_there)


@dataclass(frozen=True)
class Place:
    """Where something is written, and what it is called, as messages say it.

    The line is looked for only then: to find it takes as long as reading the file ten times.
    """

    file: Toml
    path: Path
    called: str

    def __str__(self) -> str:
        return f"{self.file.at(*self.path)}, {self.called}"


def parsed(source: bytes, where: str) -> Toml:
    """The text of a TOML file, and its plain data.

    Raises:
        HarnessError: it is none, with the place.
    """
    text = text_of(source, where)
    try:
        return Toml(where, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|(end of document))\)",
                             str(error), re.DOTALL)
        what = (found[1] if found else str(error)).lower()
        line, column = (found[2], found[3]) if found else (None, None)
        place = f":{line}:{column}" if line else ", at its end" if found else ""
        raise HarnessError(
            f"not TOML: {what}", where=where + place,
            expected=next((said for begin, said in SYNTAX.items() if what.startswith(begin)), ""),
            fix=_as_toml(text.split("\n")[int(line) - 1]) if line else "",
        ) from error
    except RecursionError as error:
        raise HarnessError(
            "not TOML: nested too deep", where=where, expected="a few levels of brackets",
        ) from error


def text_of(source: bytes, where: str, fix: str = "save it as UTF-8") -> str:
    """A file's text, without a byte order mark.

    Args:
        fix: what to do where it is none.

    Raises:
        HarnessError: it is none.
    """
    if what := no_text(source):
        raise HarnessError(f"the file is {what}", where=where, expected="a text", fix=fix)
    try:
        return source.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise HarnessError(
            "the file is not UTF-8", where=f"{where}:{line}, byte {error.start}",
            expected="a text", fix=fix) from error


def converted(
    raw: Any, table: type[Table], file: Toml, path: Path = (), called: str = "",
    besides: Collection[str] = (),
) -> Table:
    """Plain data as a typed table.

    Args:
        path: where in the file it is.
        called: what to call it in messages, as "task 'adam'".
        besides: fields of the table that no file may have.

    Raises:
        HarnessError: a field is missing, unknown or of another type.
    """
    message = ""
    try:
        return msgspec.convert(raw, table)
    except msgspec.ValidationError as error:
        message = str(error)
    what, _, steps = message.partition(" - at `$")
    inner = _inner(raw, table, message, steps.rstrip("`"))
    kind = expected.at(expected.of(table), inner)
    field = re.search(r"(unknown|required) field `(.+)`", what)
    line = (*path, *inner)
    if field and field[1] == "unknown":
        line, said = (*line, field[2]), expected.unknown(kind, field[2], besides)
    elif field:
        said = expected.missing(kind, field[2], top=not line)
    else:
        around = expected.at(expected.of(table), inner[:-2])
        above = written(tuple(step for step in line[:-1] if isinstance(step, str)))
        said = expected.another(
            kind, _name(line), _value(raw, inner),
            above if len(inner) > 1 and inner[-1] in expected.fields(around) else "",
            expected.at(expected.of(table), inner[:-1]))
    place = written(inner)
    parts = [file.at(*line), called + "." * bool(called and place) + place]
    raise HarnessError(where=", ".join(part for part in parts if part), **said)


def _as_toml(line: str) -> str:
    """What to write instead of a line without quotes, in Python's words or in those of YAML."""
    found = re.fullmatch(r"\s*([\w-]+)\s*[=:]\s*(\"[^\"]*\"|[A-Za-z][\w .-]*?|[\d.]+)\s*", line)
    if not found:
        return ""
    name, value = found.groups()
    if value in ("True", "False"):
        return f"write {name} = {value.lower()}"
    return f'write {name} = ' + (f'"{value}"' if value[0].isalpha() else value)


def _holds(data: Any, path: Path) -> bool:
    try:
        _value(data, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _value(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _inner(raw: Any, table: type[msgspec.Struct], message: str, steps: str) -> Path:
    """The path that msgspec means, which calls each key of a mapping `[...]`."""
    found: Path = ()
    for step in re.findall(r"\[\.\.\.\]|\[\d+\]|[^.\[\]]+", steps):
        if step == "[...]":
            mapping = _value(raw, found)
            key = next((key for key, one in mapping.items()
                        if _said(_with(raw, found, {key: one}), table) == message), "")
            found = (*found, key)
        else:
            found = (*found, int(step[1:-1]) if step[0] == "[" else step)
    return found


def _said(raw: Any, table: type[msgspec.Struct]) -> str:
    try:
        msgspec.convert(raw, table)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def _with(data: Any, path: Path, value: Any) -> Any:
    """The data with another value at a path."""
    if not path:
        return value
    if isinstance(data, list):
        return [_with(one, path[1:], value) if place == path[0] else one
                for place, one in enumerate(data)]
    return data | {path[0]: _with(data[path[0]], path[1:], value)}


def _name(path: Path) -> str:
    """The last name of a path, and the places in lists behind it."""
    names = [place for place, step in enumerate(path) if isinstance(step, str)]
    return written(path[names[-1]:]) if names else "the file"


def written(path: Path) -> str:
    """A path as people write it."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")
