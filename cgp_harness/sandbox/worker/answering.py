"""How a worker answers the requests of one kind of thing, and how far it came when that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from cgp_harness.registering.contract import Registered

Targets = Mapping[str, Registered]
"""Name -> what is registered so, of one kind."""


@dataclass
class Position:
    """Where a request has come to.

    `where`: file and line of what it is for. `step` counts from 1, 0 if nothing is being stepped;
    `parameter` from 0, -1 if there is none; `run`, of several in one request, from 0.
    """

    where: str = ""
    step: int = 0
    parameter: int = -1
    run: int = 0


@dataclass(frozen=True)
class Changeable:
    """What of a thing a change to its source may be made in, and what such a change may name.

    Args:
        code: the student's function or class.
        state: arguments that are a state, which is returned.
        hyperparameters: arguments that are numbers, with their defaults.
        given: an argument that it may be given besides, if it has none of this name.
        with_given: what is registered then, in the place of the thing.
    """

    code: Any
    state: tuple[str, ...] = ()
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    given: str = ""
    with_given: Any = None


class Answers(Protocol):
    """One kind's answers in one worker. `answers.py` of a kind has a class `Answers` of these."""

    def answer(
        self, request: Any, targets: Targets, payload: bytearray, at: Position
    ) -> tuple[Any, bytes | memoryview]:
        """The header and the payload that answer a request; raises whatever student code does.

        Args:
            at: to be kept up to date, for the message of a failure.
        """
        ...

    def changeable(self, target: Any) -> Changeable:
        """What of a registered thing may be changed, to see where it is wrong."""
        ...


class ByName:
    """Requests that have a `name` and need nothing but what is registered so.

    Args:
        answer: request, class or function, numbers -> header and payload.
    """

    def __init__(self, answer: Callable[[Any, Any, Any], tuple[Any, bytes]]) -> None:
        self._answer = answer

    def answer(
        self, request: Any, targets: Targets, payload: bytearray, at: Position
    ) -> tuple[Any, bytes]:
        """See `Answers`."""
        target = targets[request.name]
        at.where = target.where
        return self._answer(request, target.target, np.frombuffer(payload, np.float64))

    def changeable(self, target: Any) -> Changeable:
        """See `Answers`."""
        return Changeable(target)
