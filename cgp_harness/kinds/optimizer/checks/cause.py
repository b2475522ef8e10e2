"""Why a rule is wrong on a run of the ground: only what asking again has shown is said.

A run differs from the usual ones in more than what it is about: in shapes, say. So the same is
asked without that; if it is wrong there too, the cause is looked for in how the numbers are laid
out, and then in their size. What none of this shows is not named.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cgp_harness.checks.context import Outcome
from cgp_harness.kinds.optimizer.checks.failing import Failing
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.evidence_of import answer_of
from cgp_harness.kinds.optimizer.probes.ground import (
    FALLING,
    MAGNITUDES,
    PLAIN,
    SHORT,
    Probe,
    alone,
    gradients_of,
)
from cgp_harness.kinds.optimizer.probes.verdict import Verdict, narrowed
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Problem

SOMEWHERE = "on the usual numbers, but not on all"


def raised(context: RuleContext, problem: Problem, probe: Probe) -> Outcome:
    """The rule raises on a run of the ground: it loses what a wrong number there loses."""
    again = next((run for run in _controls(probe) if _raises(context, run)), None)
    words = probe.about if again is None else _shapes_that_raise(context, again)
    said = [str(problem), *([f"It does so {words}."] if words else [])]
    return Outcome(problem.status, 0.0, "\n".join(said))


def without_about(context: RuleContext, failing: Failing) -> Failing | None:
    """The first run without what the probe is about that is wrong as well; None if that is it."""
    for run in _controls(failing.probe):
        answer = answer_of(context, run)
        if answer is None:
            return replace(failing, probe=Probe(failing.probe.run, ""))
        if not narrowed(context, failing.before, run, answer).conventions:
            return replace(failing, probe=Probe(run, ""), answer=answer)
    return None


def about(probe: Probe, step: int, number: int, *, single: bool) -> str:
    """Continues "agrees", for a run that is wrong because of what it is about.

    Args:
        single: whether one number alone shows it, so that its size may be named.
    """
    where = probe.where if single or "{gradient}" not in probe.where else ""
    said = (where or probe.about).format(
        step=step + 1, gradient=f"{abs(probe.run.gradients[step, number]):.0e}")
    return f"on the usual numbers, but not {said}"


def otherwise(context: RuleContext, before: Verdict, case: Trajectory) -> str:
    """Continues "agrees", for a run that is wrong for another reason."""
    return (_laid_out(context, before, case) or _sizes(context, before, case) or SOMEWHERE)


def one_parameter(context: RuleContext, before: Verdict, case: Trajectory) -> Trajectory:
    """The first parameter of a case that is wrong by itself; the case if it takes several."""
    if case.second_group or len(case.shapes) == 1:
        return case
    return next((one for one in alone(case) if not _right(context, before, one)), case)


def _laid_out(context: RuleContext, before: Verdict, case: Trajectory) -> str:
    if len(case.shapes) > 1:  # `one_parameter` has found none that is wrong by itself
        return ("on the usual numbers, but not with several parameters: each alone gets the right "
                "steps")
    shape, numbers = case.shapes[0], case.gradients.shape[1]
    if not _right(context, before, _singly(case)):
        return ""
    always = not _right(context, before, _usual(case))
    flat = replace(case, shapes=((numbers,),))
    if always and shape != (numbers,) and _right(context, before, flat):
        return f"on the usual numbers, but not for a parameter of shape {shape}"
    if always and _right(context, before, _of_all_sizes()):
        return ("on single numbers, but not where a parameter has several: in one of shape "
                f"{shape}, each number alone gets the right step, together they do not")
    return (f"on the usual numbers, but not on several at once: in a parameter of shape {shape}, "
            "each alone gets the right step, together they do not")


def _sizes(context: RuleContext, before: Verdict, case: Trajectory) -> str:
    g = np.abs(case.gradients)
    decades = np.floor(np.log10(np.where(g > 0, g, 1.0)))
    usual = replace(case, gradients=case.gradients / 10**decades)
    if not decades.any() or not _right(context, before, usual):
        return ""
    least, most = f"{g[g > 0].min():.0e}", f"{g.max():.0e}"
    if (decades >= 0).all():
        return f"on the usual numbers, but not for gradients as large as {most}"
    if (decades <= 0).all():
        return f"on the usual numbers, but not for gradients as small as {least}"
    return f"on the usual numbers, but not for gradients from {least} to {most}"


def _shapes_that_raise(context: RuleContext, run: Trajectory) -> str:
    found = dict.fromkeys(
        one.shapes[0] for one in alone(run)
        if _raises(context, one) and _raises(context, _usual(one))
        and not _raises(context, _singly(one)))
    return f"for a parameter of shape {_listed(list(map(str, found)))}" if found else ""


def _listed(names: Sequence[str]) -> str:
    return " or ".join([*([", ".join(names[:-1])] if names[1:] else []), names[-1]])


def _controls(probe: Probe) -> tuple[Trajectory, ...]:
    return probe.without if probe.about else (probe.run,)


def _singly(run: Trajectory) -> Trajectory:
    """Each number as a parameter of its own."""
    return replace(run, shapes=((1,),) * sum(map(math.prod, run.shapes)))


def _usual(run: Trajectory) -> Trajectory:
    """The same with gradients near 1."""
    steps, numbers = run.gradients.shape
    return replace(run, gradients=gradients_of(13, steps, np.ones(numbers)))


def _of_all_sizes() -> Trajectory:
    gradients = gradients_of(4, SHORT, MAGNITUDES)
    return Trajectory(((1,),) * len(MAGNITUDES), gradients, PLAIN, FALLING)


def _right(context: RuleContext, before: Verdict, run: Trajectory) -> bool:
    answer = answer_of(context, run)
    return answer is not None and bool(narrowed(context, before, run, answer).conventions)


def _raises(context: RuleContext, run: Trajectory) -> bool:
    return answer_of(context, run) is None
