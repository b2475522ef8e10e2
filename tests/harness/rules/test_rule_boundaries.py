"""Tolerances of rules: ten times as wrong as one allows fails, a tenth of it passes.

Numbers are written out here, not taken from the product: a tolerance that moves moves no boundary.
"""

from dataclasses import replace

import numpy as np
import pytest

from cgp_harness.kinds.optimizer.checks.closed_loop import closed_loop
from cgp_harness.kinds.optimizer.checks.hyperparameters import hyperparameters
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.probes.ground import Probe
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.probes.rounding import of_float32
from cgp_harness.kinds.optimizer.probes.verdict import Verdict, expected, judged, tolerance
from cgp_harness.kinds.optimizer.questions import Steps
from cgp_harness.kinds.optimizer.trainings.baselines import Baselines
from cgp_harness.kinds.optimizer.trainings.claims import claims
from cgp_harness.model import Status
from tests.harness.in_process.rules import InProcess, context_of
from tests.harness.rules.right.correctness import correctness
from tests.harness.rules.right.lecture_rules import ACCEPTED, of_family
from tests.harness.rules.right.oracle import steps
from tests.harness.rules.test_closed_loop import context as in_closed_loop

HOMEWORK = correctness()
SGD_PLUS = """
import numpy as np
from cgp_harness import optimizer

@optimizer(v=0)
def sgd_plus(g, v, lr={lr}, mu=0.9):
    v = mu * v + g
    return lr * ({step}), v
"""


def rule(step, lr="1e-3"):
    return context_of(SGD_PLUS.format(step=step, lr=lr), HOMEWORK, "sgd_plus")


@pytest.mark.parametrize(("written", "status", "flags"), [
    ("v * (1 + 1e-10)", Status.PASSED, None),
    ("v * (1 + 1e-8)", Status.FAILED, ()),  # as small as float32's error, and not by chance
    ("np.float32(v) * np.float64(1)", Status.PASSED, ("float32_arithmetic",)),
    ("v * (1 + 1e-5)", Status.FAILED, ()),
])
def test_a_step_is_right_to_nine_digits_or_in_float32(written, status, flags):
    found = update_rule(rule(written))
    assert (found.status, found.diagnosis and found.diagnosis.flags) == (status, flags)


@pytest.mark.parametrize(("family", "convention"), [
    ("sgd_plus", "lr_in_buffer"), ("adagrad", "eps_inside_root"), ("rmsprop", "eps_outside_root"),
    ("adam", "eps_inside_root"),
])
def test_numbers_of_float32_may_be_off_by_some_of_its_roundings_and_others_by_fewer(
        family, convention):
    context = context_of(SGD_PLUS.format(step="v", lr="1e-3"), HOMEWORK, "sgd_plus")
    context = replace(context, task=HOMEWORK.task(family))
    runs = diagnosis_probes(0)
    right = [steps(family, convention, run) for run in runs]

    def accepted(amount, *, single):
        answers = [one * (1 + amount) for one in right]
        if single:
            answers = [np.float64(np.float32(one)) for one in answers]
        return judged(context, runs, answers)

    assert convention in accepted(1.5e-6, single=True).conventions
    assert not accepted(1e-4, single=True).conventions
    assert convention in accepted(6e-8, single=False).conventions
    assert not accepted(1.5e-6, single=False).conventions  # float32 would have shown
    assert accepted(6e-8, single=False).error == pytest.approx(6e-8, rel=0.01)
    assert accepted(0.0, single=False).error < 1e-15


def test_one_number_that_is_none_of_float32_is_enough_not_to_be_float32():
    from cgp_harness.probing.single_precision import float32_numbers

    single = np.float64(np.float32([[0.1], [np.nan]]))
    assert float32_numbers([single, single])
    assert not float32_numbers([single, np.array([[0.1]])])
    assert not float32_numbers([np.array([[0.5, 0.1]]), single])


@pytest.mark.parametrize(("amount", "passes"), [(1e-13, True), (1e-11, False)])
def test_neighbours_may_change_the_last_digits_and_no_more(amount, passes):
    found = relations(rule(f"v + {amount} * g.mean()"))
    assert (found.status is Status.PASSED) == passes
    assert passes or found.counterexample["relation"] == "locality"


def test_neighbours_that_are_mixed_in_pairs_are_found_whatever_the_shape():
    found = relations(rule("v + 0.1 * g.reshape(-1, 2)[:, ::-1].reshape(g.shape)"))
    assert (found.status, found.counterexample["relation"]) == (Status.FAILED, "locality")


@pytest.mark.parametrize(("amount", "passes"), [(1e-13, True), (1e-11, False)])
def test_a_shape_may_change_the_last_digits_and_no_more(amount, passes):
    found = relations(rule(f"v * (1 + {amount} * g.ndim)"))
    assert (found.status is Status.PASSED) == passes
    assert passes or found.counterexample["relation"] == "shape"


