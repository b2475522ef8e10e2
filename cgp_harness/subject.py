"""A submission under test, as the checks see it: what it registered, and what can be asked of it.

Only numbers and short texts pass between it and the grader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np

from cgp_harness.kinds.activation.questions import Activations
from cgp_harness.kinds.autograd_function.questions import Functions
from cgp_harness.kinds.backprop.questions import Graphs
from cgp_harness.model import Floats, Problem, at
from cgp_harness.registering.decorators import Kind as ExtensionKind

Arrays = Literal["numpy", "torch", "scalar"]
"""What a rule is given: numpy arrays, torch tensors, or one Python float at a time."""

NOUNS: Mapping[ExtensionKind, str] = {
    "autograd_function": "autograd function", "activation": "activation",
    "backprop": "backpropagation",
}
"""As people say it."""


@dataclass(frozen=True)
class RuleInfo:
    """What a worker says that a submission registered. Numbers and short texts only.

    Args:
        kind: `function` (the decorator) or `torch` (a `torch.optim.Optimizer` subclass).
        file: its path inside the submission.
        line: where it begins there, with its decorators; 0 if that is not known.
        state: initial value of each state argument.
        hyperparameters: default of each hyperparameter, by the student's own names.
        fixed: arguments that are never passed, with the type of their default (`memory`: `dict`).
        sees_parameter: whether it takes `p`, the parameter's value; a class has it in any case.
    """

    name: str
    kind: Literal["function", "torch"]
    file: str
    line: int
    state: Mapping[str, float]
    hyperparameters: Mapping[str, float]
    fixed: Mapping[str, str] = field(default_factory=dict)
    sees_parameter: bool = False

    @property
    def where(self) -> str:
        """File and line, for messages."""
        return at(self.file, self.line)


@dataclass(frozen=True)
class ExtensionInfo:
    """What else a submission registered: by kind, name, and file and line inside it."""

    kind: ExtensionKind
    name: str
    file: str
    line: int

    @property
    def where(self) -> str:
        """File and line, for messages."""
        return at(self.file, self.line)


@dataclass(frozen=True)
class Manifest:
    """What came of loading a submission's files.

    Args:
        rules: every rule that was registered and fits the contract, in order of file and line.
        problems: what went wrong in single files or rules; other files still count.
        torch: whether the submission imported torch.
        extensions: everything else that was registered and fits its contract.
        repeated: names that are registered more than once, with how often; none of them counts.
    """

    rules: tuple[RuleInfo, ...] = ()
    problems: tuple[Problem, ...] = ()
    torch: bool = False
    extensions: tuple[ExtensionInfo, ...] = ()
    repeated: Mapping[str, int] = field(default_factory=dict)

    def rule(self, name: str) -> RuleInfo | None:
        """The rule registered under `name`."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def extension(self, kind: ExtensionKind, name: str) -> ExtensionInfo | None:
        """What is registered as this, under `name`."""
        return next(
            (one for one in self.extensions if (one.kind, one.name) == (kind, name)), None)


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
    """One step to be asked for: the arguments of `Subject.step`.

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


class SubjectError(Exception):
    """The submission's code raised, hung, died or answered nonsense.

    `kind` tells failures apart that have the same status: `raised` (an exception of its own),
    `read_only` (an in-place change of an input), `contract` (wrong return value), `memory`,
    `stopped` (the process is gone: timeout, signal, exit), `protocol`.
    """

    def __init__(self, problem: Problem, kind: str = "raised") -> None:
        super().__init__(str(problem))
        self.problem, self.kind = problem, kind


class Subject(Protocol):
    """A submission in its worker, as the checks see it.

    Every method raises `SubjectError` when the student's code is at fault. After a timeout or a
    death the next call starts a fresh worker.
    """

    @property
    def manifest(self) -> Manifest:
        """What came of loading the files; the first use starts the worker."""
        ...

    @property
    def functions(self) -> Functions:
        """Its Functions."""
        ...

    @property
    def activations(self) -> Activations:
        """Its activations."""
        ...

    @property
    def graphs(self) -> Graphs:
        """Its forward and backward on graphs."""
        ...

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

    def restart(self) -> None:
        """Begin again in a fresh process, as if nothing had been called."""
        ...
