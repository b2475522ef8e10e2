"""One loop trains under any rule; many problems together are the same as each alone."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.questions import Move, Steps
from cgp_harness.kinds.optimizer.task import CONVENTIONS
from cgp_harness.kinds.optimizer.trainings.student_steps import Entrant, in_force, of_subject
from cgp_harness.probing.training_loop import Together, drive, of_rule
from cgp_reference.optimizers import sgd
from cgp_reference.problems import PROBLEMS
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.lecture_rules import reference
from tests.mutants.write import source

HOMEWORK = assignment.load("step_size")
FAMILIES = ("sgd_plus", "adagrad", "rmsprop", "adam")


@dataclass(frozen=True)
class Bowl:
    """The loss is curvature * p² / 2."""

    start: np.ndarray
    curvature: float

    def bound(self, parameters):
        def evaluate(k):
            losses = (self.curvature * parameters**2 / 2).sum(axis=0)
            return losses, self.curvature * parameters

        return evaluate


BOWL = Bowl(np.array([[1.0, 2.0], [4.0, 8.0]]), 0.5)


def context(text, task="adam", **learned):
    return replace(context_of(text, HOMEWORK, task), learned=learned)


def test_gradient_descent_on_a_bowl_shrinks_every_number_by_the_same_factor():
    run = drive(of_rule(sgd, 2, 2, {"lr": 0.5}), BOWL, 3, keep_points=True)
    factors = 0.75 ** np.arange(4)
    np.testing.assert_array_equal(run.points, factors[:, None, None] * BOWL.start)
    np.testing.assert_array_equal(
        run.losses, factors[:3, None] ** 2 * np.array([17.0, 68.0]) / 4)
    np.testing.assert_array_equal(BOWL.start, [[1.0, 2.0], [4.0, 8.0]])


def test_points_are_kept_only_on_demand():
    run = drive(of_rule(sgd, 2, 2, {}), BOWL, 3)
    assert (run.losses.shape, run.points.shape) == ((3, 2), (0, 2, 2))


def test_parameters_may_run_away_to_infinity():
    run = drive(of_rule(sgd, 2, 2, {"lr": 1e200}), BOWL, 4, keep_points=True)
    assert np.isfinite(run.losses[0]).all()
    assert not np.isfinite(run.points[-1]).any()


@pytest.mark.parametrize("family", FAMILIES)
def test_courses_together_are_each_alone(family):
    problems = [PROBLEMS[name] for name in ("multi_neuron", "ravine", "one_neuron")]
    courses, lengths = tuple(p.course((3, 4, 5), 40) for p in problems), (40, 15, 31)
    together = Together(courses, lengths)
    rule, lr = reference(family, CONVENTIONS[family][0]), {"lr": 0.01}
    whole = drive(
        of_rule(rule, len(together.start), 3, lr), together, together.iterations,
        keep_points=True)
    assert whole.losses.shape == (40, 9)
    for course, length, run in zip(courses, lengths, together.split(whole), strict=True):
        alone = drive(of_rule(rule, len(course.start), 3, lr), course, length, keep_points=True)
        # `**` may differ in the last digit where vectors end elsewhere.
        np.testing.assert_allclose(run.losses, alone.losses, rtol=1e-11)
        np.testing.assert_allclose(run.points, alone.points, rtol=1e-11)
        assert run.points.shape == (length + 1, len(course.start), 3)


def test_a_course_that_is_over_goes_on_with_its_last_gradient_and_without_a_loss():
    seen = []
    together = Together((BOWL, BOWL), (1, 3))

    def step(gradient, parameters):
        seen.append(gradient.copy())
        return gradient

    run = drive(step, together, together.iterations)
    np.testing.assert_array_equal([g[:2] for g in seen], [0.5 * BOWL.start] * 3)
    np.testing.assert_array_equal(seen[2][2:], 0.125 * BOWL.start)
    np.testing.assert_array_equal(np.isnan(run.losses), [[False] * 4] + [[True] * 2 + [False] * 2
                                                                         ] * 2)


@pytest.mark.parametrize("elementwise", [True, False])
def test_the_students_rule_gives_the_steps_of_the_reference(elementwise):
    one = Entrant(context(source("adam", []), elementwise=elementwise), {"lr": 0.1})
    run = drive(of_subject(one, 2, 2), BOWL, 20)
    right = drive(of_rule(reference("adam", "eps_inside_root"), 2, 2, {"lr": 0.1}), BOWL, 20)
    np.testing.assert_allclose(run.losses, right.losses, rtol=1e-13)


class Recording:
    """A subject that notes what it is asked and moves every number by its place in the request."""

    def __init__(self, inner):
        self.manifest, self.asked = inner.manifest, []

    def of(self, kind):
        return self

    def steps(self, moves):
        self.asked += moves
        return [Steps(np.arange(float(move.gradient.size))[None], "float64") for move in moves]


OTHER_NAMES = """
from cgp_harness import optimizer

@optimizer(m=0)
def adam(g, m, learning_rate=1e-3, b1=0.9):
    return g, m
"""
GRADIENT = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


@pytest.mark.parametrize(("arrays", "elementwise", "shapes", "asked", "answer"), [
    ("numpy", True, ((2, 3),), [1, 2, 3, 4, 5, 6], [[0, 1, 2], [3, 4, 5]]),
    ("numpy", False, ((2,),) * 3, [1, 4, 2, 5, 3, 6], [[0, 2, 4], [1, 3, 5]]),
    ("scalar", False, ((2, 3),), [1, 2, 3, 4, 5, 6], [[0, 1, 2], [3, 4, 5]]),
])
def test_what_a_worker_is_asked_in_a_step(arrays, elementwise, shapes, asked, answer):
    one = context(OTHER_NAMES, elementwise=elementwise)
    one = replace(one, subject=Recording(one.subject), arrays=arrays, in_place="yes")
    step = of_subject(Entrant(one, {"lr": 0.5, "beta1": 0.75, "eps": 1.0}), 2, 3)
    np.testing.assert_array_equal(step(GRADIENT, -GRADIENT), answer)
    [move] = one.subject.asked
    assert replace(move, gradient=move.gradient.tolist()) == Move(
        move.handle, "adam", shapes, asked, {"learning_rate": 0.5, "b1": 0.75}, arrays, True)
    of_subject(Entrant(one, {}), 2, 3)(GRADIENT, -GRADIENT)
    assert one.subject.asked[1].handle > move.handle


def test_hyperparameters_that_the_code_fixes_win():
    one = replace(context("", fixed={"beta2": 0.5}), fixed={"beta1": 0.25})
    assert in_force(one, {"lr": 1.0, "beta1": 0.9, "beta2": 0.999}) == {
        "lr": 1.0, "beta1": 0.25, "beta2": 0.5}
    assert in_force(context(""), {"lr": 1.0}) == {"lr": 1.0}


MIXES = """
import numpy as np
from cgp_harness import optimizer

@optimizer
def adam(g, lr=1e-3):
    return lr * g / np.abs(g).max()
"""


@pytest.mark.parametrize(("text", "in_place", "expected"), [
    (source("adam", []), "", True), (source("adam", []), "changes its input", True),
    (MIXES, "", False), (MIXES, "changes its input", False),
])
def test_relations_leaves_whether_numbers_move_each_as_if_alone(text, in_place, expected):
    found = relations(replace(context(text), in_place=in_place))
    assert found.learned["elementwise"] is expected
