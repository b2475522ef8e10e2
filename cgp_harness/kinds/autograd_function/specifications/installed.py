"""What autograd functions may have to compute: the harness's own, and those of plugins."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from cgp_harness import installed
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.specifications import SPECIFICATIONS
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.kinds.autograd_function.task import FunctionTask


@cache
def specifications() -> dict[str, Specification]:
    """What autograd functions may have to compute: the harness's own, then those of plugins.

    Raises:
        HarnessError: a plugin's specification has a name that is taken, or another than its own.
    """
    return installed.joined("specification", SPECIFICATIONS, "cgp_specifications")


def named(task: FunctionTask) -> Specification:
    """The specification that a task names.

    Raises:
        HarnessError: there is no such specification.
    """
    known = specifications()
    if task.specification not in known:
        close = get_close_matches(task.specification, known, n=1)
        raise HarnessError(
            f"there is no specification {task.specification!r}", where=f"task {task.id!r}",
            expected=f"one of {', '.join(known)}",
            fix=f"did you mean {close[0]!r}?" if close else "")
    return known[task.specification]
