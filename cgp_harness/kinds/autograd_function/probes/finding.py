"""The first thing that is wrong with a Function, and the outcome that it makes of a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cgp_harness.checks.context import Outcome, failed
from cgp_harness.kinds.autograd_function.probes.case import FunctionCase
from cgp_harness.model import Diagnosis

RAISED = ("raised", "contract", "read_only")
"""Kinds of `SubjectError` where the student's code raised, and the worker lives on."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong.

    Args:
        flag: its name; empty if it has none.
        message: for the student, in full sentences; may show inputs and expected numbers.
        case: where numbers differ, if it is numbers that do.
        got: what came there, if asking again in the usual way would not show it.
        local: whether numbers are known to be right elsewhere.
        blocks: whether later checks make no sense any more.
    """

    flag: str
    message: str
    case: FunctionCase | None = None
    got: tuple[float, ...] = ()
    local: bool = False
    blocks: bool = False


def refused(
    flaw: Flaw, diagnosis: Diagnosis | None = None, case: Mapping[str, Any] | None = None
) -> Outcome:
    """No points; without a diagnosis the flag is all that is named, in the message's first line."""
    if diagnosis is None and flaw.flag:
        diagnosis = Diagnosis((flaw.flag,), flaw.message.partition("\n")[0])
    return failed(
        flaw.message, diagnosis=diagnosis, counterexample=case, blocks=flaw.blocks)
