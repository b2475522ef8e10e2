"""What a change of a rule keeps: the run that all are asked, a function that is compiled late."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from cgp_harness.kinds.optimizer.questions import Trajectory

Whole = Callable[[Trajectory], Trajectory]


class Remembered:
    """What became of the run before, which all mutants are asked after each other."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self._last: tuple[Trajectory, Trajectory] | None = None

    def __call__(self, run: Trajectory) -> Trajectory:
        """The run with all that the rule needs."""
        if self._last is None or self._last[0] is not run:
            self._last = run, self._whole(run)
        return self._last[1]


class Late:
    """A changed function, compiled when it is first called."""

    def __init__(self, made: Callable[[], Callable[..., Any]]) -> None:
        self._made = made

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """As the function itself."""
        return self._function(*arguments, **named)

    @cached_property
    def _function(self) -> Callable[..., Any]:
        return self._made()
