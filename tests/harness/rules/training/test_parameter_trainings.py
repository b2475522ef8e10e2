"""Trainings under a specified rule that looks at the parameter: the grader holds the parameters."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from cgp_harness import assignment, pipeline
from cgp_harness.kinds.optimizer.checks.closed_loop import parting
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes import rounding
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.probes.recursion import reading_room, steps
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.kinds.optimizer.trainings.foreseen import follows
from cgp_harness.kinds.optimizer.trainings.paths import DOUBLE, path
from cgp_harness.kinds.optimizer.trainings.student_steps import Entrant, of_subject
from cgp_harness.model import SourceFile, Submission
from cgp_harness.probing import starts
from cgp_harness.probing.distance import FLOAT64, distance
from cgp_harness.probing.training_loop import drive, of_rule
from cgp_harness.replay import replay
from cgp_harness.reports.case import case_of
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_reference.problems import PROBLEMS
from tests.harness.rules.parameter_rules import DECAY, LEVEL, RIGHT, SOLUTION, SPECIFIED, wrong
from tests.long import some

HOMEWORK = assignment.load("step_size")
OF_SOLUTION = assignment.parse("\n".join(['id = "p"\ntitle = "p"\nversion = "1"', *(
    f'[[tasks]]\nid = "{name}"\ntitle = "{name}"\nchecks = {{loads = {{points = 1}}}}'
    for name in SPECIFIED)]).encode(), answers=SOLUTION)
GIVEN = {"lr": 0.01}
WRONG = ("decay_forgotten", "of_the_first_value", "lr_twice")


def as_task(text, name, task):
    """One rule of several, under the name of a task."""
    return text.replace(f"def {name}(", f"def {task}(").replace(f'name="{name}"', f'name="{task}"')


@pytest.fixture(scope="module")
def contexts():
    """By the name of a rule: its context, in a worker of its own."""
    made = {}
    texts = {
        f"{family}_{form}": RIGHT for family in SPECIFIED for form in ("numpy", "scalar", "class")}
    for family in SPECIFIED:
        for name, text in wrong(family).items():
            texts[name] = (
                f"from cgp_harness import optimizer\nDECAY = {DECAY}\nLAST = [1.0]\n{text}")

    def context(name):
        if name not in made:
            family, _, form = name.partition("_")
            one = Submission("someone", (
                SourceFile("plugin.py", as_task(texts[name], name, family).encode()),))
            made[name] = RuleContext(
                OF_SOLUTION, OF_SOLUTION.task(family), one,
                WorkerSubject(one, HOMEWORK.limits, LEVEL), 0,
                arrays={"scalar": "scalar", "class": "torch"}.get(form, "numpy"),
                learned={"elementwise": family != "lars"})
        return made[name]

    yield context
    for one in made.values():
        one.subject.close()


def a_path(family, problem="ravine"):
    def begin(size, count):
        return of_rule(SPECIFIED[family], size, count, GIVEN, together=family != "lars")

    return path(PROBLEMS[problem], range(1 if family == "lars" else 3), begin, DOUBLE)


def driven(context, one):
    step = of_subject(Entrant(context, GIVEN), one.size, len(one.seeds))
    return drive(step, one.course, 60, keep_points=True)


def up_to(run, steps_taken):
    return replace(run, losses=run.losses[:steps_taken], points=run.points[:steps_taken + 1])


@pytest.mark.parametrize("name", some([
    "sgdw_numpy", "sgdw_scalar", "sgdw_class", "adamw_numpy", "adamw_class", "lars_numpy",
    "lars_class"], 2, lambda name: name.endswith("scalar")))
def test_a_right_rule_follows_the_path_of_the_specified_one(contexts, name):
    family = name.partition("_")[0]
    one = a_path(family)
    short = replace(one, training=replace(one.training, run=up_to(one.run, 60)), firm=one.firm[:61])
    assert one.compared >= 60
    assert parting(short, driven(contexts(name), one), DOUBLE.tolerance) is None


@pytest.mark.parametrize(
    ("family", "mistake"), [(family, mistake) for family in SPECIFIED for mistake in WRONG])
def test_a_wrong_rule_leaves_it(contexts, family, mistake):
    one = a_path(family)
    short = replace(one, training=replace(one.training, run=up_to(one.run, 60)), firm=one.firm[:61])
    assert parting(short, driven(contexts(f"{family}_{mistake}"), one), DOUBLE.tolerance)


def test_a_class_that_is_not_told_where_its_parameters_are_is_at_zero(contexts):
    one, task = a_path("sgdw"), msgspec.structs.replace(
        HOMEWORK.task("sgd_plus"), id="sgdw", family="sgd_plus")
    context = replace(contexts("sgdw_class"), assignment=HOMEWORK, task=task)
    assert np.abs(driven(context, one).points[1] - one.run.points[1]).max() > 1e-4


@pytest.mark.parametrize(("name", "right"), [
    ("adamw_numpy", True), ("adamw_class", True), ("sgdw_scalar", True),
    ("adamw_of_the_first_value", False), ("sgdw_decay_forgotten", False)])
def test_a_training_is_foreseen_with_the_parameters_that_it_had(contexts, name, right):
    family = name.partition("_")[0]
    trainings = [a_path(family, problem).training for problem in ("ravine", "one_neuron")]
    assert follows(Entrant(contexts(name), GIVEN), trainings) == right


# --- how exactly ------------------------------------------------------------------------------


def test_what_is_read_off_a_parameter_may_be_off_by_its_rounding_and_that_is_allowed(contexts):
    context = contexts("sgdw_class")
    run = Trajectory(
        ((5,),), np.full((3, 5), 1e-3), {"lr": 1e-9, "mu": 0.5}, start=starts.generic(5, 0))
    got = context.subject.of("optimizer").trajectory("sgdw", run, "torch").values
    right = steps(SPECIFIED["sgdw"], run)
    assert distance(got, right) > FLOAT64
    off, room = np.abs(got - right), reading_room(run, right)
    assert (off <= room).all()
    assert (room < 1e-12 * np.abs(starts.generic(5, 0)) / 100).all()


def test_float32_of_a_rule_with_p_is_as_far_off_as_float32_is():
    wanted = specified(OF_SOLUTION, OF_SOLUTION.task("adamw")).conventions["solution"]
    for probe in diagnosis_probes(0):
        run = replace(probe, start=starts.generic(probe.gradients.shape[1], 0))
        run = replace(run, hyperparameters={
            name: run.hyperparameters[name] for name in ("beta1", "beta2", "eps")})
        assert 2**-24 < rounding.of_float32(wanted, run, wanted.steps(run)) < 1e-5


def test_the_steps_of_a_rule_that_looks_at_parameters_need_values_to_begin_from():
    with pytest.raises(ValueError, match="sgdw looks at the parameters, which begin nowhere in"):
        steps(SPECIFIED["sgdw"], diagnosis_probes(0)[0])


# --- a whole grading --------------------------------------------------------------------------


NAMED = """
from cgp_harness import optimizer
from tests.long import some
{more}

