"""What is the same for all cells of a kind: runs of a seed, right steps, how far float32 is off.

A grader keeps little of it, since it grades with one seed; here 50 seeds come again with each cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from unittest import mock

from cgp_harness.kinds.optimizer.checks import relations, update_rule
from cgp_harness.kinds.optimizer.probes import cases, rounding, verdict
from cgp_harness.kinds.optimizer.probes.long_run import long_run
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import Convention
from cgp_harness.model import Floats

_single: dict[tuple[object, ...], float] = {}


def _of_float32(
    wanted: Convention, run: Trajectory, right: Floats,
    measured: Callable[[Convention, Trajectory, Floats], float] = rounding.of_float32,
) -> float:
    plain = replace(run, gradients=run.gradients[:0])
    key = wanted, repr(plain), run.gradients.tobytes()
    if key not in _single:
        _single[key] = measured(wanted, run, right)
    return _single[key]


_long_run = cache(long_run.__wrapped__)
_KEPT = (
    (rounding, "of_float32", _of_float32),
    (update_rule, "long_run", _long_run),
    (relations, "long_run", _long_run),
    (cases, "short_run", cache(cases.short_run.__wrapped__)),
    (verdict, "_of_probe", cache(verdict._of_probe.__wrapped__)),
)


@contextmanager
def known_once() -> Iterator[None]:
    """While this is open, all of it is found once in a process."""
    with ExitStack() as stack:
        for module, name, kept in _KEPT:
            stack.enter_context(mock.patch.object(module, name, kept))
        yield
