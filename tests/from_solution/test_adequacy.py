"""What `cgp doctor` says of a homework's checks: which small changes of its solution they tell."""

import pytest

from cgp_harness.checks.adequacy import Adequacy
from cgp_harness.checks.grading import grading_of
from cgp_harness.installed import kinds
from tests.from_solution.test_rule_names import homework

TWICE = ("v keeps its old value where the new one belongs, where v is computed",
         "mu and v are exchanged, where the state is computed")


@pytest.mark.parametrize(("folder", "least"), [("nesterov", 400), ("lion", 1_000)])
def test_no_change_that_shows_keeps_its_points(folder, least):
    hw = homework(folder)
    found = grading_of(kinds()["optimizer"]).adequacy(hw, hw.task(folder))
    assert found.changes > least
    assert found.missed == ()
    assert found.caught + len(found.alike) == found.changes
    assert len(found.alike) < 0.05 * found.changes
    if folder == "nesterov":
        assert found.alike[:2] == TWICE


def test_the_table():
    six = tuple(f"change {number}" for number in range(6))
    assert list(Adequacy("adam", "update_rule", 1_200, 1_193, ("eps is 0",), six).lines()) == [
        "adam: of 1,200 small changes of the solution update_rule fails 1,193; 1 are wrong and "
        "keep all points; 6 cannot be told apart: equal by arithmetic, or a gap in the probes",
        "  keeps all points: eps is 0", "  cannot be told: change 0", "  cannot be told: change 1",
        "  cannot be told: change 2", "  cannot be told: change 3", "  cannot be told: change 4",
        "  cannot be told: 1 more"]