@optimizer(m=0, v=0)
def adam(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay={decay}):
    {first}
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)
    return lr * m_hat / ({root}(v_hat) + eps) + lr * weight_decay * p, m, v
"""


def graded(text):
    one = Submission("someone", (SourceFile("plugin.py", text.encode()),))
    return one, {check.id: check for check in pipeline.grade(
        one, HOMEWORK, seed=0, isolation=LEVEL).checks if check.task == "adam"}


@pytest.mark.parametrize(("more", "root"), [
    ("import numpy as np", "np.sqrt"), ("import torch", "torch.sqrt"),
    ("import math", "math.sqrt")])
def test_a_right_rule_that_names_p_has_all_points(more, root):
    _, checks = graded(NAMED.format(more=more, root=root, decay=0.0, first="pass"))
    assert {name: (one.score, one.message) for name, one in checks.items()
            if one.score < one.max_score} == {}
    assert len(checks) == 7


def test_weight_decay_is_told_and_its_case_is_found_again():
    one, checks = graded(NAMED.format(
        more="import numpy as np", root="np.sqrt", decay=0.01, first="pass"))
    check = checks["adam.update_rule"]
    assert check.diagnosis.flags == ("weight_decay",)
    assert check.counterexample["parameters"] == [[1.0]]
    case = case_of(check.counterexample)
    assert case.columns == ("step", "gradient", "p", "got", "expected")
    assert case.rows == (("1", "0", "1", "0.005", "0"),)
    again = replay(one, HOMEWORK, check, seed=0, isolation=LEVEL)
    assert (again.reproduced, again.problem) == (True, None)


def test_a_rule_that_forces_its_p_harms_nobody_but_itself():
    """What it is given is a copy; what is compared are its steps, and the grader's own points."""
    forced = "p.flags.writeable = True; p[...] = 0"
    _, checks = graded(NAMED.format(
        more="import numpy as np", root="np.sqrt", decay=0.0, first=forced))
    assert all(one.score == one.max_score for one in checks.values())
    _, checks = graded(NAMED.format(
        more="import numpy as np", root="np.sqrt", decay=0.01, first="p = p.copy(); p[...] = 0"))
    assert checks["adam.update_rule"].score == checks["adam.update_rule"].max_score
