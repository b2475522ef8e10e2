"""A submission's activation in a demo: in the units of its network, under plain SGD."""

from __future__ import annotations

from cgp_harness.kinds.activation.checks.learning import of_subject
from cgp_harness.model import Problem
from cgp_harness.probing.text import shown
from cgp_harness.subject import Registered, Subject, SubjectError
from cgp_harness.task import Assignment
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent


def descent(
    subject: Subject, info: Registered, number: int, assignment: Assignment, demo: Demo, seed: int,
    iterations: int,
) -> Descent | Problem:
    """The descent of SGD with this activation; every value is asked of the worker."""
    del number, assignment
    if demo.activated is None:
        raise ValueError(f"{demo.name} has no place for an activation")
    try:
        return demo.activated(
            f"plugin: SGD, {shown(info.name)}", of_subject(subject, info.name), seed, iterations)
    except SubjectError as error:
        return error.problem
