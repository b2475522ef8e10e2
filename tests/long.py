"""The short form of a matrix of tests, which the gate runs; the long one is `pytest --long`."""

import pytest


def some(cases, every, keep=lambda case: False):
    """Each so-many-th case, and those that are always to be kept; the others are long ones.

    Args:
        cases: texts, numbers, tuples or `pytest.param`s, as `pytest.mark.parametrize` has them.
        every: how many cases stand for one that is run.
        keep: whether a case is run in any form.
    """
    return [
        case if number % every == 0 or keep(case) else _long(case)
        for number, case in enumerate(cases)]


def _long(case):
    values, id, marks = (
        (case.values, case.id, case.marks) if hasattr(case, "marks") else
        (case if isinstance(case, tuple) else (case,), None, ()))
    return pytest.param(*values, id=id, marks=[*marks, pytest.mark.long])
