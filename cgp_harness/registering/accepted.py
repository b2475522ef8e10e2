"""`@accepted`: of an instructor's solution, a further answer to a task that counts as right.

A worker loads this file too, since a solution is written as a submission is: there it does nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Target = TypeVar("Target")


@dataclass(frozen=True)
class Accepted:
    """A further right answer.

    Args:
        task: what it answers.
        convention: what it is called.
        target: what the decorator stands above.
        where: file and line of the decorator.
        says: what it is, after the title of the task; empty for its name.
        library: the rule of a library that computes the same; may be empty.
    """

    task: str
    convention: str
    target: Any
    where: str
    says: str = ""
    library: str = ""


WRITTEN: list[Accepted] = []
"""All that were written in this process, in order."""


def accepted(
    task: str, convention: str, *, says: str = "", library: str = ""
) -> Callable[[Target], Target]:
    """Say that what stands below is right for a task too; above its own decorator.

    Above the task's own answer it only gives that a name.

    Args:
        task: as `assignment.toml` calls it.
        convention: a name for this form of the answer, as `lr_in_buffer`.
        says: continues the task's title in messages, as "with lr inside the buffer".
        library: the rule of `torch.optim` that computes the same, as `torch.optim.SGD`:
            `convergence` then compares with it too.
    """
    caller = sys._getframe(1)
    where = f"{caller.f_code.co_filename}:{caller.f_lineno}"

    def register(target: Target) -> Target:
        WRITTEN.append(Accepted(task, convention, target, where, says, library))
        return target

    return register
