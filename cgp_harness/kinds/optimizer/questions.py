"""What can be asked of a submission's step-size rules: the steps that they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np

from cgp_harness.model import Floats

Arrays = Literal["numpy", "torch", "scalar"]
"""What a rule is given: numpy arrays, torch tensors, or one Python float at a time."""


@dataclass(frozen=True)
class Trajectory:
    """A whole gradient sequence for one list of parameters.

    Args:
        shapes: shape of each parameter; D is their total size.
        gradients: (T, D), loss units per parameter unit; row k-1 holds step k, parameters one
            after the other, each in C order.
        hyperparameters: values by the student's names, the same at all steps.
        schedule: values per step, (T,), by the student's names; these win.
        second_group: index of the first parameter of a second parameter group, which only a
            `torch.optim.Optimizer` has; every further group begins as many parameters later. 0:
            there is one group.
        factors: how many times its value in the group before a hyperparameter is in a group.
        start: (D,), values of the parameters before the first step, for a rule that looks at them;
            they move by the steps that it takes. None: they are no part of the run, and a class
            finds its own at zero.
    """

    shapes: tuple[tuple[int, ...], ...]
    gradients: Floats
    hyperparameters: Mapping[str, float]
    schedule: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    second_group: int = 0
    factors: Mapping[str, float] = field(default_factory=dict)
    start: Floats | None = None

    def part(self, shapes: tuple[tuple[int, ...], ...], numbers: slice | list[int]) -> Trajectory:
        """The run of some of its numbers, as parameters of these shapes."""
        return replace(
            self, shapes=shapes, gradients=self.gradients[:, numbers],
            start=None if self.start is None else self.start[numbers])

    def together(self) -> Trajectory:
        """The run with all its numbers as one parameter."""
        return self.part(((self.gradients.shape[1],),), slice(None))

    def up_to(self, steps: int) -> Trajectory:
        """Its first steps."""
        return replace(
            self, gradients=self.gradients[:steps],
            schedule={name: values[:steps] for name, values in self.schedule.items()})

    def positions(self, answer: Floats) -> Floats:
        """(T, D): the parameters before each step of a rule that gave this answer, from 0 on if the
        run does not say where they begin."""
        start = np.zeros(answer.shape[1]) if self.start is None else self.start
        with np.errstate(all="ignore"):
            return np.subtract.accumulate(np.vstack([start, answer]), axis=0)[:-1]


@dataclass(frozen=True)
class Steps:
    """What a rule answered: `values` (T, D) are the steps to subtract, `dtype` what they came in.

    Steps rather than parameter values: one that is not finite does not hide those that follow.
    """

    values: Floats
    dtype: str


@dataclass(frozen=True)
class Move:
    """One step to be asked for: the arguments of `Rules.step`.

    `device`: torch's name of where tensors are, if not in the host's memory. `parameters`: (D,),
    their values before the step, for a rule that looks at them.
    """

    handle: int
    rule: str
    shapes: tuple[tuple[int, ...], ...]
    gradient: Floats
    hyperparameters: Mapping[str, float]
    arrays: Arrays = "numpy"
    writable: bool = False
    device: str = ""
    parameters: Floats | None = None


class Rules(Protocol):
    """Every method raises `SubjectError` when the student's code is at fault."""

    def trajectory(
        self, rule: str, run: Trajectory, arrays: Arrays = "numpy", *,
        writable: bool = False, reuse_buffer: bool = False, dtype: str = "float64",
        idle: bool = False,
    ) -> Steps:
        """Step `rule` through a whole gradient sequence, from fresh state.

        Args:
            writable: give writable copies, so that in-place edits go unpunished.
            reuse_buffer: give every step's gradient in one and the same array.
            dtype: `float64` or `float32`, of the gradients given.
            idle: leave the rule out, and answer with the gradients: what all else costs.
        """
        ...

    def step(
        self, handle: int, rule: str, shapes: tuple[tuple[int, ...], ...], gradient: Floats,
        hyperparameters: Mapping[str, float], arrays: Arrays = "numpy", *, writable: bool = False,
        parameters: Floats | None = None,
    ) -> Steps:
        """One step (gradient (D,), answer (1, D)) of the run behind `handle`.

        The state stays in the worker: the first call with a handle begins a run. The parameters are
        held here: a rule that looks at them is told their values (D,) at each step.
        """
        ...

    def steps(self, moves: Sequence[Move]) -> tuple[Steps, ...]:
        """One step of each of several runs, in one request.

        Raises:
            SubjectError: one of them failed; the others are not to be gone on with either.
        """
        ...
