"""Where a wrong function is wrong: the change of its own source that makes it right."""

import pytest
from submissions import graded, homework, solution

HOMEWORK = homework(solution(share="x / x.sum()"), share="shapes = [[[3]], [[2]]]")


def said(body):
    """Of a submission to a homework with the answer x / x.sum()."""
    text = graded(solution(share=body), HOMEWORK)["share.values"].diagnosis.text
    return text.partition("With one change it is right: ")[2]


@pytest.mark.parametrize(("wrong", "place"), [
    ("x / x.mean()", "at ada.py:5, one function stands where another belongs."),
    ("1 - x / x.sum()", "at ada.py:5, a term is too much."),
    ("x**2 / x.sum()", "at ada.py:5, a power is too much."),
    ("x", ""),
])
def test_where_it_is(wrong, place):
    assert said(wrong) == place


def test_a_derivative_has_a_place_of_its_own():
    answers = solution(cube="x**3", cube_derivative="3 * x**2")
    further = 'shapes = [[[3]]]\n[tasks.checks.derivative]\npoints = 4'
    found = graded(answers.replace("3 * x**2", "3 * x"), homework(answers, cube=further))
    assert found["cube.derivative"].diagnosis.text.endswith(
        "With one change it is right: at ada.py:8, a square is missing.")
    assert found["cube.values"].diagnosis is None
