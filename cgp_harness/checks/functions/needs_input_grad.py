"""Does a Function of several inputs give each the gradient it needs, and compute no other?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cgp_harness.checks.functions.autograd_answers import Answers
from cgp_harness.checks.functions.flaw import RAISED, Flaw
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError


def needs_input_grad(answers: Answers) -> Iterator[Flaw]:
    """Each input alone, where there are several: its gradient is the same, the others are None."""
    if len(answers.names) < 2:
        return
    parts = answers.sizes.parts(answers.gradients[0])
    for i, name in enumerate(answers.names):
        needs = tuple(j == i for j in range(len(answers.names)))
        yield from _needed_alone(answers, needs, name, parts[i].reshape(-1))


def _needed_alone(
    answers: Answers, needs: tuple[bool, ...], name: str, expected: Floats
) -> Iterator[Flaw]:
    i = needs.index(True)
    message = f"Where {name} alone needs a gradient, backward gives none, or a wrong one, for it."
    try:
        answer = answers.function.vjp(
            answers.sizes, answers.points[:1], answers.cotangents[:1], needs=needs)
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        yield Flaw("needs_input_grad", f"{message}\n{error.problem}")
        return
    got = answers.sizes.parts(answer.gradients[0])[i].reshape(-1)
    if not answer.arrived[i] or not np.array_equal(got, expected, equal_nan=True):
        yield Flaw("needs_input_grad", message)
        return
    computed = [
        other for other, one, needed in zip(answers.names, answer.returned, needs, strict=False)
        if one.shape is not None and not needed
    ]
    if computed and answers.function.specification.none_where_unneeded:
        yield Flaw("needs_input_grad", (
            f"Where {name} alone needs a gradient, backward computes that of "
            f"{' and '.join(computed)} too. Look at ctx.needs_input_grad, and return None for "
            "an input that needs none: in the first layer of a network x never does."))
