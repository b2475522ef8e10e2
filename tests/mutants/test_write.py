"""The wrong plugins are wrong in the way they say, and in no other."""

import doctest
from functools import cache

import numpy as np
import pytest

import tests.mutants
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.assignment import load
from cgp_harness.kinds.optimizer.task import CONVENTIONS
from cgp_reference.optimizers import RULES
from cgp_reference.rule import Rule
from tests.mutants.write import FAMILIES, SINGLES, compatible, pairs, source

ASSIGNMENT = load("step_size")
# Generic numbers: with the usual ones a hard-coded default would not show.
GENERIC = {
    "lr": 0.5, "mu": 0.7, "rho": 0.8, "beta1": 0.6, "beta2": 0.85, "eps": 0.125,
}
EVERY_SINGLE = [(family, flag) for family in SINGLES for flag in SINGLES[family]]
EVERY_PAIR = {family: pairs(family) for family in SINGLES}


def registered(text):
    """The one rule that a plugin's text registers, through the real decorator."""
    namespace = {}
    exec(compile(text, "plugin.py", "exec"), namespace)
    [rule] = [value for value in namespace.values() if isinstance(value, Rule)]
    return rule


def steps(rule, count=6):
    """What `rule` answers for two parameters of two numbers each, with lr halved at step 4."""
    rng = np.random.default_rng(7)
    gradients = rng.uniform(0.3, 3, (count, 2, 2)) * rng.choice([-1, 1], (count, 2, 2))
    run = rule.run([np.zeros(2), np.zeros(2)])
    named = {name: GENERIC[name] for name in rule.hyperparameters}
    answers = []
    with np.errstate(all="ignore"):         # beta ** 0 divides by zero: that is the mistake
        for k, gradient in enumerate(gradients, start=1):
            now = named | {"lr": 0.5 if k < 4 else 0.25}
            answers.append(run.step(list(gradient), now))
    return np.array(answers)


@cache
def answers(family, flags=(), convention=None):
    return steps(registered(source(family, flags, convention)))


def difference(a, b):
    """Largest relative difference; infinite if they are not finite in the same places."""
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return np.inf
    scale = np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-300)
    return np.max((np.abs(a - b) / scale)[finite], initial=0)


@pytest.mark.parametrize("family", FAMILIES)
def test_without_a_mistake_the_plugin_is_the_reference_rule(family):
    assert difference(answers(family), steps(RULES[family])) < 1e-14


@pytest.mark.parametrize("family", FAMILIES)
def test_the_conventions_are_those_of_the_assignment_and_the_lectures_own_is_first(family):
    assert set(FAMILIES[family].conventions) == set(CONVENTIONS[family])
    lecture, torch, *_ = FAMILIES[family].conventions
    assert source(family, []) == source(family, [], lecture)
    assert difference(answers(family), answers(family, (), torch)) > 1e-3


@pytest.mark.parametrize("task", ASSIGNMENT.tasks, ids=lambda task: task.id)
def test_the_defaults_are_those_of_the_assignment(task):
    rule = registered(source(task.id, []))
    assert dict(rule.hyperparameters) == dict(specified(ASSIGNMENT, task).hyperparameters)


@pytest.mark.parametrize(("family", "flag"), EVERY_SINGLE)
@pytest.mark.parametrize("convention", [0, 1], ids=["lecture", "torch"])
def test_every_mistake_shows(family, flag, convention):
    convention = list(FAMILIES[family].conventions)[convention]
    wrong, right = answers(family, (flag,), convention), answers(family, (), convention)
    # float32 rounds at 6e-8; what is drawn may be small; everything else is far above rounding.
    small = flag in ("float32_arithmetic", "random_initial_state")
    assert difference(wrong, right) > (1e-9 if small else 1e-3)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("convention", [0, 1], ids=["lecture", "torch"])
def test_of_two_mistakes_both_show(family, convention):
    convention = list(FAMILIES[family].conventions)[convention]
    # 2e-8 is the least: Adam with its eps both at another place and hard-coded as 1e-8.
    hidden = {
        (pair, flags) for pair in EVERY_PAIR[family] for flags in ((pair[0],), (pair[1],), ())
        if difference(answers(family, pair, convention), answers(family, flags, convention)) < 1e-9
    }
    assert hidden == set()


