"""Right submissions, in numpy and in torch, for each kind of task; and a task that each solves."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cgp_harness.checks.grading import Library, Right, grading_of
from cgp_harness.installed import kinds
from cgp_harness.probing.devices import CPU
from cgp_harness.task import Task


def rights(library: Library, names: tuple[str, ...]) -> Iterator[Right]:
    """Of these kinds what is tried in a library."""
    for name in names:
        yield from (
            one for one in grading_of(kinds()[name]).right if one.library == library)


def task_of(right: Right, device: str) -> Task:
    """What it solves; on another device than the CPU with the checks that compute there, too."""
    if device == CPU.name:
        return right.task
    checks = {**right.task.checks, **right.on_device}
    return msgspec.structs.replace(right.task, checks=checks)


def kinds_in(library: Library) -> tuple[str, ...]:
    """The kinds of task that are tried in it."""
    return tuple(name for name in kinds() if any(rights(library, (name,))))


def text(found: tuple[Right, ...], library: Library) -> str:
    """A file that solves the tasks of all of these; nothing if there are none."""
    if not found:
        return ""
    module = "import numpy as np\n" if library == "numpy" else "import torch\n"
    return module + "".join(one.imports for one in found) + "".join(one.source for one in found)
