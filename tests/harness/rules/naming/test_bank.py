"""The bank: its mistakes lie apart, each is found again, and nothing is called by a false name."""

import re
from functools import partial

import msgspec
import numpy as np
import pytest

from cgp_harness.assignment import load
from cgp_harness.kinds.optimizer.diagnosis.diagnose import diagnose
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, confirming_runs
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.kinds.optimizer.task import CONVENTIONS
from cgp_harness.probing.distance import FLOAT64, distance
from tests.harness.rules.naming.foreign_rules import name_of
from tests.harness.rules.right import oracle
from tests.harness.rules.right.lecture_rules import ACCEPTED
from tests.long import some
from tests.mutants.write import SINGLES, source
from tests.simulators.families import DEFAULTS, FAMILIES, simulate
from tests.simulators.variants import variants

HOMEWORK = load("step_size")
FAMILY_NAMES = sorted(FAMILIES)
SEEDS = (0, 1, 2)
# Reported by other routes than the numbers of one probe: tier, signature, fitted state.
OTHER_ROUTES = {"float32_arithmetic", "mutable_default", "random_initial_state"}


def answers(family, switches, seed=0):
    return [simulate(family, switches, run, DEFAULTS) for run in diagnosis_probes(seed)]


def in_each_family(*cases):
    """Each case in each family; in the short form each family once, and each case."""
    every = [(family, *case) for family in FAMILY_NAMES for case in cases]
    kept = [
        (family, *cases[number % len(cases)]) for number, family in enumerate(FAMILY_NAMES)]
    return some(every, len(every), kept.__contains__)


def test_the_probes_are_37_numbers():
    assert sum(run.gradients.size for run in diagnosis_probes(0)) == 37


@pytest.mark.parametrize("family", FAMILY_NAMES)
@pytest.mark.parametrize("seed", SEEDS)
def test_without_mistakes_the_simulator_is_the_oracle(family, seed):
    for convention in CONVENTIONS[family]:
        for run in diagnosis_probes(seed):
            right = simulate(family, {convention}, run, DEFAULTS)
            assert distance(right, oracle.steps(family, convention, run)) < 1e-13


@pytest.mark.parametrize("family", FAMILY_NAMES)
@pytest.mark.parametrize("seed", SEEDS)
def test_single_mistakes_lie_at_least_a_thousandth_apart(family, seed):
    singles = [one for one in variants(family, depth=1)]
    simulated = [answers(family, one.switches, seed) for one in singles]
    for i, one in enumerate(simulated):
        for j in range(i):
            error = max(float(distance(a, b)) for a, b in zip(one, simulated[j], strict=True))
            # Either an identity (two readings of one flag, no eps in either convention) or far.
            assert error > 1e-3 or error < FLOAT64, (singles[i].flags, singles[j].flags, error)


@pytest.mark.parametrize(("family", "flag"), [
    (family, flag) for family in SINGLES for flag in SINGLES[family] if flag not in OTHER_ROUTES
])
def test_a_plugin_written_with_a_mistake_has_its_name(family, flag):
    # AdaGrad's is the same rule as lr g over the root of (lr g)².
    same = "lr_in_accumulator" if (family, flag) == ("adagrad", "lr_in_gradient") else flag
    assert name_of(family, source(family, [flag]), 3) == (same,)


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_an_accepted_convention_is_no_flag_and_another_is(family):
    first, *others = CONVENTIONS[family]
    for other in others:
        named = "damped" if other == "damped_lr_in_buffer" else other
        rule = partial(steps_of, family, {other})
        assert diagnosed(family, rule, accept=(first,)).flags[:1] == (named,)


def test_a_convention_that_is_not_accepted_is_said_to_be_another():
    found = diagnosed(
        "adam", partial(steps_of, "adam", {"eps_outside_root"}), accept=("eps_inside_root",))
    assert re.sub(r"within \S+ on \d+", "within E on N", found.text) == (
        "Your update is Adam with eps outside the root, to within E on N numbers. This assignment "
        "asks for it with eps inside the root.")


