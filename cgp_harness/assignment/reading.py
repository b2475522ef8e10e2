"""`assignment.toml` -> Assignment: typed, and every mistake in it located and explained."""

from __future__ import annotations

import hashlib
import importlib.resources
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from cgp_harness.assignment.validation import mistakes
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.kind import Kind
from cgp_harness.registering.contract import a
from cgp_harness.task import Assignment, Limits, Task

FILE = "assignment.toml"
DEFAULT = "optimizer"
"""The kind of a task that does not say it."""
Table = TypeVar("Table", bound=msgspec.Struct)


def installed() -> dict[str, Path]:
    """Every assignment in `cgp_assignments`, by id."""
    root = Path(str(importlib.resources.files("cgp_assignments")))
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{FILE}"))}


def load(name: str | Path) -> Assignment:
    """An assignment by its id, its folder, or the path of its `assignment.toml`.

    Raises:
        HarnessError: there is none, or a mistake in it.
    """
    path = Path(name)
    known = installed()
    if str(name) in known:
        path = known[str(name)] / FILE
    elif path.is_dir():
        path = path / FILE
    if not path.is_file():
        close = get_close_matches(str(name), known, n=1)
        raise HarnessError(
            f"there is no assignment {str(name)!r}",
            expected=f"one of {', '.join(known)}, or a folder that holds {FILE}",
            fix=f"did you mean {close[0]!r}?" if close else "",
        )
    return parse(path.read_bytes(), where=str(path))


def parse(source: bytes, where: str = FILE) -> Assignment:
    """Read the text of an `assignment.toml`; each task by the table of its kind.

    Raises:
        HarnessError: with the place of the mistake and what belongs there.
    """
    try:
        raw = tomllib.loads(source.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise HarnessError("the file is not UTF-8", where=f"{where}, byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).rpartition(" (")
        raise HarnessError(
            f"not TOML: {(what or str(error)).lower()}",
            where=f"{where}, {place.rstrip(')')}" if what else where,
        ) from error
    if "digest" in raw:
        raise HarnessError("the field 'digest' is computed", where=where, fix="remove it")
    raw["digest"] = hashlib.sha256(source).hexdigest()
    assignment = _converted(raw, Assignment, where)
    tasks = tuple(
        _task(one, f"{where}, {_label(one, index)}") for index, one in enumerate(assignment.tasks))
    assignment = msgspec.structs.replace(assignment, tasks=tasks)
    for message in mistakes(assignment):
        raise HarnessError(**{"where": where, **message})
    return assignment


def _task(raw: Any, where: str) -> Task:
    """A task, by its kind's own table."""
    name = raw.get("kind", DEFAULT) if isinstance(raw, dict) else DEFAULT
    known = kinds()
    if name not in known:
        close = get_close_matches(str(name), known, n=1, cutoff=0.75)
        raise HarnessError(
            f"invalid enum value {name!r}", where=f"{where}.kind",
            expected=f"one of {', '.join(known)}",
            fix=f"did you mean {close[0]!r}?" if close
            else "correct the name, or install the package that adds this kind")
    if isinstance(raw, dict):
        _refuse_stray(raw, known[name], where)
    return _converted(raw, known[name].task, where, ".")


def _refuse_stray(raw: Mapping[str, Any], kind: Kind, where: str) -> None:
    """A field that the table of another kind has, and this one's has not."""
    for field in raw:
        if field in kind.task.__struct_fields__:
            continue
        for other in kinds().values():
            if field in other.task.__struct_fields__:
                raise HarnessError(
                    f"task {raw.get('id')!r} has {field!r}", where=where.partition(", ")[0],
                    expected=f"that of {a(other.name)}; the task has "
                    f'kind = "{kind.name}"', fix="remove it")


def _converted(
    raw: Any, table: type[Table], where: str, joint: str = ", "
) -> Table:
    """msgspec's message with the path as people write it, and the name that was meant."""
    try:
        return msgspec.convert(raw, table)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
    path = path.rstrip("`").removeprefix("$").lstrip(".")
    fix = ""
    unknown = re.search(r"unknown field `(\w+)`", what)
    if unknown:
        meant: type[msgspec.Struct] = (
            _checks(table) if "[...]" in path else Limits if path == "limits" else table)
        close = get_close_matches(unknown[1], meant.__struct_fields__, n=1)
        fix = f"did you mean {close[0]!r}?" if close else "remove it"
    what = what[0].lower() + what[1:]
    raise HarnessError(what, where=f"{where}{joint}{path}" if path else where, fix=fix)


def _checks(table: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The table of a check, within that of a task."""
    checks: type[msgspec.Struct] = get_args(get_type_hints(table)["checks"])[1]
    return checks


def _label(raw: Any, index: int) -> str:
    name = raw.get("id") if isinstance(raw, dict) else None
    return f"task {name!r}" if name else f"task number {index + 1}"
