"""What can be asked of a submission's activations: values and derivatives, number by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cgp_harness.model import Floats
from cgp_harness.subject import Subject


@dataclass(frozen=True)
class Evaluated:
    """An activation at some numbers.

    Args:
        value: in the shape of the input.
        derivative: likewise.
        dtypes: what value and derivative came in.
    """

    value: Floats
    derivative: Floats
    dtypes: tuple[str, str]


class Activations(Protocol):
    """Raises `SubjectError` when the student's code is at fault."""

    def evaluate(self, name: str, x: Floats) -> Evaluated:
        """The activation called `name` at `x`, float64 of any shape; it gets () as (1,)."""
        ...


def activations(subject: Subject) -> Activations:
    """What can be asked of a submission's."""
    found: Activations = subject.of("activation")
    return found
