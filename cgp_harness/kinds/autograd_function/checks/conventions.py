"""A check of a Function that may follow one of several conventions: right by any, it is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from cgp_harness.checks.context import Outcome
from cgp_harness.kinds.autograd_function.context import FOLLOWS, FunctionContext
from cgp_harness.model import Status

Check = Callable[[FunctionContext], Outcome]
POSSIBLE = "possible"
"""What a check learns: names of the conventions by which it was passed."""


def by_convention(check: Check) -> Check:
    """The check by each convention that those before it leave; by the first, if none passes it."""

    @wraps(check)
    def checked(context: FunctionContext) -> Outcome:
        names = context.learned.get(POSSIBLE, tuple(context.conventions))
        if len(names) == 1:
            return check(context.knowing({FOLLOWS: names[0]}))
        outcomes = {name: check(context.knowing({FOLLOWS: name})) for name in names}
        right = tuple(
            name for name, one in outcomes.items() if one.status is Status.PASSED)
        if not right:
            return outcomes[names[0]]
        return replace(outcomes[right[0]], learned={FOLLOWS: right[0], POSSIBLE: right})

    return checked
