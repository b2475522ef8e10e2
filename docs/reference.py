"""Draws the pages of docs/reference from the code: commands, hooks, kinds of task.

    python docs/reference.py --write

Without `--write` it says whether the pages are what the code is; a test asks that too.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from cgp_harness import hookspecs
from cgp_harness.cli import main as cgp
from cgp_harness.installed import kinds
from cgp_harness.kind import LOADS, Kind
from cgp_harness.task import Assignment, CheckSpec, Limits, Task

FOLDER = Path(__file__).parent / "reference"
DRAWN = "<!-- Drawn by docs/reference.py from the code. -->"
READ_ELSEWHERE = ("solution", "mistakes", "folder", "digest")
"""Fields of an assignment that no `assignment.toml` has."""


def table(*header: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table, and an empty line below it; nothing if it has no rows."""
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    if lines:
        yield from (f"| {' | '.join(header)} |", "|---" * len(header) + "|", *lines, "")


# Commands

def commands() -> Iterator[str]:
    """Every command with its options, as `--help` has them."""
    yield from ("# Commands", "", DRAWN, "", "What `--help` says of each.", "")
    yield from table("command", "does", rows=(
        (f"[`cgp {name}`](#cgp-{name})", one.get_short_help_str(90))
        for name, one in sorted(cgp.commands.items())))
    for name, one in sorted(cgp.commands.items()):
        yield from _command(one, click.Context(one, info_name=f"cgp {name}"), "##")


def _command(one: click.Command, context: click.Context, heading: str) -> Iterator[str]:
    yield from (f"{heading} {context.command_path}", "", "```text")
    yield from (f"{context.command_path} {' '.join(one.collect_usage_pieces(context))}", "```", "")
    yield from _prose(inspect.cleandoc(one.help or ""))
    records = (option.get_help_record(context) for option in one.get_params(context))
    yield from table("option", "does", rows=(
        (f"`{names}`", " ".join(says.split())) for names, says in filter(None, records)
        if says and not names.endswith("--help")))
    for name, other in sorted(getattr(one, "commands", {}).items()):
        inner = click.Context(other, context, info_name=name)
        yield from _command(other, inner, f"{heading}#")


def _prose(text: str) -> Iterator[str]:
    """Paragraphs of a help text; what it keeps as it stands (`\\b`) is a block."""
    for paragraph in text.replace("\f", "").split("\n\n"):
        kept = paragraph.startswith("\b\n")
        yield from ("```text", paragraph[2:], "```", "") if kept else (
            " ".join(paragraph.split()), "")


# Hooks

def hooks() -> Iterator[str]:
    """Every hook with its whole text."""
    yield from ("# Hooks", "", DRAWN, "",
                "What `cgp_harness/hookspecs.py` says: the whole contract with plugins. Each hook",
                "has an example in the [plugin reference](../plugin-reference.md).", "")
    for name, hook in vars(hookspecs).items():
        if name.startswith("cgp_") and callable(hook):
            yield from (f"## {name}", "", *_sections(inspect.getdoc(hook) or ""))


def _sections(text: str) -> Iterator[str]:
    """A docstring as Markdown: what is set in below `::` is code, a section's title is bold."""
    for part in re.split(r"(?<=::\n\n)((?: {4}.*\n+)+)", text + "\n"):
        if part.startswith("    "):
            yield from ("```python", inspect.cleandoc(part), "```", "")
            continue
        for paragraph in part.strip().split("\n\n"):
            said = re.sub(r"^Returns:", "**Returns:**", " ".join(paragraph.split()))
            yield from (said.replace("::", ":"), "")


# Kinds of task

def of_kinds() -> Iterator[str]:
    """Kinds of task: their checks, and what an `assignment.toml` may say."""
    yield from ("# Kinds of task, and `assignment.toml`", "", DRAWN, "",
                "What an `assignment.toml` may hold, and the checks of each kind of the harness. A",
                "field without a default must be there. How the parts fit:",
                "[instructor guide](../instructor-guide.md#an-assignment-of-your-own); how a kind",
                "is written: [Kinds](../kinds.md).", "")
    yield from ("## At the top", "", *_fields(Assignment, without=READ_ELSEWHERE))
    yield from ("## `[limits]`", "", *_fields(Limits))
    yield from ("## `[[tasks]]`, of any kind", "", *_fields(Task))
    yield from ("## A check of any kind", "", "In `[tasks.checks]`, below its task.", "",
                *_fields(CheckSpec))
    for name, kind in kinds().items():
        if kind.package.startswith("cgp_harness."):
            yield from _kind(name, kind)


