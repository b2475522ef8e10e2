"""What a solution's rule is asked, at which values, and how closely others are held to it."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from cgp_harness.assignment import parse
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.probes import recursion, solution_rules
from cgp_harness.kinds.optimizer.probes.long_run import long_run
from cgp_harness.kinds.optimizer.probes.probes import PLAIN, diagnosis_probes, small_run
from cgp_harness.kinds.optimizer.probes.roles import completed, role
from cgp_harness.kinds.optimizer.probes.verdict import Verdict, as_read, is_asked, narrowed
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.probing import starts
from cgp_reference.decorator import optimizer
from tests.harness.in_process.rules import context_of
from tests.harness.rules.parameter_rules import SOLUTION, SPECIFIED

DEFAULTS = {
    "lr": 0.1, "beta1": 0.9, "alpha": 0.99, "delta": 1e-7, "weight_decay": 0.01, "clip": 2.0,
    "eps": 1e-8, "tiny": 1e-9}
TOML = """
id = "hw"
title = "hw"
version = "1"
[[tasks]]
id = "{0}"
title = "{0}"
checks = {{loads = {{points = 1}}}}
"""


def context(name, solution, submission):
    return context_of(submission, parse(TOML.format(name).encode(), answers=solution), name)


# --- values of hyperparameters -----------------------------------------------------------------


@pytest.mark.parametrize(("name", "default", "part"), [
    ("lr", 1.0, "rate"), ("mu", 0.0, "decay"), ("eps", 1e-3, "guard"), ("alpha", 0.5, "decay"),
    ("alpha", 0.999, "decay"), ("alpha", 1.0, "scale"), ("delta", 1e-6, "guard"),
    ("delta", 1e-5, "share"), ("nesterov", 0.0, "share"), ("wd", 0.49, "share"),
    ("power", -0.5, "scale"), ("period", 10.0, "scale"), ("learning_rate", 1.0, "rate"),
    ("eta", 0.01, "rate"), ("η", 0.01, "rate"), ("step_size", 0.1, "rate"), ("alpha", 0.001, "rate")
])
def test_a_default_says_what_a_hyperparameter_does_unless_its_name_is_known(name, default, part):
    assert role(name, default) == part


def test_each_hyperparameter_has_a_value_of_its_part_and_no_two_have_the_same():
    run = completed(DEFAULTS, small_run(0))
    given = {name: run.hyperparameters[name] for name in DEFAULTS if name != "lr"}
    assert given == {
        "beta1": 0.75, "alpha": 0.75, "delta": 0.125, "weight_decay": 0.25, "clip": 2 * 1.375,
        "eps": 0.25, "tiny": 0.0625}
    generic = completed(DEFAULTS, diagnosis_probes(0)[0]).hyperparameters
    assert len({generic[name] for name in given}) == len(given)
    many = {f"decay{i}": 0.9 for i in range(8)}
    asked = completed(many, diagnosis_probes(0)[0]).hyperparameters
    assert len({asked[name] for name in many}) == 8


def test_what_one_is_asked_at_does_not_depend_on_which_other_is_set():
    run, whole = small_run(0), completed(DEFAULTS, small_run(0)).hyperparameters
    for name in ("alpha", "delta", "weight_decay", "clip", "tiny"):
        one = replace(run, hyperparameters={**run.hyperparameters, name: 0.3})
        assert completed(DEFAULTS, one).hyperparameters == {**whole, name: 0.3}


def test_a_run_that_names_none_keeps_the_rules_own_defaults():
    run = Trajectory(((1,),), np.ones((2, 1)), {})
    assert completed(DEFAULTS, run) is run


@pytest.mark.parametrize("name", ["eta", "learning_rate", "step_size", "alpha"])
def test_a_rate_is_varied_whatever_it_is_called(name):
    inside, outside = (
        f"""
from cgp_harness import optimizer

@optimizer(v=0)
def heavy(g, v, {name}=0.01, mu=0.9):
    {body}
