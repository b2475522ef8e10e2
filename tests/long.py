"""The short form of a matrix of tests, which the gate runs; the long one is `pytest --long`."""

import pytest


def some(cases, every, keep=lambda case: False):
    """Each so-many-th case, and those that are always to be kept; the others are long ones.

    Args:
        cases: texts, numbers or tuples, as `pytest.mark.parametrize` has them.
        every: how many cases stand for one that is run.
        keep: whether a case is run in any form.
    """
    return [
        case if number % every == 0 or keep(case) else pytest.param(
            *(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.long)
        for number, case in enumerate(cases)]