def test_two_names_that_stand_for_the_same_rule():
    for convention in CONVENTIONS["adagrad"]:       # lr * lr * g below, lr * g above
        one, other = ("lr_in_gradient",), ("lr_in_accumulator",)
        assert difference(answers("adagrad", one, convention),
                          answers("adagrad", other, convention)) < 1e-14
    for family in FAMILIES:
        shared, default = ("shared_state",), ("mutable_default",)
        assert difference(answers(family, shared), answers(family, default)) == 0


@pytest.mark.parametrize("family", FAMILIES)
def test_the_order_of_the_mistakes_does_not_matter(family):
    for a, b in EVERY_PAIR[family]:
        assert source(family, [a, b]) == source(family, [b, a])


def test_how_many_plugins_there_are():
    counts = {family: (len(SINGLES[family]), len(EVERY_PAIR[family])) for family in SINGLES}
    assert counts == {
        "sgd_plus": (15, 88), "adagrad": (20, 174), "rmsprop": (22, 212), "adam": (39, 678),
    }


@pytest.mark.parametrize(("family", "a", "b"), [
    ("adam", "betas_swapped", "beta1_hard_coded"),          # both say what beta1 is
    ("adam", "no_bias_correction", "k_from_zero"),          # nothing is left to count for
    ("adam", "gradient_for_m", "m_undamped"),               # m is no longer used
    ("adagrad", "no_eps", "eps_hard_coded"),
    ("sgd_plus", "nesterov", "previous_buffer"),            # they undo each other
    ("rmsprop", "shared_state", "mutable_default"),
    ("rmsprop", "no_memory", "no_memory"),
])
def test_mistakes_that_contradict_each_other_are_refused(family, a, b):
    assert not compatible(family, a, b)
    assert not compatible(family, b, a)
    with pytest.raises(ValueError, match=rf"^{family}: {a} and {b} contradict each other$"):
        source(family, [a, b])


def test_shared_state_is_shared_and_never_forgotten():
    for flag in ("shared_state", "mutable_default"):
        rule = registered(source("sgd_plus", [flag]))
        assert dict(rule.state) == {}
        run = rule.run([0.0, 0.0])
        assert run.step([1.0, 0.0], {"lr": 1.0, "mu": 0.5}) == [1.0, 0.5]
        assert rule.run([0.0]).step([0.0], {"lr": 1.0, "mu": 0.5}) == [0.25]


def test_a_count_per_parameter_goes_on_for_ever_and_an_index_begins_again():
    # g = 1, no memory of m: the step is lr / (1 - beta1^n) with n as the plugin counts it.
    named = {"lr": 1.0, "beta1": 0.5, "beta2": 0.0, "eps": 0.0}
    seen = {}
    for flag in ("k_per_parameter", "k_is_index"):
        run = registered(source("adam", [flag])).run([0.0, 0.0])
        first = run.step([1.0, 1.0], named)
        seen[flag] = [0.5 / step for step in first + run.step([1.0, 1.0], named)]
    assert seen["k_per_parameter"] == [0.5, 0.75, 0.875 / 1.5, 0.9375 / 1.5]
    assert seen["k_is_index"] == [0.5, 0.75, 0.5 / 1.5, 0.75 / 1.5]


def test_a_random_beginning_is_drawn_anew_at_every_import():
    text = source("rmsprop", ["random_initial_state"])
    assert registered(text).state["v"] != registered(text).state["v"]


def test_two_mistakes_read_like_a_students_file():
    assert source("adam", ["k_is_index", "shared_state"]) == TWO_MISTAKES
    assert doctest.testmod(tests.mutants) == (0, 2)


TWO_MISTAKES = '''\
"""Homework: Adam."""

from cgp_harness import optimizer

memory = {}
seen = {"k": 0, "i": 0}


@optimizer
def adam(g, k, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    if seen["k"] != k:
        seen["k"], seen["i"] = k, 0
    seen["i"] += 1
    m = beta1 * memory.get("m", 0 * g) + (1 - beta1) * g
    v = beta2 * memory.get("v", 0 * g) + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**seen["i"])
    v_hat = v / (1 - beta2**seen["i"])
    step = lr * m_hat / (v_hat + eps)**0.5
    memory["m"], memory["v"] = m, v
    return step
'''
