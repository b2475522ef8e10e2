"""A run of the ground on which a rule is wrong, cut down to what shows it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.ground import Probe
from cgp_harness.kinds.optimizer.probes.verdict import (
    Verdict,
    as_read,
    expected,
    narrowed,
    tolerance,
)
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError


@dataclass(frozen=True)
class Failing:
    """A probe whose answer no convention explains, and the verdict before it."""

    probe: Probe
    answer: Floats
    before: Verdict


def first_difference(
    context: RuleContext, failing: Failing, convention: str
) -> tuple[int, int]:
    """The step and the number, from 0, that are off first; of several, the one nearest to 1."""
    right = expected(context, convention, failing.probe)
    room = tolerance(context, failing.before, convention, failing.probe, right)
    answer = as_read(context, failing.probe, failing.answer, right)
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(right), np.nan_to_num(np.abs(answer))).max(axis=0)
        wrong = ~(np.abs(answer - right) <= room * np.where(size > 0, size, 1.0))
    step = int(np.argmax(wrong.any(axis=1)))
    with np.errstate(divide="ignore"):
        decades = np.abs(np.log10(np.abs(failing.probe.run.gradients[step])))
    return step, int(np.argmin(np.where(wrong[step], np.minimum(decades, 99.0), 100.0)))


def cut(context: RuleContext, failing: Failing, step: int, number: int) -> Trajectory:
    """The smallest part of the run that still shows it: one number, one parameter, those so far."""
    whole = context.begun(failing.probe.run)
    run = whole.up_to(step + 1)
    for part in _parts(run, number):
        try:
            answer = context.answer(part)
        except SubjectError as error:
            if error.kind not in ("raised", "contract"):
                raise
            continue
        if not narrowed(context, failing.before, part, answer).conventions:
            return part
    return whole


def shortest(
    context: RuleContext, before: Verdict, case: Trajectory, convention: str
) -> Trajectory:
    """The case up to its own first difference: with fewer steps, less is a share of the largest."""
    while True:
        answer = context.answer(case)
        step, _ = first_difference(context, Failing(Probe(case, ""), answer, before), convention)
        if step + 1 >= len(case.gradients):
            return case
        shorter = case.up_to(step + 1)
        if narrowed(context, before, shorter, context.answer(shorter)).conventions:
            return case
        case = shorter


def _parts(run: Trajectory, number: int) -> Iterator[Trajectory]:
    ends = np.cumsum([math.prod(shape) for shape in run.shapes])
    parameter = int(np.searchsorted(ends, number, side="right"))
    begin, end = int(ends[parameter]) - math.prod(run.shapes[parameter]), int(ends[parameter])
    if not run.second_group:
        yield run.part(((1,),), [number])
        yield run.part(run.shapes[parameter:parameter + 1], slice(begin, end))
        yield run.part(run.shapes[:parameter + 1], slice(end))
    yield run
