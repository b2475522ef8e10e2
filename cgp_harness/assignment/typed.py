"""A TOML text -> a typed table, and what is wrong in it with its place and the name that was meant.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

from cgp_harness.errors import HarnessError

Table = TypeVar("Table", bound=msgspec.Struct)
Within = Callable[[type[msgspec.Struct], str], type[msgspec.Struct]]
"""A table, and a path in it -> the table that lies there."""


def parsed(source: bytes, where: str) -> dict[str, Any]:
    """The text of a TOML file as plain data.

    Raises:
        HarnessError: it is none, with the place.
    """
    try:
        return tomllib.loads(text_of(source, where))
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).rpartition(" (")
        raise HarnessError(
            f"not TOML: {(what or str(error)).lower()}",
            where=f"{where}, {place.rstrip(')')}" if what else where,
        ) from error
    except RecursionError as error:
        raise HarnessError(
            "not TOML: nested too deep", where=where, expected="a few levels of brackets",
        ) from error


def text_of(source: bytes, where: str) -> str:
    """A file's text.

    Raises:
        HarnessError: it is none.
    """
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HarnessError("the file is not UTF-8", where=f"{where}, byte {error.start}") from error


def converted(
    raw: Any, table: type[Table], where: str, joint: str = ", ",
    within: Within = lambda table, path: table,
) -> Table:
    """msgspec's message with the path as people write it, and the name that was meant.

    Raises:
        HarnessError: a field is missing, unknown or of another type.
    """
    try:
        return msgspec.convert(raw, table)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
    path = path.rstrip("`").removeprefix("$").lstrip(".")
    fix = ""
    unknown = re.search(r"unknown field `(\w+)`", what)
    if unknown:
        close = get_close_matches(unknown[1], within(table, path).__struct_fields__, n=1)
        fix = f"did you mean {close[0]!r}?" if close else "remove it"
    what = what[0].lower() + what[1:]
    raise HarnessError(what, where=f"{where}{joint}{path}" if path else where, fix=fix)


def meant(name: str, known: Any) -> str:
    """What to do about a name that is none of these."""
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else ""
