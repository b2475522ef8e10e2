"""A wrong function is named by a small change of the solution that gives the same values."""

import msgspec
import pytest
from submissions import graded, homework, solution

from cgp_harness.errors import HarnessError
from cgp_harness.task import NamedMistake

SHARE = "x / x.sum()"


def shared(body, *mistakes):
    """Of a submission to a homework with the answer x / x.sum() and named mistakes."""
    hw = msgspec.structs.replace(homework(solution(share=SHARE), share='shapes = [[[3]], [[2]]]'),
                                 mistakes=mistakes)
    return graded(solution(share=body), hw)["share.values"]


def test_a_mistake_is_named_from_the_solution():
    found = shared("x / x.mean()").diagnosis
    assert found.of_source
    assert found.text.startswith(
        "Your share is right but for this: mean() stands where sum() belongs. This holds to within")


@pytest.mark.parametrize("form", [
    {"replaced": (("x.sum()", "x.mean()"),)}, {"answer": solution(share="x / np.mean(x)")}])
def test_what_an_instructor_has_written_comes_first(form):
    found = shared("x / x.mean()", NamedMistake("mean", "share", "a mean it is", "Sum.", **form))
    assert found.diagnosis.flags == ("mean",)
    assert found.diagnosis.text.startswith(
        "Your share is right but for this: a mean it is. Sum. This holds to within")


def test_a_mistake_that_shows_nowhere_is_refused():
    with pytest.raises(HarnessError) as caught:
        shared(SHARE, NamedMistake("same", "share", "says", replaced=(("x.sum()", "+x.sum()"),)))
    assert str(caught.value) == (
        "the mistake 'same' changes nothing that shows\n  at mistakes.toml, mistake 'same'\n"
        "  expected a wrong answer: other numbers than the solution's, where it is asked")


def test_those_who_fail_alike_can_be_given_a_name():
    cubes, same = shared("np.cos(x)**3"), shared("np.cos(x) * np.cos(x)**2")
    assert cubes.diagnosis.flags == same.diagnosis.flags == ()
    assert cubes.answers == pytest.approx(same.answers)
    named = NamedMistake("cosine", "share", "a cosine is cubed", "Why?", check="values",
                         answers=cubes.answers)
    found = shared("np.cos(x) * np.cos(x)**2", named).diagnosis
    assert (found.flags, found.text) == (
        ("cosine",), "What differs: a cosine is cubed. Why?")
