"""Requests to a step-size rule, and their answer; what the grader may know of a rule."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from cgp_harness.errors import PluginError
from cgp_harness.registering.contract import Registered
from cgp_harness.sandbox.protocol.message_fields import (
    MOST,
    NAME_MAX,
    Arrays,
    Dtype,
    Name,
    Numbers,
    Shapes,
)
from cgp_harness.sandbox.protocol.names import cut, wrong_name


class Details(Struct, frozen=True, forbid_unknown_fields=True):
    """What the grader may know of a rule, besides its name and place.

    Attributes:
        form: how it is read (`installed.forms`); `rule`: a function below the decorator.
        state: initial value of each state argument.
        hyperparameters: default of each hyperparameter, by the student's own names.
        fixed: arguments that are never passed, with the type of their default (`memory`: `dict`).
        sees_parameter: whether it takes `p`, the parameter's value, which other forms have.
        numbers: those that stand in its code, of other forms.
    """

    form: Name
    state: Numbers
    hyperparameters: Numbers
    fixed: Annotated[dict[Name, Name], Meta(max_length=MOST)] = {}
    sees_parameter: bool = False
    numbers: Annotated[tuple[float, ...], Meta(max_length=MOST)] = ()

    @property
    def moves(self) -> bool:
        """Whether its code holds parameters and moves them, so that steps are read off these."""
        return self.form != "rule"

    @property
    def groups(self) -> bool:
        """Whether it may have groups of parameters, with hyperparameters of their own."""
        return self.form == "torch_class"


def details(one: Registered) -> Details:
    """What the grader may know of a rule.

    Raises:
        PluginError: it is more than an answer takes.
    """
    rule = one.target
    if wrong := _wrong(rule):
        raise PluginError(
            f"the rule {cut(rule.name)} cannot be graded: {wrong}", where=rule.where,
            expected=f"at most {NAME_MAX} letters in a name, and at most {MOST} states and "
            "hyperparameters",
        )
    return Details(
        getattr(rule, "form", "rule"), dict(rule.state),
        dict(rule.hyperparameters),
        {name: type(value).__name__[:NAME_MAX] for name, value in rule.fixed.items()},
        bool(getattr(rule, "sees_parameter", False)), tuple(getattr(rule, "numbers", ())))


def _wrong(rule: Any) -> str:
    """What of a rule fits no `Details`, if anything."""
    if wrong := wrong_name(rule.name):
        return wrong
    for noun, values in (
        ("states", rule.state), ("hyperparameters", rule.hyperparameters),
        ("further arguments", rule.fixed),
    ):
        if len(values) > MOST:
            return f"it has {len(values)} {noun}"
        for name, value in values.items():
            if len(name) > NAME_MAX:
                return f"the name {cut(name)} has {len(name)} letters"
            if values is not rule.fixed and type(value) not in (float, int):
                return f"{name} is of type {type(value).__name__}"
    return ""


class RunTrajectory(Struct, frozen=True, forbid_unknown_fields=True, tag="trajectory"):
    """Step a rule through a gradient sequence; payload (T, D) float64, so is the answer's.

    `idle`: as if the rule computed nothing, which is what all else costs. `second_group` and
    `factors` are those of `questions.Trajectory`. `moves` is that of `TorchRule`.
    """

    rule: str
    shapes: Shapes
    arrays: Arrays
    dtype: Literal["float32", "float64"]
    writable: bool
    reuse_buffer: bool
    hyperparameters: dict[str, int | float]
    schedule: dict[str, tuple[float, ...]]
    idle: bool = False
    second_group: int = 0
    factors: dict[str, float] = {}
    moves: bool = True


class RunStep(Struct, frozen=True, forbid_unknown_fields=True, tag="step"):
    """One step of the run behind `handle`, which `begins` with it; payload (D,) float64.

    `device`: torch's name of where tensors are, if not in the host's memory.
    """

    handle: int
    begins: bool
    rule: str
    shapes: Shapes
    arrays: Arrays
    writable: bool
    hyperparameters: dict[str, int | float]
    device: str = ""


class RunTrajectoryFrom(
    RunTrajectory, frozen=True, forbid_unknown_fields=True, tag="trajectory_from"
):
    """The same for a rule that looks at the parameters; their values come first, (D,), before the
    gradients. They move by the steps that it takes."""


class RunStepAt(RunStep, frozen=True, forbid_unknown_fields=True, tag="step_at"):
    """The same for a rule that looks at the parameters; their values come before the gradient."""


class RunSteps(Struct, frozen=True, forbid_unknown_fields=True, tag="steps"):
    """One step of each of several runs; the payloads one after the other, so are the answer's."""

    steps: tuple[RunStep | RunStepAt, ...]


class Stepped(Struct, frozen=True, forbid_unknown_fields=True, tag="stepped"):
    """The steps are in the payload; `dtype` is what the first of them came in."""

    dtype: Dtype


REQUESTS = (RunTrajectory, RunTrajectoryFrom, RunStep, RunStepAt, RunSteps)
