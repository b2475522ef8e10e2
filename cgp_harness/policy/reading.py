"""`policy.toml`, and the files that it names -> Policy: every mistake explained."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from cgp_harness.assignment.typed import converted, parsed
from cgp_harness.errors import HarnessError
from cgp_harness.policy import adjusting, extensions
from cgp_harness.policy.dates import moment, zone_of
from cgp_harness.policy.files import content
from cgp_harness.policy.policy import Late, Policy


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    due: Any = None
    timezone: str = ""
    late: Late | None = None
    extensions: str = ""
    adjust: str = ""
    published: bool = False


def load(path: Path, checks: Collection[str]) -> Policy:
    """The policy in a file.

    Args:
        checks: the ids of all checks that the assignment has.

    Raises:
        HarnessError: with the place of the mistake and what belongs there.
        MachineError: this machine knows no time zones.
    """
    where = str(path)
    read = parsed(content(path), where)
    file = converted(read.data, _File, read)
    zone = zone_of(file.timezone, f"{read.at('timezone')}, timezone") if file.timezone else None
    due = None if file.due is None else moment(file.due, zone, f"{read.at('due')}, due")
    for field, is_there in (("late", file.late), ("extensions", file.extensions)):
        if due is None and is_there:
            raise HarnessError(
                f"there is `{field}`, and no due date", where=read.at(field),
                expected="a line such as due = 2026-11-03T23:59:00 above it")
    table = path.parent / file.extensions if file.extensions else None
    return Policy(
        str(path), due, zone, file.late, str(table or ""),
        extensions.read(table, due, zone) if table and due else (),
        adjusting.read(path.parent / file.adjust, checks) if file.adjust else (), file.published)
