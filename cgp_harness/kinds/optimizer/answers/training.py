"""One list of parameters under a student's rule, step by step. Runs in the worker."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

    def steps(self, rows: Floats, hyperparameters: Iterable[Mapping[str, float]]) -> Dtype:
        """Write the steps to subtract over their gradients, (T, D).

        Args:
            hyperparameters: those of each step.

        Returns:
            The dtype that the first of them came in.
        """
        arrays, run, states, dtypes = self._arrays, self._run, self._states, []
        for row, these in zip(rows, hyperparameters, strict=False):
            self.k, self.parameter = self.k + 1, -1
            # Of a single parameter nobody asks which one raised: a tenth of a small step is saved.
            gradients = arrays.gradients(row)
            given = Watched(gradients) if len(gradients) > 1 else gradients
            before = states[:] if arrays.watched else states
            # Not for the others, a class among them: they are stepped as if there were none.
            seen = () if self.values is None else arrays.values(self.values)
            try:
                answers = run.step(given, these, seen)
            except BaseException:
                self.parameter = given.position if isinstance(given, Watched) else 0
                raise
            # Copied before the rule is called again: it may be the rule's own array.
            row[:], dtype = arrays.plain(answers) or self._taken(answers)
            dtypes.append(dtype)
            if arrays.watched and (changed := arrays.changed(before)) >= 0:
                self.parameter = changed
                raise ChangedInPlaceError("a read-only tensor was changed in place")
            self._own_states()
            if self.values is not None:
                self.values = self.values - row
        return dtypes[0]

    def _taken(self, answers: Sequence[Any]) -> tuple[Floats, Dtype]:
        taken = []
        for index, answer in enumerate(answers):
            self.parameter = index
            taken.append(self._arrays.step(answer, index))
        return np.concatenate([one for one, _ in taken]), taken[0][1]

    def _own_states(self) -> None:
        arrays, states = self._arrays, self._states
        if arrays.need_no_copy(states):
            return
        for index, state in enumerate(states):
            self.parameter = index
            states[index] = arrays.states(state, index, self._names)


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
