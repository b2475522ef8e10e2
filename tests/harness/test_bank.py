"""The bank: the right rule is in it, its variants lie apart, and each is found again."""

import numpy as np
import pytest

from cgp_harness.checks.rules import oracle
from cgp_harness.checks.rules.probes import diagnosis_probes
from cgp_harness.diagnosis.distance import FLOAT64, distance
from cgp_harness.diagnosis.rules import bank, initial_state
from cgp_harness.diagnosis.rules.families import DEFAULTS, FAMILIES, simulate
from cgp_harness.task_kinds import CONVENTIONS
from tests.harness.in_process import InProcess
from tests.mutants.write import SINGLES, source

FAMILY_NAMES = sorted(FAMILIES)
SEEDS = (0, 1, 2)
# Reported by other routes than the numbers of one probe: tier, signature, fitted state.
OTHER_ROUTES = {"float32_arithmetic", "mutable_default", "random_initial_state"}


def answers(family, switches, seed=0):
    return [simulate(family, switches, run, DEFAULTS) for run in diagnosis_probes(seed)]


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
    singles = [one for one in bank.variants(family, depth=1)]
    simulated = [answers(family, one.switches, seed) for one in singles]
    for i, one in enumerate(simulated):
        for j in range(i):
            error = max(float(distance(a, b)) for a, b in zip(one, simulated[j], strict=True))
            # Either an identity (two readings of one flag, no eps in either convention) or far.
            assert error > 1e-3 or error < FLOAT64, (singles[i].flags, singles[j].flags, error)


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_every_variant_is_explained_by_no_more_flags_than_it_has(family):
    runs = diagnosis_probes(0)
    for one in bank.variants(family):
        given = [simulate(family, one.switches, run, DEFAULTS) for run in runs]
        found = bank.match(family, CONVENTIONS[family], runs, given, DEFAULTS)
        assert found is not None
        assert len(found.flags) <= len(one.flags)
        # Whatever name it goes by, it is the same arithmetic on probes it was not matched on.
        other = next(
            v for v in bank.variants(family)
            if v.flags == found.flags and v.convention == found.convention
            and all(distance(simulate(family, v.switches, run, DEFAULTS), answer) < FLOAT64
                    for run, answer in zip(runs, given, strict=True))
        )
        for run in diagnosis_probes(77):
            assert distance(simulate(family, other.switches, run, DEFAULTS),
                            simulate(family, one.switches, run, DEFAULTS)) < 1e-6


@pytest.mark.parametrize(("family", "flag"), [
    (family, flag) for family in SINGLES for flag in SINGLES[family] if flag not in OTHER_ROUTES
])
def test_a_plugin_written_with_a_mistake_is_the_simulated_mistake(family, flag):
    runs = diagnosis_probes(3)
    plugin = InProcess(source(family, [flag]))
    given = []
    for run in runs:
        plugin.restart()
        taken = plugin.manifest.rule(family).hyperparameters
        names = {name: v for name, v in run.hyperparameters.items() if name in taken}
        given.append(plugin.trajectory(
            family, type(run)(run.shapes, run.gradients, names, run.schedule)).values)
    found = bank.match(family, CONVENTIONS[family], runs, given, DEFAULTS)
    assert found is not None
    if (family, flag) == ("adagrad", "lr_in_gradient"):
        assert found.flags == ("lr_in_accumulator",)  # the same rule: lr g over the root of (lr g)²
    else:
        assert found.flags == (flag,)


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_an_accepted_convention_is_no_flag_and_another_is(family):
    first, second = CONVENTIONS[family]
    runs = diagnosis_probes(0)
    given = answers(family, {second})
    assert bank.match(family, (first, second), runs, given, DEFAULTS).flags == ()
    assert bank.match(family, (first,), runs, given, DEFAULTS).flags == (second,)


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_float32_noise_is_named_as_such(family):
    draw = np.random.default_rng(4)
    runs = diagnosis_probes(0)
    noisy = [np.float64(np.float32(a * (1 + 1e-6 * draw.normal(size=a.shape))))
             for a in answers(family, {CONVENTIONS[family][0], "sign_flipped"})]
    found = bank.match_in_tiers(family, CONVENTIONS[family], runs, noisy, DEFAULTS)
    assert found.flags == ("sign_flipped", "float32_arithmetic")


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_a_rule_that_is_not_in_the_bank_matches_nothing(family):
    runs = diagnosis_probes(0)
    cubed = [np.cbrt(a) for a in answers(family, {CONVENTIONS[family][0]})]
    assert bank.match_in_tiers(family, CONVENTIONS[family], runs, cubed, DEFAULTS) is None
    assert initial_state.match(
        family, CONVENTIONS[family], runs, cubed, DEFAULTS, declared=True) is None


@pytest.mark.parametrize("family", FAMILY_NAMES)
@pytest.mark.parametrize("extra", [(), ("sign_flipped",)])
def test_an_initial_state_of_each_parameters_own_is_found(family, extra):
    draw = np.random.default_rng(6)
    runs = diagnosis_probes(0)
    given = [
        simulate(family, {CONVENTIONS[family][0], *extra}, run, DEFAULTS,
                 tuple(draw.uniform(0.1, 1, run.gradients.shape[1])
                       for _ in range(FAMILIES[family].STATES)))
        for run in runs
    ]
    found = initial_state.match(
        family, CONVENTIONS[family], runs, given, DEFAULTS, declared=False)
    assert found.flags == (*extra, "random_initial_state")


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_every_mistake_of_the_family_has_words(family):
    for one in FAMILIES[family].FLAGS:
        assert one.phrase
        assert one.hint.endswith(".")


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
    worded = {
        (family, one.id) for family in FAMILY_NAMES for one in FAMILIES[family].FLAGS
        if "another rule" in one.phrase
    }
    assert worded == {
        ("sgd_plus", "damped"), ("sgd_plus", "torch_dampening"), ("sgd_plus", "nesterov"),
        ("adagrad", "decaying_average"), ("rmsprop", "sum_for_average"), ("rmsprop", "centred"),
        ("adam", "eps_before_correction"),
    }