def steps_of(family, switches, run):
    return simulate(family, switches, run, DEFAULTS)


def diagnosed(family, rule, *, state=0.0, accept=(), declared=None):
    """The diagnosis of a rule that is a function of a run."""
    task, runs = HOMEWORK.task(family), diagnosis_probes(0)
    task = msgspec.structs.replace(task, accept=accept or ACCEPTED[task.id])
    taken = dict(specified(HOMEWORK, task).hyperparameters)
    info = Details("rule", declared or {"v": state}, taken)
    found = diagnose(HOMEWORK, task, info, Evidence(runs, [rule(run) for run in runs], rule))
    return found.diagnosis


@pytest.mark.parametrize(("family", "noise", "dtype", "flags"), in_each_family(
    (2e-7, np.float32, ("sign_flipped", "float32_arithmetic")), (2e-7, np.float64, ()),
    (2e-5, np.float32, ())))
def test_float32_is_named_where_its_numbers_and_its_rounding_are_seen(family, noise, dtype, flags):
    draw = np.random.default_rng(4)

    def noisy(run):
        steps = simulate(family, {CONVENTIONS[family][0], "sign_flipped"}, run, DEFAULTS)
        return np.float64(dtype(steps * (1 + noise * draw.uniform(-1, 1, steps.shape))))

    assert diagnosed(family, noisy).flags == flags


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_a_rule_that_is_not_in_the_bank_matches_nothing(family):
    right = {CONVENTIONS[family][0]}
    assert diagnosed(
        family, lambda run: np.cbrt(simulate(family, right, run, DEFAULTS)), state=0.5).flags == ()


@pytest.mark.parametrize(("family", "wrong", "named"), in_each_family(
    (lambda steps: np.full_like(steps, np.nan), False),
    (lambda steps: np.where(np.arange(len(steps))[:, None] < 1, steps, np.nan), False),
    (lambda steps: steps * (1 + 3e-9), False),
    (lambda steps: steps * (1 + 3e-11), True),
))
def test_a_mistake_is_named_only_to_the_verdicts_own_tolerance_and_by_finite_numbers(
        family, wrong, named):
    switches = {CONVENTIONS[family][0], "lr_twice"}
    found = diagnosed(family, lambda run: wrong(simulate(family, switches, run, DEFAULTS)))
    assert found.flags == (("lr_twice",) if named else ())


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_what_fits_the_probes_and_no_further_run_is_not_named(family):
    right, wrong = ({CONVENTIONS[family][0], *flags} for flags in ((), ("lr_twice",)))

    def rule(run):
        return simulate(
            family, right if run is confirming_runs()[3] else wrong, run, DEFAULTS)

    assert diagnosed(family, rule).flags == ()


@pytest.mark.parametrize("family", FAMILY_NAMES)
@pytest.mark.parametrize("extra", [(), pytest.param(("sign_flipped",), marks=pytest.mark.long)])
@pytest.mark.parametrize("begins", ["drawn", "first gradient", "twice it", "zero"])
def test_an_initial_state_is_found_and_one_that_follows_from_the_gradient_is_told_apart(
        family, extra, begins):
    draw = np.random.default_rng(6)
    states = FAMILIES[family].STATES

    def initial(run):
        first = run.gradients[0]
        if begins == "drawn":
            return tuple(draw.uniform(0.1, 1, first.shape) for _ in range(states))
        whole = (first if family in ("sgd_plus", "adam") else first**2, first**2)[:states]
        times = {"first gradient": 1.0, "twice it": 2.0, "zero": 0.0}[begins]
        return tuple(times * np.array(whole))

    found = diagnosed(family, lambda run: simulate(
        family, {CONVENTIONS[family][0], *extra}, run, DEFAULTS, initial(run)))
    name = {"drawn": ("random_initial_state",), "first gradient": ("first_gradient_state",)}
    if begins == "zero":
        assert found.flags == extra
    else:
        assert found.flags == ((*extra, *name[begins]) if begins in name else ())


