"""One list of parameters under a student's rule, step by step. Runs in the worker."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from operator import length_hint
from types import MappingProxyType
from typing import Any

import numpy as np

from cgp_harness.sandbox.protocol.message_fields import Dtype
from cgp_harness.sandbox.worker.arrays import Arrays, Floats, NumpyArrays, ScalarArrays, Shape
from cgp_reference.rule import Rule, Run


class ChangedInPlaceError(ValueError):
    """A tensor that a rule was given is no longer what it was."""


class Watched(list[Any]):
    """A list that knows how far its reader has come: at which parameter did the rule raise?"""

    _reader: Iterator[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        self._reader = super().__iter__()
        return self._reader

    @property
    def position(self) -> int:
        """Of what was read last; -1 if nothing was."""
        return -1 if self._reader is None else len(self) - length_hint(self._reader) - 1


class Training:
    """A run of a rule with whatever it returns checked and copied.

    `k` and `parameter` say how far it came, for the report of an exception. `values` are those of
    the parameters, (D,), where the rule is told them: they move by each step, or are set anew.
    """

    values: Floats | None = None

    def __init__(
        self, rule: Any, shapes: Sequence[Shape], arrays: str, dtype: str = "float64", *,
        writable: bool = False, reuse_buffer: bool = False, device: str = "cpu",
        second_group: int = 0, factors: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self.k, self.parameter = 0, -1
        self._rule = rule
        self._arrays = _arrays(
            rule, shapes, arrays, dtype=dtype, writable=writable, reuse_buffer=reuse_buffer,
            device=device,
        )
        self._names = tuple(getattr(rule, "state", ()))
        parameters = self._arrays.parameters()
        self._run = (
            rule.run_in_groups(parameters, second_group, factors) if second_group
            else rule.run(parameters))
        # torch.optim keeps its own state, and may change it in place.
        self._states = self._run.states if isinstance(self._run, Run) else []
        self._own_states()

    def step(self, row: Floats, hyperparameters: Mapping[str, float]) -> tuple[Floats, Dtype]:
        """One step's gradients, (D,), to the steps to subtract, (D,), and their dtype.

        The steps may be the rule's own array, which it may change when it is called again.
        """
        self.k, self.parameter = self.k + 1, -1
        arrays = self._arrays
        given = Watched(arrays.gradients(row))
        before = self._states[:] if arrays.watched else []
        # Not for the others, a class among them: they are stepped as if there were no parameters.
        seen = () if self.values is None else arrays.values(self.values)
        try:
            answers = self._run.step(given, hyperparameters, seen)
        except BaseException:
            self.parameter = given.position
            raise
        taken = arrays.plain(answers) or self._taken(answers)
        if arrays.watched and (changed := arrays.changed(before)) >= 0:
            self.parameter = changed
            raise ChangedInPlaceError("a read-only tensor was changed in place")
        self._own_states()
        if self.values is not None:
            self.values = self.values - taken[0]
        return taken

    def _taken(self, answers: Sequence[Any]) -> tuple[Floats, Dtype]:
        taken = []
        for index, answer in enumerate(answers):
            self.parameter = index
            taken.append(self._arrays.step(answer, index))
        return np.concatenate([one for one, _ in taken]), taken[0][1]

    def _own_states(self) -> None:
        owned, states = self._arrays.states, self._states
        if self._arrays.need_no_copy(states):
            return
        for index, state in enumerate(states):
            self.parameter = index
            states[index] = owned(state, index, self._names)


def _arrays(
    rule: Any, shapes: Sequence[Shape], arrays: str, *,
    dtype: str, writable: bool, reuse_buffer: bool, device: str,
) -> Arrays:
    if arrays == "scalar":
        return ScalarArrays(rule, sum(math.prod(shape) for shape in shapes), dtype)
    if arrays == "numpy":
        return NumpyArrays(rule, shapes, dtype, writable=writable, reuse_buffer=reuse_buffer)
    # A submission that never imports torch need not wait for it: only this request brings it in.
    from cgp_harness.kinds.optimizer.answers.torch_arrays import TorchArrays

    return TorchArrays(
        rule, shapes, dtype, writable=writable, reuse_buffer=reuse_buffer, device=device)


def idle(rule: Any) -> Rule:
    """A rule that keeps as much state as this one and computes nothing: it moves by the gradient.

    A run of it costs all that a run of the rule costs, the rule's own time apart.
    """
    state = dict(rule.state) if isinstance(rule, Rule) else {}

    def unchanged(gradient: Any, **named: Any) -> tuple[Any, ...]:
        return gradient, *[named[name] for name in state]

    return Rule(
        rule.name, unchanged, state, rule.hyperparameters, counts_steps=False, fixed={},
        sees_parameter=bool(getattr(rule, "sees_parameter", False)))
