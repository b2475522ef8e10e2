"""The homework as it is graded, training included: what it asks, and what a mistake costs there."""

from dataclasses import replace
from pathlib import Path

import pytest

import cgp_assignments
from cgp_harness import assignment, pipeline
from cgp_harness.batch import grade_all
from cgp_harness.collect import collect
from cgp_harness.model import Status
from cgp_harness.sandbox.host import levels
from tests.harness.all_checks import CHECKS_OF
from tests.long import some

HOMEWORK = assignment.load("step_size")
EXAMPLES = Path(cgp_assignments.__file__).parent / "step_size" / "examples"
CORRECTNESS = ("loads", "relations", "update_rule", "hyperparameters", "closed_loop")

# id -> score, and every check that did not pass.
VERDICTS = {
    "perfect": (100, ()),
    "torch_conventions": (100, ()),
    "running_average": (100, ()),
    "torch_subclass": (100, ()),
    "scalar_math_sqrt": (100, ()),
    "float32": (100, ()),
    "hard_coded_beta2": (98.5, ("adam.hyperparameters",)),
    "in_place": (85, tuple(f"{task.id}.relations" for task in HOMEWORK.tasks)),
    "adam_no_bias_correction": (
        74, ("adam.update_rule", "adam.closed_loop", "adam.convergence")),
    "sgd_plus_is_nesterov": (
        87, ("sgd_plus.update_rule", "sgd_plus.closed_loop", "sgd_plus.convergence")),
}
# The verdicts on all of them without trainings: test_pipeline.py.
SHORT = ("float32", "hard_coded_beta2", "adam_no_bias_correction", "sgd_plus_is_nesterov")


def graded(name, seed=0):
    return pipeline.grade(
        collect([EXAMPLES / f"{name}.py"])[0], HOMEWORK, seed=seed, isolation=levels.choose("auto"))


@pytest.mark.parametrize("name", some(VERDICTS, len(VERDICTS), lambda one: one in SHORT))
def test_the_score_of_an_example(name):
    report = graded(name)
    score, lost = VERDICTS[name]
    assert tuple(check.id for check in report.checks if check.status is not Status.PASSED) == lost
    assert (report.status, report.score) == ("graded", score)


def test_correctness_has_80_of_100_points_or_more_and_time_has_none():
    points = dict.fromkeys(CHECKS_OF["optimizer"], 0.0)
    for task in HOMEWORK.tasks:
        for kind, check in task.checks.items():
            points[kind] += check.points
    assert sum(points.values()) == 100
    assert sum(points[kind] for kind in CORRECTNESS) >= 80
    assert points["step_cost"] == 0


def test_a_wrong_rule_that_converges_better_is_told_both_things():
    [check] = [one for one in graded("adam_no_bias_correction").checks
               if one.id == "adam.convergence"]
    assert check.score == 0
    first = check.message.split("\n")[0]
    assert first.startswith("It converges better than the specified rule on one neuron, 4-1 (-0.1")
    assert first.endswith(
        "and is another rule: see "
        "\"is the specified rule\"; convergence does not decide, so no points.")


def test_the_same_seed_gives_the_same_verdicts_and_curves_in_any_order_and_process():
    names = ("sgd_plus_is_nesterov", "adam_no_bias_correction")
    found = collect([EXAMPLES / f"{name}.py" for name in names])
    level = levels.choose("auto")
    alone = [pipeline.grade(one, HOMEWORK, seed=5, isolation=level) for one in found]
    together = grade_all(found[::-1], HOMEWORK, seed=5, isolation=level, jobs=2)
    assert [timeless(one) for one in alone] == [timeless(one) for one in together[::-1]]


def timeless(report):
    """Without what a clock decides."""
    checks = tuple(
        replace(one, seconds=0.0, message="" if one.kind == "step_cost" else one.message)
        for one in report.checks)
    return replace(report, seconds=0.0, checks=checks)
