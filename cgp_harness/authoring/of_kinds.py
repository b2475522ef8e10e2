"""What a homework begins with, by what its kinds say of that."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from cgp_harness.authoring.backward import class_of, with_backward
from cgp_harness.authoring.packages import imported
from cgp_harness.authoring.source import Definition
from cgp_harness.authoring.wanted import Wanted
from cgp_harness.kind import Kind

LOADS = 5
"""What the check `loads` is worth, of 100."""
_SUBMITTED: Mapping[str, Callable[[str, str], str]] = {"autograd_function": with_backward}
"""What makes a submission of a file, where an answer of this name may be less than one."""


def weights(kind: Kind, one: Wanted) -> dict[str, float]:
    """In which proportion the checks of a task count that are not `loads`."""
    own = kind.authored.weights or dict.fromkeys(kind.checks, 1)
    return {check: own[check] for check in kind.checks
            if check in own and kind.authored.asked(check, one.node, len(one.parts))}


def part_of(kind: Kind, name: str, names: Collection[str]) -> str:
    """Of which of the others of its kind something is a part; empty if it is a task of its own."""
    ending = kind.authored.part
    whole = name.removesuffix(ending)
    return whole if ending and name.endswith(ending) and whole in names else ""


def fields(kind: Kind, text: str) -> Mapping[str, str]:
    """What else the table of a task says.

    Args:
        kind: of task.
        text: the solution.
    """
    return kind.authored.fields([*imported(text)])


def handed_in(text: str, wanted: Sequence[Wanted]) -> str:
    """A file of right answers as a student hands it in.

    Args:
        text: the solution, or one with a change in it.
        wanted: the solution's tasks.
    """
    for one in wanted:
        if one.kind in _SUBMITTED:
            text = _SUBMITTED[one.kind](text, one.node.name)
    return text


def written(text: str, wanted: Sequence[Wanted]) -> list[Wanted]:
    """The tasks with the definitions that a student writes.

    Args:
        text: a right submission, as `handed_in` gives it.
        wanted: the solution's tasks.
    """
    own = {node.name: node for node in ast.parse(text).body if isinstance(node, Definition)}
    return [replace(
        one, node=own[class_of(one.node) if one.kind in _SUBMITTED else one.node.name],
        parts=tuple(own[part.name] for part in one.parts)) for one in wanted]