@pytest.mark.parametrize(("family", "begun"), [
    ("adam", ("0.259", "0.0306")), ("adam", ("0.0", "1e-4")), ("rmsprop", ("2e-3",))])
@pytest.mark.parametrize("extra", ["lr_hard_coded", "sign_flipped"])
def test_a_state_that_the_decorator_names_is_found_where_it_hardly_shows(family, begun, extra):
    first, *parts = source(family, (extra, "random_initial_state")).split(
        "random.Random().random()")
    text = first + "".join(f"{one}{part}" for one, part in zip(begun, parts, strict=True))
    assert name_of(family, text) == (extra, "random_initial_state")


@pytest.mark.parametrize(
    "extra", [(), pytest.param(("lr_hard_coded",), marks=pytest.mark.long)])
def test_a_state_that_each_process_draws_anew_is_found_whatever_it_draws(extra):
    draw = np.random.default_rng(1)

    def rule(run):
        begun = tuple(np.full(run.gradients.shape[1], one) for one in draw.random(2))
        return simulate("adam", {CONVENTIONS["adam"][0], *extra}, run, DEFAULTS, begun)

    for _ in range(3):
        found = diagnosed("adam", rule, declared={"m": 0.25, "v": 0.75})
        assert found.flags == (*extra, "random_initial_state")


@pytest.mark.parametrize("factor", ["(1 + 1e-6)", "(1 + 3e-7 * (-1)**k)"])
def test_a_state_is_not_found_in_float32_where_nothing_is_float32(factor):
    text = source("rmsprop", ("random_initial_state",)).replace("g, v,", "g, k, v,").replace(
        "random.Random().random()", "0.5").replace("lr * g", f"{factor} * lr * g")
    assert name_of("rmsprop", text) == ()


@pytest.mark.parametrize("extra", [
    (), ("no_bias_correction",), pytest.param(("sign_flipped",), marks=pytest.mark.long)])
@pytest.mark.parametrize("begun", [(1, 0), (0, 1), (1, 1)])
def test_one_of_two_states_may_begin_from_the_first_gradient(begun, extra):
    def rule(run):
        first = run.gradients[0]
        return simulate(
            "adam", {CONVENTIONS["adam"][0], *extra}, run, DEFAULTS,
            (begun[0] * first, begun[1] * first**2))

    found = diagnosed("adam", rule)
    assert found.flags == (*extra, "first_gradient_state")
    if not extra:
        assert re.sub(r"within \S+ on \d+", "within E on N", found.text) == (
            "Your update is Adam begun from the first gradient, or its square, instead of zero "
            "(Eq. 38), to within E on N numbers. The recursions begin at zero, as @optimizer has "
            "it: use the state as it comes.")


def test_distance_needs_the_same_pattern_of_numbers_that_are_not_finite():
    nan, inf = float("nan"), float("inf")
    column = np.array([[1.0], [nan], [inf]])
    assert distance(column, column) == 0
    assert distance(column, np.array([[1.0], [2.0], [inf]])) == np.inf
    assert distance(column, np.array([[1.0], [nan], [-inf]])) == np.inf


def test_distance_is_relative_to_each_parameters_largest_step():
    got = np.array([[1.0, 1e-6], [1e-16, 0.0]])
    expected = np.array([[1.0, 1.1e-6], [0.0, 0.0]])
    assert distance(got, expected) == pytest.approx(0.1 / 1.1)
    assert distance(got[:, :1], expected[:, :1]) == pytest.approx(1e-16)
    assert distance(np.zeros((2, 1)), np.zeros((2, 1))) == 0
    assert distance(np.zeros((2, 0)), np.zeros((2, 0))) == 0


def test_legitimate_algorithms_are_called_another_rule():
    worded = {(one.task, one.id) for one in HOMEWORK.mistakes if "another rule" in one.says}
    assert worded == {
        ("sgd_plus", "damped"), ("sgd_plus", "torch_dampening"), ("sgd_plus", "nesterov"),
        ("adagrad", "decaying_average"), ("rmsprop", "sum_for_average"), ("rmsprop", "centred"),
    }
