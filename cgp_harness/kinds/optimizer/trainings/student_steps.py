"""A student's rules as a step: gradients go to their worker, the steps to subtract come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.questions import Arrays, Move
from cgp_harness.model import Floats
from cgp_harness.probing.training_loop import Step

handles = count(1)
"""A handle that was used before goes on where it stopped; so each is used once."""


@dataclass(frozen=True)
class Entrant:
    """A student's rule in a training.

    Args:
        context: its task; `learned["elementwise"]` is what `relations` leaves.
        hyperparameters: by canonical name; those that the rule does not take are left out.
        device: torch's name of the device whose tensors the rule is given; empty: what it takes
            everywhere else, in the host's memory.
    """

    context: RuleContext
    hyperparameters: Mapping[str, float]
    device: str = ""


def of_subjects(entrants: Sequence[Entrant], size: int, seeds: int) -> Step:
    """Rules of one submission in their worker, side by side, from fresh state; one request a step.

    Gradients and steps are (D, R * S): all seeds of the first rule, then those of the next. An
    elementwise rule, as `relations` has found out, gets one array (D, S), or all its numbers one by
    one. Any other gets one parameter (D,) for each seed.

    Args:
        entrants: R rules.
        size: D.
        seeds: S.
    """
    runs = [_Run.of(entrant, size, seeds) for entrant in entrants]
    rules = entrants[0].context.rules

    def parts_of(numbers: Floats) -> Floats:
        return numbers.reshape(size, len(runs), seeds).swapaxes(0, 1)

    def step(gradient: Floats, parameters: Floats) -> Floats:
        answers = rules.steps([
            run.move(*parts) for run, *parts in
            zip(runs, parts_of(gradient), parts_of(parameters), strict=True)])
        return np.concatenate(
            [run.step(one.values) for run, one in zip(runs, answers, strict=True)], axis=1)

    return step


def of_subject(entrant: Entrant, size: int, seeds: int) -> Step:
    """A single rule; gradients and steps are (D, S)."""
    return of_subjects([entrant], size, seeds)


def elementwise(context: RuleContext) -> bool:
    """Whether the student's rule treats each number as if it were alone, as far as is known."""
    return context.arrays == "scalar" or bool(context.learned.get("elementwise"))


def in_force(context: RuleContext, hyperparameters: Mapping[str, float]) -> dict[str, float]:
    """Hyperparameters as the student's code has them: some are fixed in it, at its own value."""
    return {**hyperparameters, **context.fixed, **context.learned.get("fixed", {})}


@dataclass(frozen=True)
class _Run:
    """A run in the worker, with D parameters from each of S seeds."""

    handle: int
    rule: str
    size: int
    seeds: int
    hyperparameters: Mapping[str, float]
    arrays: Arrays
    writable: bool
    together: bool
    device: str
    sees_parameter: bool

    @classmethod
    def of(cls, entrant: Entrant, size: int, seeds: int) -> _Run:
        context = entrant.context
        given = {
            name: value for key, value in entrant.hyperparameters.items()
            if (name := context.named(key))
        }
        return cls(
            next(handles), context.task.id, size, seeds, given,
            "torch" if entrant.device else context.arrays, bool(context.in_place),
            elementwise(context), entrant.device, context.sees_parameter)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        return ((self.size, self.seeds),) if self.together else ((self.size,),) * self.seeds

    def move(self, gradient: Floats, parameters: Floats) -> Move:
        """What to ask, with the gradient and the parameters (D, S)."""
        return Move(
            self.handle, self.rule, self.shapes, self._numbers(gradient), self.hyperparameters,
            self.arrays, self.writable, self.device,
            self._numbers(parameters) if self.sees_parameter else None)

    def _numbers(self, values: Floats) -> Floats:
        return (values if self.together else values.T).ravel()

    def step(self, values: Floats) -> Floats:
        """What was answered, as (D, S)."""
        if self.together:
            return values.reshape(self.size, self.seeds)
        return values.reshape(self.seeds, self.size).T
