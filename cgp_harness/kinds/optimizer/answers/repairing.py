"""A rule with a change made in its source: how it is stepped, and what the change is.

Runs in the worker: which of the changes is right, only the grader knows.
"""

from __future__ import annotations

import inspect
import io
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from types import FunctionType
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.requests import CANDIDATES_MAX, Candidate, Tried
from cgp_harness.mutation.mending.repairs import lines
from cgp_harness.mutation.source import COUNT
from cgp_harness.sandbox.protocol.message_fields import MOST, TEXT_MAX
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_harness.sandbox.worker.candidates import Candidates
from cgp_harness.sandbox.worker.loading.stopping import StoppedError
from cgp_reference.rule import Rule

WORK = 400_000
"""Nodes of source that are compiled: all 3,400 candidates of a function of Adam's length, 1,900 of
a class's 2,800; 0.9 s of CPU time."""
EACH_S, STOPS = 0.2, 2
"""CPU seconds of one, a thousand times what it takes; after so many that took them, no more."""


class RuleCandidates:
    """All changes of one rule, numbered from 1; none if its source cannot be read.

    Attributes:
        rule: as it is stepped with one of them: it counts its steps, since that may be what it
            has to.
    """

    def __init__(self, rule: Any) -> None:
        self._folder, self._stops = os.getcwd(), 0
        tuples = [part for parts in getattr(rule, "tuples", {}).values() for part in parts]
        hyperparameters = {
            name: value for name, value in rule.hyperparameters.items() if name not in tuples}
        self.made = Candidates(
            list(_functions(rule)), self._folder, tuple(rule.state), hyperparameters,
            given=(COUNT,) if isinstance(rule, Rule) else (), work=WORK)
        self.rule = replace(rule, counts_steps=True) if self.made.given else rule

    def tried(
        self, first: int, steps: Callable[[], Floats], answers: Floats
    ) -> tuple[Tried, bytes]:
        """Fill in the answers (count, T, D) of those from `first` on; `steps` gives one."""
        count = len(self.made.changes)
        with redirect_stdout(_Nowhere()), redirect_stderr(_Nowhere()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, answer in enumerate(answers, start=first):
                answer[:] = self._answer(number, steps) if number <= count else np.nan
        return Tried(min(count, CANDIDATES_MAX)), answers.tobytes()

    def _answer(self, number: int, steps: Callable[[], Floats]) -> Floats | float:
        if self._stops >= STOPS:
            return np.nan
        try:
            with self.made.in_place(number), _stopped_after(EACH_S):
                return steps()
        except StoppedError:
            self._stops += 1
        except BaseException:  # a change may make no program, or one that raises anything
            return np.nan
        return np.nan

    def shown(self, number: int) -> Candidate:
        """What a change is; raises if there is none of that number."""
        change = self.made.changes[number - 1]
        if change is None:
            raise IndexError("the first is no change")
        file = os.path.relpath(self.made.file(number), self._folder)
        before, after = self.made.codes(number)
        return Candidate(
            change.said.general, file[:TEXT_MAX], lines(change)[:MOST], before[:TEXT_MAX],
            after[:TEXT_MAX])


def _functions(rule: Any) -> Iterator[FunctionType]:
    if isinstance(rule, Rule):
        function = inspect.unwrap(getattr(rule.function, "pyfunc", rule.function))
        if type(function) is FunctionType:
            yield function
        return
    methods = {
        name: one for base in reversed(rule.optimizer.__mro__) for name, one in vars(base).items()
        if not name.startswith("__")}
    for name in sorted(methods, key=lambda one: one != "step"):
        function = inspect.unwrap(methods[name]) if callable(methods[name]) else None
        if type(function) is FunctionType:
            yield function


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise StoppedError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class _Nowhere(io.TextIOBase):
    """What a changed rule prints is nobody's."""

    def write(self, text: str) -> int:
        return len(text)
