"""`results.json`: the report that all others are written from, and what `replay` reads."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.model import RESULTS_SCHEMA, BatchReport, PolicyInfo, SubmissionReport
from cgp_harness.reports.groups import Group, groups
from cgp_harness.reports.whole_file import write_whole

FILE = "results.json"
SCHEMA_FILE = "results.schema.json"
REGRADE = "run `cgp grade` again: what it has stored is reused"


class _Head(msgspec.Struct):
    schema: str


class _Ruled(msgspec.Struct):
    policy: PolicyInfo | None = None


def encode(report: BatchReport) -> bytes:
    """The report as JSON, keys in the schema's order; numbers that are not finite become null.

    `plots` stay out, which are what `figures` show; `repeated`, which the notes say; `sources`, and
    `marks` and `mark` in them.
    """
    return b"".join(_parts(report))


def write(report: BatchReport, folder: Path) -> None:
    """Write `results.json` into `folder`, one submission after the other."""
    write_whole(folder / FILE, _parts(report))


def _parts(report: BatchReport) -> Iterator[bytes]:
    document: dict[str, Any] = {
        "schema": report.schema,
        "assignment": report.assignment,
        "environment": report.environment,
        "submissions": (_written(submission) for submission in report.submissions),
        "groups": (_group(one) for one in groups(report.submissions)),
        "notes": report.notes,
        "policy": report.policy,
    }
    before = b"{\n"
    for key, value in document.items():
        yield before + b'  "%s": ' % key.encode()
        yield from _list(value) if isinstance(value, Iterator) else [_indented(value, b"  ")]
        before = b",\n"
    yield b"\n}\n"


def _list(items: Iterator[Any]) -> Iterator[bytes]:
    before = b"[\n    "
    for item in items:
        yield before + _indented(item, b"    ")
        before = b",\n    "
    yield b"[]" if before.startswith(b"[") else b"\n  ]"


def _indented(value: Any, by: bytes) -> bytes:
    # No text has a line of its own: within quotes JSON has none.
    lines = msgspec.json.format(msgspec.json.encode(value), indent=2)
    return lines.replace(b"\n", b"\n" + by)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every `results.json` fits."""
    text = importlib.resources.files("cgp_harness.reports").joinpath(SCHEMA_FILE).read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def read(path: Path) -> BatchReport:
    """Read a `results.json`, or the one in a folder.

    Raises:
        HarnessError: it is missing, cut short, of another schema, or a field has the wrong type.
    """
    path = path / FILE if path.is_dir() else path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HarnessError(
            f"cannot read the results: {(error.strerror or str(error)).lower()}", where=str(path),
            expected=f"the {FILE} that `cgp grade` wrote, or its folder",
        ) from error
    return decode(content, str(path))


def policy_of(path: Path) -> PolicyInfo | None:
    """The policy of a `results.json` that may be of any kind; None if it has none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Ruled).policy
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def decode(content: bytes, where: str = FILE) -> BatchReport:
    """The report in the bytes of a `results.json`.

    Raises:
        HarnessError: as for `read`.
    """
    try:
        found = msgspec.json.decode(content, type=_Head).schema
        if found == RESULTS_SCHEMA:
            return msgspec.json.decode(content, type=BatchReport)
    except UnicodeDecodeError as error:
        raise _explained("the text is not UTF-8", where) from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise _explained(str(error), where) from error
    raise HarnessError(
        f"the results are of schema {found!r}", where=where, expected=f"{RESULTS_SCHEMA!r}",
        fix=REGRADE,
    )


def _written(report: SubmissionReport) -> dict[str, Any]:
    bare = replace(
        report, sources=(), checks=tuple(replace(check, plots=()) for check in report.checks))
    document: dict[str, Any] = msgspec.to_builtins(bare)
    del document["repeated"], document["sources"], document["marks"]
    for check in document["checks"]:
        del check["plots"], check["mark"]
        if not check["evidence"]:
            del check["evidence"]
    return document


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id, "task": group.task, "check": group.check,
        "flags": group.diagnosis.flags if group.diagnosis else (),
        "members": group.members, "smallest": group.smallest}


def _explained(message: str, where: str) -> HarnessError:
    what, _, place = message.partition(" - at `$.")
    if not what.startswith("JSON"):
        what = what[:1].lower() + what[1:]
    return HarnessError(
        f"the results cannot be used: {what}",
        where=f"{where}, {place.rstrip('`')}" if place else where,
        expected=f"a file of schema {RESULTS_SCHEMA!r}", fix=REGRADE,
    )
