"""What a check of a rule trains on."""

from __future__ import annotations

from collections.abc import Sequence

from cgp_harness import installed
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_reference.errors import meant
from cgp_reference.problems import Problem


def problems_of(task: OptimizerTask, kind: str, default: Sequence[str] = ()) -> tuple[Problem, ...]:
    """What a check of a task trains on, as its `assignment.toml` says; else `default`.

    Raises:
        HarnessError: there is no such problem.
    """
    names = task.checks[kind].problems or default
    for name in names:
        if name not in installed.problems():
            raise HarnessError(
                f"there is no problem {name!r}", where=f"{task.id}.{kind}",
                expected=f"one of {', '.join(installed.problems())}",
                fix=meant(name, installed.problems(), "correct the name, or install the package "
                          "that adds this problem"),
                field=f"checks.{kind}.problems")
    return tuple(installed.problems()[name] for name in names)
