"""A solution's function of arrays: what it computes, and where it can be called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_harness.assignment.solution import answers_to, of_text
from cgp_harness.assignment.written_mistakes import require_fit, require_wrong, written
from cgp_harness.errors import HarnessError
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.mutation.words import Reveal
from cgp_harness.probing.arrays import rounding, sizes
from cgp_harness.probing.arrays.axes import Array, Numbers, signature
from cgp_harness.probing.arrays.ground import Case, Ground
from cgp_harness.probing.arrays.integers import Shape, bounds
from cgp_harness.probing.search import drawn
from cgp_harness.probing.variants.of_values import OfValues
from cgp_harness.probing.variants.variants import Variants
from cgp_harness.registering.places import where_is
from cgp_harness.subject import SubjectError
from cgp_harness.task import Assignment, Task

Value = Callable[..., Floats]
"""Arrays of float64 to the value, as float64."""
Given = Callable[[Sequence[Floats], Sequence[Numbers]], Sequence[Any]]
"""Arrays of float64, and what each is of, to the arguments as a function gets them."""
FURTHER = 50
"""Cases, to see which wrong answers are told from the right one by others than those asked."""
ABSOLUTE = 1e-12
"""Other right forms may add and subtract numbers as large as the arguments."""


@dataclass(frozen=True, eq=False)
class ArrayFunction:
    """What is right, and where it is asked for.

    Args:
        values: by each answer that counts as right, the task's own first.
        derivative: that stands beside it in the solution; None if none does.
        variants: what each of these may become.
        called: how the function of an answer is called.
        arrays: the arguments.
        ground: what they are called with.
        relative: by what share of itself a number may be off, besides what rounding the arguments
            changes.
        reveal: how much of the answers a sentence for students may give away.
        options: arguments with a default, of which no other value is ever given.
    """

    values: tuple[Value, ...]
    derivative: Value | None
    variants: Mapping[Value, Variants]
    called: Callable[[Callable[..., Any]], Value]
    arrays: tuple[Array, ...]
    ground: Ground
    relative: float
    reveal: Reveal
    options: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[Numbers, ...]:
        """Of what each argument is."""
        return tuple(one.numbers for one in self.arrays)

    @cached_property
    def mistakes(self) -> Mapping[Value, OfValues]:
        """What may be wrong with each of them."""
        cases = tuple(self.ground.fixed())
        return {
            right: OfValues(variants, right, self.called, self.wrong, cases, self.reveal)
            for right, variants in self.variants.items()}

    @property
    def told_by(self) -> tuple[tuple[OfValues], tuple[Case, ...]]:
        """What may be wrong with the first; and cases at which it is not asked in every run."""
        return (self.mistakes[self.values[0]],), drawn(self.ground.drawn(), 0, FURTHER)

    def named(self, right: Value, ask: Callable[[Case, Shape], Floats], subject: str) -> Diagnosis:
        """What explains the values of a submission's function.

        Args:
            right: what it should be.
            ask: a case, and the shape of its value, to the value; may raise `SubjectError`.
            subject: begins the sentence.
        """
        mistakes = self.mistakes[right]
        try:
            got = [ask(case, right(*case).shape) for case in mistakes.cases]
        except SubjectError:
            return Diagnosis((), "It fails at other arguments.")
        return mistakes.named(got, subject)

    def fixed_run(
        self, rights: Sequence[Value], ask: Callable[[Case, Shape], Floats]
    ) -> Floats | None:
        """Values at a few cases that are the same in every year; None where a right one has them.

        Names that instructors have given hang on these numbers: they are not to be changed.
        """
        cases = list(self.ground.unchanging())
        got = [ask(case, rights[0](*case).shape) for case in cases]
        wrong = [any(self.wrong(right, *both).any() for both in zip(cases, got, strict=True))
                 for right in rights]
        return np.concatenate([one.ravel() for one in got]) if all(wrong) else None

    def wrong(self, value: Value, case: Case, got: Floats) -> NDArray[np.bool_]:
        """Which numbers of a value no right form computes.

        Args:
            value: what is right.
            case: the arguments.
            got: in the shape of their value.
        """
        largest = max((float(np.abs(one).max()) for one in case), default=1.0)
        near = self.relative * np.abs(value(*case)) + ABSOLUTE * max(1.0, largest)
        return rounding.wrong(value, [one == "real" for one in self.numbers], case, got, near)


def array_function(
    assignment: Assignment, task: Task, given: Given, shapes: tuple[sizes.Shapes, ...],
    magnitudes: tuple[float, float], relative: float,
) -> ArrayFunction:
    """The answers to a task, as functions of arrays; a derivative is called `<id>_derivative`.

    Args:
        given: what makes the arguments.
        shapes: of the arguments, call by call; if there are none they follow from the signature.
        magnitudes: the smallest and the largest size of real numbers.
        relative: by what share of itself a number may be off.

    Raises:
        HarnessError: there is no answer, or none that can be called; or a mistake that is none.
    """
    answers = answers_to(assignment, task)
    own, *_ = targets = [one.target for one in answers.values()]
    signed = signature(own, own.__name__, where_is(own))
    arrays = signed.arrays

    def value_of(target: Callable[..., Any]) -> Value:
        def value(*case: Floats) -> Floats:
            with np.errstate(all="ignore"):
                got = target(*given(case, [one.numbers for one in arrays]))
            return np.asarray(got.detach() if hasattr(got, "detach") else got, np.float64)

        return value

    derivative = next((
        one.target for one in of_text(assignment.solution).registered
        if (one.kind, one.name) == (task.kind, f"{task.id}_derivative")), None)
    named = written(assignment, task)
    variants = {
        value_of(one): Variants(one, assignment.solution, named)
        for one in (*targets, *([derivative] if derivative else ()))}
    values = tuple(variants)

    def runs(case: Sequence[Floats]) -> object:
        return values[0](*case)

    shapes = shapes or sizes.shapes(arrays, runs)
    if not shapes:
        raise HarnessError(
            f"{own.__name__}() cannot be called at any of the sizes that were tried",
            where=where_is(own), expected="axes of which each may have any size, as long as all of "
            "one name are equal", fix="name the shapes in the task: `shapes = [[[3], [3]]]`")
    found = ArrayFunction(
        values[:len(targets)], values[-1] if derivative else None, variants, value_of, arrays,
        Ground(shapes, bounds(arrays, shapes[:2], runs), magnitudes), relative, assignment.reveal,
        tuple(signed.options))
    require_fit([one.unfit for one in variants.values()])
    require_wrong([(one.variants, one.is_wrong) for one in found.mistakes.values()])
    return found
