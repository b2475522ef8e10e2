"""What a rule returns, in another order, or as what it is not: a mistake in no line of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutant
from cgp_harness.mutation.change import Said

ORDER, PARAMETER = "returned_in_another_order", "parameter_returned"
STEP = "the step"
WORDS = {
    ORDER: ("what it returns stands in another order",
            "Return the step first, then the state, in the order of the arguments."),
    PARAMETER: ("what it returns is the moved parameter, p minus the step",
                "Return the step alone: the harness subtracts it from p."),
}


def orders(right: Mutant, names: Sequence[str]) -> Iterator[Mutant]:
    """A right answer that returns the same in each other order.

    Args:
        names: of the state of the rule that is looked at, in its order.
    """
    own = (STEP, *right.rule.state)
    places = (STEP, *names)
    if len(places) != len(own):
        return
    known = set(places) == set(own)  # else nobody knows which is which
    for order in list(permutations(range(len(own))))[1:]:
        at = dict(zip(own, (own[i] for i in order), strict=True))
        listed = f" ({', '.join(at[one] for one in places)})" if known else ""
        says, hint = f"{WORDS[ORDER][0]}{listed}", f"Return the step first, then {_and(names)}."
        yield replace(
            right, id=ORDER, said=Said(says, says), hint=hint,
            cost=float(sum(i != place for place, i in enumerate(order))),
            rule=replace(right.rule, function=_permuted(right.rule.function, order)))


def _permuted(function: Callable[..., Any], order: Sequence[int]) -> Callable[..., Any]:
    def permuted(*arguments: Any, **named: Any) -> tuple[Any, ...]:
        returned = function(*arguments, **named)
        return tuple(returned[i] for i in order)

    return permuted


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
