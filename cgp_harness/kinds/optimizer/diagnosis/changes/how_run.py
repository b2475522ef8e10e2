"""Mistakes in no line of a rule: in how it keeps its state, counts, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.probes.recursion import given, parts, real, steps
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.mutation.change import Said
from cgp_reference.rule import Rule

STEP, GRADIENT, DEFAULT = "step", "g", "default"


@dataclass(frozen=True)
class WayToRun:
    """One way to run a rule that is not the right one.

    Args:
        id: what `diagnosis.flags` holds.
        said: in words.
        cost: as that of a `Change`.
        needs: whether a rule can make this mistake.
        how: further arguments of `interleaved`, if it is run by that.
        instead: what the rule is given, and code of what it is instead; of `step`, what it gives.
    """

    id: str
    said: Said
    cost: float
    needs: Callable[[Rule], bool] = lambda rule: True
    how: Mapping[str, Any] | None = None
    instead: tuple[tuple[str, str], ...] = ()

    @property
    def fixes(self) -> bool:
        """Whether a hyperparameter is at its default, whatever is given."""
        return any(code == DEFAULT for _, code in self.instead)

    def excludes(self, other: WayToRun) -> bool:
        """Whether both say something of the same."""
        both = {name for name, _ in self.instead} & {name for name, _ in other.instead} - {STEP}
        return bool((both and not self.fixes and not other.fixes)
                    or {*(self.how or {})} & {*(other.how or {})})


def run_so(
    ways: Sequence[WayToRun], rule: Rule, run: Trajectory, *, flat: bool,
    state: Sequence[Floats] | None = None,
) -> Floats:
    """The steps (T, D) of a rule that is run in all of these ways, from a state if one is given."""
    how: dict[str, Any] = {}
    ways = sorted(ways, key=lambda way: not way.fixes)
    for way in ways:
        run = _instead(way, rule, run)
        how |= way.how or {}
    answer = interleaved(rule, run, state=state, **how) if how else steps(
        rule, run, flat=flat, state=state)
    for way in ways:
        for name, code in way.instead:
            if name == STEP:
                answer = _evaluated(code, {**_names(rule, run), STEP: answer})
    return answer


def _instead(way: WayToRun, rule: Rule, run: Trajectory) -> Trajectory:
    names = _names(rule, run)
    for name, code in way.instead:
        if name == STEP:
            continue
        value = _evaluated(code, {**names, DEFAULT: rule.hyperparameters.get(name)})
        if name == GRADIENT:
            run = replace(run, gradients=np.broadcast_to(value, run.gradients.shape))
        elif name in run.schedule or np.ndim(value):
            column = np.broadcast_to(value, (len(run.gradients), 1))
            run = replace(run, schedule={**run.schedule, name: tuple(map(float, column[:, 0]))})
        else:
            number = value if isinstance(value, int) else float(value)
            run = replace(run, hyperparameters={**run.hyperparameters, name: number})
    return run


def _names(rule: Rule, run: Trajectory) -> dict[str, Any]:
    """What code may name: g (T, D), what changes between steps (T, 1), other hyperparameters."""
    return {
        **rule.hyperparameters, **run.hyperparameters, GRADIENT: run.gradients,
        **{name: np.array(row)[:, None] for name, row in run.schedule.items()}}


def _evaluated(code: str, names: Mapping[str, Any]) -> Any:
    return eval(_compiled(code), {"__builtins__": {}, "abs": abs}, dict(names))


@lru_cache(maxsize=256)
def _compiled(code: str) -> CodeType:
    return compile(code, "<instead>", "eval")


def interleaved(
    rule: Rule, run: Trajectory, *, shared: bool = False,
    count: Callable[[int, int, int], int] = lambda step, index, calls: step,
    first: Callable[[str, Floats], Any] | None = None, state: Sequence[Floats] | None = None,
) -> Floats:
    """The steps (T, D), all parameters after each other at every step, as a training takes them.

    Args:
        shared: one state for all parameters, which then have the same shape.
        count: `k` for the number of the step, the index of the parameter, the number of the call.
        first: a state's name and its parameter's first gradient -> what it begins from.
        state: (D,) for each state, to begin from.

    Raises:
        ValueError: a state is shared by parameters of different shapes.
    """
    if shared and len(set(run.shapes)) > 1:
        raise ValueError("parameters of different shapes share no state")
    places = tuple(parts(run.shapes))
    begin = first or (lambda name, gradient: np.full(gradient.shape, rule.state[name]))
    states = [
        tuple(begin(name, run.gradients[0, part].reshape(shape)) for name in rule.state)
        for shape, part in places] if state is None else [
        tuple(one[part].reshape(shape) for one in state) for shape, part in places]
    values = None if run.start is None else run.start.copy()
    answer, calls = np.empty(run.gradients.shape), 0
    for t, row in enumerate(run.gradients):
        values_of_step = given(rule, run, t)
        for index, (shape, part) in enumerate(places):
            calls += 1
            step, now = rule.step(
                row[part].reshape(shape), count(t + 1, index, calls), states[index], values_of_step,
                None if values is None else values[part].reshape(shape))
            answer[t, part] = real(step)
            for other in range(len(places)) if shared else (index,):
                states[other] = now
        if values is not None:
            values = values - answer[t]
    return answer


WAYS = (
    WayToRun("shared_state", Said(*["all parameters share one state"] * 2), 1.5,
             lambda rule: bool(rule.state), {"shared": True}),
    WayToRun("k_per_parameter", Said(*["k goes on at every call, not at every step"] * 2), 1.5,
             lambda rule: rule.counts_steps, {"count": lambda step, index, calls: calls}),
    WayToRun("k_is_index", Said(*["k is the number of the parameter, not of the step"] * 2), 1.5,
             lambda rule: rule.counts_steps, {"count": lambda step, index, calls: index + 1}),
    WayToRun("first_gradient_state", Said(
        *["the state begins from the first gradient instead of zero"] * 2), 2,
        lambda rule: bool(rule.state), {"first": lambda _, gradient: gradient}),
    WayToRun("first_gradient_state", Said(
        *["the state begins from the square of the first gradient instead of zero"] * 2), 2,
        lambda rule: bool(rule.state), {"first": lambda _, gradient: gradient**2}),
)
