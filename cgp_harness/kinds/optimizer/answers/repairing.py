"""A rule with a change made in its source: how it is stepped, and what the change is.

Runs in the worker: which of the changes is right, only the grader knows.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from types import FunctionType
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.requests import Tried
from cgp_harness.mutation.source import COUNT
from cgp_harness.sandbox.protocol.changing import CHANGES_MAX, Shown
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_harness.sandbox.worker.candidates import Candidates
from cgp_harness.sandbox.worker.changing import (
    EACH_S,
    STOPS,
    WORK,
    Nowhere,
    functions_of,
    shown,
    stopped_after,
)
from cgp_harness.sandbox.worker.loading.stopping import StoppedError
from cgp_reference.rule import Rule


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
            list(_functions(rule, self._folder)), self._folder, tuple(rule.state), hyperparameters,
            given=(COUNT,) if isinstance(rule, Rule) else (), work=WORK)
        self.rule = replace(rule, counts_steps=True) if self.made.given else rule

    def tried(
        self, first: int, steps: Callable[[], Floats], answers: Floats
    ) -> tuple[Tried, bytes]:
        """Fill in the answers (count, T, D) of those from `first` on; `steps` gives one."""
        count = len(self.made.changes)
        with redirect_stdout(Nowhere()), redirect_stderr(Nowhere()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, answer in enumerate(answers, start=first):
                answer[:] = self._answer(number, steps) if number <= count else np.nan
        return Tried(min(count, CHANGES_MAX)), answers.tobytes()

    def _answer(self, number: int, steps: Callable[[], Floats]) -> Floats | float:
        if self._stops >= STOPS:
            return np.nan
        try:
            with self.made.in_place(number), stopped_after(EACH_S):
                return steps()
        except StoppedError:
            self._stops += 1
        except BaseException:  # a change may make no program, or one that raises anything
            return np.nan
        return np.nan

    def shown(self, number: int) -> Shown:
        """What a change is; raises if there is none of that number."""
        return shown(self.made, number, self._folder)


def _functions(rule: Any, folder: str) -> Iterator[FunctionType]:
    if isinstance(rule, Rule):
        yield from functions_of(getattr(rule.function, "pyfunc", rule.function), folder)
    else:
        yield from functions_of(rule.optimizer, folder)