def _kind(name: str, kind: Kind) -> Iterator[str]:
    package = importlib.import_module(kind.package)
    yield from (f"## `{name}`", "", (inspect.getdoc(package) or "").partition("\n\n")[0], "",
                f"`kind = \"{name}\"`" + (
                    f"; a submission registers it by `{kind.above('NAME')}`."
                    if kind.starter else "."), "")
    yield from table("check", "a right answer", rows=(
        (f"`{check}`", info.title) for check, info in {"loads": LOADS, **kind.checks}.items()))
    own = {one.name for one in msgspec.structs.fields(Task)}
    yield from _fields(kind.task, without=own)
    check = typing.get_args(typing.get_type_hints(kind.task)["checks"])[1]
    own = {one.name for one in msgspec.structs.fields(CheckSpec)}
    if further := [*_fields(check, without=own)]:
        yield from ("A check may have besides:", "", *further)


def _fields(table_of: type[msgspec.Struct], without: Iterable[str] = ()) -> Iterator[str]:
    said = _attributes(table_of)
    yield from table("field", "is", "default", "means", rows=(
        (f"`{one.name}`", _type(one.type), _default(one), said.get(one.name, ""))
        for one in msgspec.structs.fields(table_of) if one.name not in without))


def _attributes(table_of: type) -> dict[str, str]:
    """What docstrings say of the fields of a class and of those that it extends."""
    found: dict[str, str] = {}
    for one in reversed(table_of.__mro__):
        text = inspect.cleandoc(one.__dict__.get("__doc__") or "").partition("Attributes:\n")[2]
        for name, says in re.findall(r"^    (\w+): (.*(?:\n     +.*)*)", text, flags=re.M):
            found[name] = " ".join(says.split())
    source = inspect.getsource(table_of)
    beside = re.findall(r'^    (\w+): .*\n    """(.*?)"""', source, flags=re.M)
    return found | dict(beside)


NAMES = {str: "text", float: "number", int: "whole number", bool: "true or false"}


def _type(of: Any) -> str:
    origin, inner = typing.get_origin(of), typing.get_args(of)
    if origin is typing.Annotated:
        of = inner[0]
    if origin is typing.Literal:
        return " or ".join(f'`"{one}"`' for one in inner if one)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_type(one) for one in inner if one is not type(None))
    if origin is tuple:
        return f"list of {_type(inner[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table of {_type(inner[1])}"
    if isinstance(of, type) and issubclass(of, str) and of is not str:
        return " or ".join(f'`"{one}"`' for one in of)
    return NAMES.get(of, "table")


def _default(one: msgspec.structs.FieldInfo) -> str:
    if one.required:
        return ""
    value = one.default if one.default is not msgspec.NODEFAULT else one.default_factory()
    if isinstance(value, msgspec.Struct):
        return "as below"
    return "none" if value in ("", (), {}, None) else f"`{json.dumps(value)}`"


PAGES = {"commands": commands, "hooks": hooks, "kinds": of_kinds}


def drawn(name: str) -> str:
    """A page of docs/reference, by its name."""
    return "\n".join(PAGES[name]())


def main() -> int:
    """Write the pages, or compare them; 1 if one is out of date."""
    paths = {FOLDER / f"{name}.md": drawn(name) for name in PAGES}
    if "--write" in sys.argv[1:]:
        FOLDER.mkdir(exist_ok=True)
        for path, text in paths.items():
            path.write_text(text, encoding="utf-8")
        return 0
    old = [path.name for path, text in paths.items()
           if not path.exists() or path.read_text(encoding="utf-8") != text]
    if old:
        print(f"{', '.join(old)} is not what the code is: python docs/reference.py --write")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
