"""What a form is: how a rule is called, and where its step is seen.

A module with a form has it as `FORM`. A worker imports it, so that nothing of the grader may be
imported there, nor torch:

    FORM = Form("two_arguments", "def adam(w, dw): return next_w", readings)

    def readings(target, wanted):
        if type(target) is FunctionType and len(signature(target).parameters) == 2:
            yield Reading(lambda values, _: Walked(target, values))

What a reading begins has parameters of its own, which it moves as the student's code says; a step
is how far they moved (`moved.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from cgp_reference.signature import is_step_number

if TYPE_CHECKING:
    from cgp_harness.kinds.optimizer.contract.reading.moved import MovedRun


class Copy(Protocol):
    """Parameters of their own, under the student's code."""

    @property
    def values(self) -> Sequence[Any]:
        """What they are now, each its own array or tensor."""
        ...

    def put(self, values: Sequence[Any]) -> None:
        """Let them be these."""
        ...

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> None:
        """Move them, given the gradient of each."""
        ...


@dataclass(frozen=True)
class Reading:
    """One way to read a function or a class.

    Args:
        begin: parameters' first values (arrays or tensors, to keep) and all hyperparameters ->
            parameters under the student's code.
        hyperparameters: default of each that can be given, by the student's names.
        fixed: further arguments, with their defaults; they are never given.
    """

    begin: Callable[[Sequence[Any], Mapping[str, float]], Copy]
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """A rule that is asked for.

    Args:
        task: its name.
        names: under which it may be found, all as `folded` has them; the first that is there.
        defaults: accepted name of a hyperparameter -> the task's default of it.
        canonical: accepted name -> the task's own name.
    """

    task: str
    names: Sequence[str]
    defaults: Mapping[str, float]
    canonical: Mapping[str, str]

    def default(self, name: str) -> float | None:
        """That of a hyperparameter by an accepted name; None for any other name."""
        return self.defaults.get(name)

    def is_hyperparameter(self, name: object) -> bool:
        """Whether it is a name that may stand for one, not that of the step number."""
        return isinstance(name, str) and (name in self.defaults or not is_step_number(name))


@dataclass(frozen=True)
class Form:
    """A form.

    Args:
        name: `form` in an `assignment.toml`, and after `--form`.
        looks: what such a rule looks like, in one line, for messages.
        readings: function or class, what is asked for -> all ways to read it, the likeliest first;
            none if it does not look like this form; `Reading`s, or a whole rule, which
            is taken. May call it, which may raise anything.
    """

    name: str
    looks: str
    readings: Callable[[Any, Wanted], Iterator[Any]]


@dataclass(frozen=True)
class FormRule:
    """A rule read by a form, with the face of `cgp_reference.rule.Rule`.

    Args:
        name: what it is registered as.
        form: the form's name.
        code: the student's function or class.
        where: its file and line.
        reading: how it is read.
        numbers: all that stand in its code.
        moves: see `torch_rule.TorchRule`.
    """

    name: str
    form: str
    code: Any
    where: str
    reading: Reading
    numbers: tuple[float, ...] = ()
    moves: bool = True
    state: Mapping[str, float] = field(default_factory=dict)

    @property
    def hyperparameters(self) -> Mapping[str, float]:
        """Default of each that can be given."""
        return self.reading.hyperparameters

    @property
    def fixed(self) -> Mapping[str, Any]:
        """Arguments that are never given."""
        return self.reading.fixed

    def run(self, parameters: Sequence[Any]) -> MovedRun:
        """Begin to train `parameters`: numbers, numpy arrays or tensors."""
        from cgp_harness.kinds.optimizer.contract.reading.moved import MovedRun

        return MovedRun(self, self.reading.begin, parameters, axes=1)
