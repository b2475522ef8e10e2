"""Does a Function of several inputs give each the gradient it needs, and compute no other?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from cgp_harness.kinds.autograd_function.checks.autograd_answers import Answers
from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw
from cgp_harness.kinds.autograd_function.probes.numbers import agree
from cgp_harness.subject import SubjectError

MOST_INPUTS = 4
"""Of more inputs than this not all subsets are tried, but each alone and each left out."""


def needs_input_grad(answers: Answers) -> Iterator[Flaw]:
    """Every subset of the inputs: each gradient is the same as ever, those not needed are None."""
    real = answers.function.real
    for subset in subsets(sum(real)):
        each = iter(subset)
        yield from _needed(answers, tuple(one and next(each) for one in real))


def subsets(inputs: int) -> list[tuple[bool, ...]]:
    """Which inputs need a gradient: not none of them, and not all; the fewest first."""
    if inputs <= MOST_INPUTS:
        every = product((True, False), repeat=inputs)
        return sorted((one for one in every if 0 < sum(one) < inputs), key=sum)
    alone = [tuple(j == i for j in range(inputs)) for i in range(inputs)]
    return [*alone, *(tuple(not one for one in each) for each in alone)]


def _needed(answers: Answers, needs: tuple[bool, ...]) -> Iterator[Flaw]:
    named = [name for name, needed in zip(answers.names, needs, strict=True) if needed]
    place = (f"Where {named[0]} alone needs a gradient" if len(named) == 1
             else f"Where {' and '.join(named)} alone need a gradient")
    try:
        answer = answers.function.vjp(
            answers.sizes, answers.points[:1], answers.cotangents[:1], needs=needs)
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        yield Flaw("needs_input_grad", f"{place}, backward fails.\n{error.problem}")
        return
    got, expected = (answers.sizes.parts(one[0]) for one in (
        answer.gradients, answers.gradients))
    for i, (name, needed) in enumerate(zip(answers.names, needs, strict=True)):
        which = "it" if len(named) == 1 else name
        if needed and not answer.arrived[i]:
            yield Flaw("needs_input_grad", f"{place}, backward returns None for {which}.")
            return
        if needed and not agree(got[i], expected[i]):
            yield Flaw("needs_input_grad", (
                f"{place}, backward gives another gradient for {which} than where all need one."))
            return
    computed = [
        other for other, one, needed in zip(answers.names, answer.returned, needs, strict=False)
        if one.shape is not None and not needed
    ]
    if computed and answers.function.specification.none_where_unneeded:
        yield Flaw("needs_input_grad", (
            f"{place}, backward computes that of {' and '.join(computed)} too. Look at "
            "ctx.needs_input_grad, and return None for an input that needs none: in the first "
            "layer of a network x never does."))