@pytest.mark.parametrize(("amount", "passes"), [(1e-6, True), (1e-4, False)])
def test_float32_gradients_may_change_five_digits_and_no_more(amount, passes):
    found = relations(rule(f"v * (1 + {amount} * (g.dtype == np.float32))"))
    assert (found.status is Status.PASSED) == passes
    assert passes or found.counterexample["relation"] == "dtype"


class TwoLibraries(InProcess):
    """Answers on tensors what it answers on arrays, but for a factor."""

    def __init__(self, source, factor):
        self.factor = factor
        super().__init__(source)

    def restart(self):
        super().restart()
        self.manifest = replace(self.manifest, torch=True)

    def trajectory(self, rule, run, arrays="numpy", **options):
        found = super().trajectory(rule, run, "numpy", **options)
        return Steps(found.values * (self.factor if arrays == "torch" else 1.0), found.dtype)


@pytest.mark.parametrize(("factor", "passes"), [(1 + 1e-6, True), (1 + 1e-4, False)])
def test_tensors_may_give_other_digits_than_arrays_from_the_sixth_on(factor, passes):
    context = rule("v")
    found = relations(replace(context, subject=TwoLibraries(context.subject.source, factor)))
    assert (found.status is Status.PASSED) == passes
    assert passes or (found.message, found.counterexample["relation"]) == (
        "The rule gives other steps on torch tensors than on numpy arrays.", "numpy = torch")


@pytest.mark.parametrize(("lr", "passes"), [
    ("1e-3 * (1 + 1e-10)", True), ("1e-3 * (1 - 1e-10)", True), ("1e-3 * (1 + 1e-8)", False)])
def test_a_default_is_right_to_nine_digits(lr, passes):
    found = hyperparameters(rule("v", lr))
    assert (found.status is Status.PASSED) == passes
    assert passes or found.message == "lr: the default is 0.00100000001, expected 0.001."


@pytest.mark.parametrize(("amount", "precise", "passes"), [
    (1e-9, True, True), (1e-7, True, False), (1e-4, False, True), (1e-2, False, False)])
def test_a_path_is_followed_to_a_share_of_the_way(amount, precise, passes):
    text = SGD_PLUS.format(step=f"v * (1 + {amount})", lr="1e-3")
    found = closed_loop(in_closed_loop(
        text, "sgd_plus", convention="lr_outside_buffer", precise=precise,
        problems=("one_neuron",)))
    assert (found.status is Status.PASSED) == passes


def test_what_is_wrong_at_a_drawn_value_alone_is_found_by_the_drawn_cases():
    found = update_rule(rule("v * (1 + 0.01 * (mu == 0.3))"))  # no fixed run has it
    assert found.status is Status.FAILED
    assert found.diagnosis.text == (
        "Your update agrees with SGD with momentum (SGD+) on the usual numbers, but not on "
        "all.")


@pytest.mark.parametrize(("worse", "met"), [(0.0005, True), (0.05, False)])
def test_no_worse_than_torch_means_by_less_than_a_half_hundredth_of_a_decade(worse, met):
    draw = np.random.default_rng(0)
    torch = 10 ** (-2 + 1e-4 * draw.normal(size=(10, 32)))
    student = torch * 10 ** (worse + 1e-5 * draw.normal(size=torch.shape))
    sgd, than_torch = claims(student, Baselines(torch, 10 * torch, torch, "torch"))
    assert (sgd.asked, sgd.met) == (True, True)
    assert (than_torch.asked, than_torch.met) == (True, met)


@pytest.mark.parametrize("probe", [False, True])
def test_right_steps_are_those_at_the_values_that_the_code_fixes(probe):
    run = replace(diagnosis_probes(0)[0], gradients=np.tile([1.0, 0.0], (5, 1)))
    given = Probe(run, "") if probe else run
    context = replace(rule("v"), fixed={"mu": 0.5})
    halved = replace(run, hyperparameters={**run.hyperparameters, "mu": 0.5})
    for convention in ACCEPTED[context.task.id]:
        right = steps("sgd_plus", convention, halved)
        assert (expected(context, convention, given) == right).all()
        free = expected(replace(context, fixed={}), convention, given)
        assert (free == steps("sgd_plus", convention, run)).all()
        assert not (free == right).all()
    zero = replace(context, task=HOMEWORK.task("adagrad"), fixed={"eps": 0.0})
    assert np.isnan(expected(zero, "eps_inside_root", given)).any()  # 0/0, without a warning
    room = tolerance(context, Verdict((), times=2.0), "lr_in_buffer", given, right)
    assert room == 2 * of_float32(of_family("sgd_plus", "lr_in_buffer"), halved, right)
    assert tolerance(context, Verdict(()), "lr_in_buffer", given, right) == 1e-9