""" for body in (f"v = mu * v + {name} * g; return v, v", f"v = mu * v + g; return {name} * v, v"))
    asked = context("heavy", inside, outside)
    for run in diagnosis_probes(0):
        whole = asked.specified.whole(run, 0)
        assert whole.schedule == {name: run.schedule["lr"]}
        assert asked.specified.whole(whole, 0) == whole
        assert whole.hyperparameters == run.hyperparameters
        right = asked.specified.conventions["solution"].steps(whole)
        assert not np.allclose(asked.answer(run), right)


def test_of_two_that_may_be_the_rate_the_first_is_it_and_one_that_is_set_is_left_alone():
    defaults = {"eta": 0.001, "lr": 0.01}
    run = diagnosis_probes(0)[0]
    whole = completed(defaults, run)
    assert (whole.schedule, 0 < whole.hyperparameters["eta"] < 1) == (run.schedule, True)
    given = replace(run, hyperparameters={**run.hyperparameters, "eta": 0.3})
    assert completed({"eta": 0.001}, given).hyperparameters["eta"] == 0.3
    assert completed({"eta": 0.001}, given).schedule == run.schedule
    groups = replace(run, second_group=1, factors={"lr": 0.25})
    assert completed({"eta": 0.001}, groups).factors == {"eta": 0.25}


def test_the_four_families_are_asked_what_they_were():
    run = small_run(0)
    assert completed({"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}, run) is run
    assert run.hyperparameters is PLAIN


# --- where nobody is asked ---------------------------------------------------------------------


@optimizer(m=0)
def signs(g, m, lr=1e-2, beta1=0.9):
    m = beta1 * m + (1 - beta1) * g
    return lr * np.sign(m), m


def steady(rule, gradients, **hyperparameters):
    run = Trajectory(((1,),), np.array(gradients)[:, None], {"beta1": 0.75, **hyperparameters})
    found = solution_rules.steady(
        {"own": lambda one: solution_rules.steps(rule, one, flat=True)}, run, together=True)
    assert found is None or np.array_equal(
        found["own"], solution_rules.steps(rule, run, flat=True))
    return found is not None


def test_nothing_is_asked_beside_a_jump():
    assert steady(signs, [1.0, 2.0])
    assert steady(signs, [1.0, -0.8])
    assert not steady(signs, [1.0, -0.75])          # m is 0 exactly
    assert not steady(signs, [1.0, -0.75 * (1 + 1e-15)])
    assert steady(signs, [1.0, -0.75 * (1 + 1e-12)])
    assert steady(signs, [0.0, 0.0])                # a sign of 0 that all have


def test_nothing_is_asked_where_the_solution_has_no_number_or_raises():
    @optimizer
    def root(g, lr=1e-2):
        if g.max() > 5:
            raise ValueError("too large")
        return lr * g**0.5

    assert steady(root, [1.0, 2.0])
    assert not steady(root, [1.0, -2.0])
    assert not steady(root, [1.0, 6.0])


def test_what_is_not_asked_says_nothing_of_any_answer():
    text = ("import numpy as np\nfrom cgp_harness import optimizer\n\n@optimizer(m=0)\n"
            "def signs(g, m, lr=1e-2, beta1=0.9):\n    m = beta1 * m + (1 - beta1) * g\n"
            "    return lr * np.sign(m), m\n")
    one = context("signs", text, text)
    run = Trajectory(
        ((1,),), np.array([[1.0], [-0.75]]), {**PLAIN, "beta1": 0.75}, {"lr": (0.5, 0.5)})
    off = replace(run, gradients=np.array([[1.0], [-0.8]]))
    before = Verdict(("solution",))
    assert (is_asked(one, run), is_asked(one, off)) == (False, True)
    wrong = np.array([[0.5], [0.5]])
    assert narrowed(one, before, run, wrong) is before
    assert narrowed(one, before, off, wrong).conventions == ()


# --- how it is run -----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "alone"), [("sgdw", True), ("adamw", True), ("lars", False)])
def test_whether_numbers_move_alone_is_found_by_trying(name, alone):
    assert solution_rules.is_elementwise(SPECIFIED[name]) == alone
    homework = parse(TOML.format(name).encode(), answers=SOLUTION)
    rule = specified(homework, homework.task(name))
    assert (rule.elementwise, rule.sees_parameter) == (alone, True)


@pytest.mark.parametrize("together", [True, False])
def test_all_seeds_train_in_one_array_or_each_in_its_own(together):
    homework = parse(TOML.format("lars").encode(), answers=SOLUTION)
    one = replace(
        specified(homework, homework.task("lars")).conventions["solution"], elementwise=together)
    draw = np.random.default_rng(0)
    gradient, parameters = draw.normal(size=(2, 3, 4))
    got = one.step(3, 4, {"lr": 0.1})(gradient, parameters)
    each = [SPECIFIED["lars"](g, p, lr=0.1) for g, p in zip(gradient.T, parameters.T, strict=True)]
    right = SPECIFIED["lars"](gradient, parameters, lr=0.1) if together else np.transpose(each)
    np.testing.assert_allclose(got, right, rtol=1e-14)


def test_a_rule_of_single_numbers_has_the_steps_of_one_of_arrays():
    import math

    @optimizer(m=0, v=0)
    def single(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.25):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        root = math.sqrt(v / (1 - beta2**k)) + eps
        return lr * m / (1 - beta1**k) / root + lr * weight_decay * p, m, v

    on_arrays = solution_rules._runnable(single)
    run = replace(long_run(0, few=False).run, start=starts.generic(6, 0))
    run = replace(run, gradients=run.gradients[:20])
    np.testing.assert_allclose(
        recursion.steps(on_arrays, run), recursion.steps(SPECIFIED["adamw"], run), rtol=1e-12)


# --- a class, whose steps are read off its parameters ------------------------------------------


def test_a_step_of_a_class_may_be_off_by_what_it_is_read_off():
    text = SOLUTION.replace("def sgdw(", "def other(").replace("def adamw(", "def sgdw(")
    one = context("sgdw", SOLUTION, text)
    run = one.specified.whole(
        Trajectory(((2,),), np.full((1, 2), 1e-9), {"lr": 1e-3, "mu": 0.5}), 0)
    right = one.specified.conventions["solution"].steps(run)
    room = recursion.reading_room(run, right)
    assert (as_read(one, run, right + room / 2, right) == right + room / 2).all()
    details = replace(one, subject=Classes(one.subject))
    assert (as_read(details, run, right + room / 2, right) == right).all()
    assert (as_read(details, run, right + 2 * room, right) == right + 2 * room).all()


class Classes:
    """A subject whose rules are said to be classes."""

    def __init__(self, subject):
        registered = [
            replace(one, details=msgspec.structs.replace(one.details, form="torch_class"))
            for one in subject.manifest.registered]
        self.manifest = replace(subject.manifest, registered=tuple(registered))


def test_another_rule_is_named_without_equations_that_the_homework_does_not_have():
    found = update_rule(context("sign", """
import numpy as np
from cgp_harness import optimizer

@optimizer
def sign(g, lr=1e-3):
    return lr * np.sign(g)
""", """
from cgp_harness import optimizer

@optimizer(m=0, v=0)
def sign(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * m / (v / (1 - beta2**k) + eps) ** 0.5, m, v
"""))
    assert found.diagnosis.flags == ("is_adam", "no_bias_correction_m")
    assert found.diagnosis.text == (
        "Your update is Adam without bias correction of the first moment, to within 1e-15 on 177 "
        "numbers. It is registered as sign.")
