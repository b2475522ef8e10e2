"""`convergence`: right rules keep their points, wrong ones get none, only what is so is asked."""

import re

import numpy as np
import pytest

from cgp_harness.kinds.optimizer.checks.convergence import convergence
from cgp_harness.kinds.optimizer.task import CONVENTIONS
from cgp_harness.kinds.optimizer.trainings.baselines import baselines
from cgp_harness.kinds.optimizer.trainings.trainings import SEEDS
from cgp_harness.model import Status
from cgp_reference.problems import PROBLEMS
from tests.harness.rules.training.convergence_context import LEGEND, after_all, context, right
from tests.mutants.write import SINGLES, source


@pytest.mark.parametrize("convention", [0, 1])
@pytest.mark.parametrize("family", SINGLES)
def test_a_right_rule_in_either_convention_meets_every_claim(family, convention):
    name = CONVENTIONS[family][convention]
    found = convergence(context(source(family, [], name), family, right(family, name)))
    assert (found.status, found.fraction) == (Status.PASSED, 1.0)
    met = 3 if family == "adagrad" else 4
    assert found.message.startswith(f"{met} of {met} claims met.\n")


@pytest.mark.parametrize("family", SINGLES)
def test_float32_costs_nothing_here(family):
    text = source(family, ["float32_arithmetic"])
    for problems, lr in (((), 0.03), (("sparse",), 0.01)):
        found = convergence(context(text, family, right(family), problems=problems, lr=lr))
        assert (found.status, found.fraction) == (Status.PASSED, 1.0), found.message


def test_the_message_says_what_was_measured():
    found = convergence(after_all(context(source("adam", []))))
    assert found.message == "\n".join([
        "4 of 4 claims met.",
        "The curve was followed step by step: each of the rule's steps is the specified one, on "
        "the same gradients.",
        LEGEND.format(32, 0.03, 0.03),
        "one neuron, 4-1, 1000 iterations",
        "  better than SGD: yes, -0.2405 [-0.2470, -0.2341], d = 12.7",
        "  no worse than torch.optim.Adam by 0.005: yes, the same to 0.0001",
        "  iterations to SGD's final loss, median: 106; SGD itself 762",
        "three neurons, 4-2-1, 1500 iterations",
        "  better than SGD: yes, -0.4293 [-0.4376, -0.4204], d = 16.7",
        "  no worse than torch.optim.Adam by 0.005: yes, +0.0002 [+0.0000, +0.0004]",
        "  iterations to SGD's final loss, median: 77; SGD itself 356",
    ])


def test_what_the_specified_rule_does_not_show_is_not_asked():
    found = convergence(
        context(source("adagrad", []), "adagrad", right("adagrad"), problems=("one_neuron",)))
    assert (found.status, found.fraction) == (Status.PASSED, 1.0)
    assert found.message == "\n".join([
        "1 of 1 claims met.",
        LEGEND.format(32, 0.03, 0.03),
        "one neuron, 4-1, 1000 iterations",
        "  better than SGD: not asked, AdaGrad itself does not show it clearly enough "
        "(+0.0146 [+0.0109, +0.0180], d = -1.4 where 1.5 is needed)",
        "  no worse than torch.optim.Adagrad by 0.005: yes, the same to 0.0001",
        "  iterations to SGD's final loss, median: never; SGD itself 762",
    ])


def test_with_a_rate_of_its_own_adagrad_does_gain_and_is_asked():
    found = convergence(context(
        source("adagrad", []), "adagrad", right("adagrad"), problems=("one_neuron",), lr=0.3,
        sgd_lr=0.03))
    assert "\n  better than SGD: yes, -0.2371 " in found.message


def test_where_nothing_is_asked_nothing_is_lost():
    found = convergence(context(
        source("sgd_plus", []), "sgd_plus", right("sgd_plus"), problems=("ravine",), lr=0.1))
    assert (found.status, found.fraction) == (Status.PASSED, 1.0)
    assert found.message == "\n".join([
        "No claim is asked: the specified rule itself shows none of them here. Full points.",
        LEGEND.format(32, 0.1, 0.1),
        "a ravine, 400 iterations; diverged on 32 of 32 seeds",
        "  better than SGD: not asked, SGD itself diverges",
        "  no worse than torch.optim.SGD by 0.005: not asked, torch.optim.SGD itself diverges",
        "  iterations to SGD's final loss, median: never; SGD itself never",
    ])


def test_another_rule_earns_nothing_although_it_converges_better():
    found = convergence(after_all(context(
        source("adam", ["no_bias_correction"]), problems=("one_neuron",))))
    assert (found.status, found.fraction, found.blocks) == (Status.FAILED, 0.0, False)
    assert found.message == "\n".join([
        "It converges better than the specified rule on one neuron, 4-1 (-0.1155 [-0.1181, "
        "-0.1128], d = 14.8), and is another rule: see "
        "\"is the specified rule\"; convergence does not decide, "
        "so no points.",
        LEGEND.format(32, 0.03, 0.03),
        "one neuron, 4-1, 1000 iterations",
        "  better than SGD: yes, -0.3560 [-0.3641, -0.3481], d = 15.0",
        "  no worse than torch.optim.Adam by 0.005: yes, -0.1155 [-0.1181, -0.1128]",
        "  iterations to SGD's final loss, median: 34; SGD itself 762",
    ])


def test_another_rule_that_gains_nothing_is_told_so():
    found = convergence(context(
        source("sgd_plus", ["nesterov"]), "sgd_plus", {"elementwise": True},
        problems=("one_neuron",)))
    assert (found.status, found.fraction) == (Status.FAILED, 0.0)
    assert found.message.splitlines()[0] == (
        "It is another rule than the specified one: see "
        "\"is the specified rule\"; so no points here.")


def test_better_than_what_diverges_is_not_called_better():
    # SGD+ leaves the ravine at this rate; damped by 1 - mu it does not.
    found = convergence(context(
        source("sgd_plus", ["damped"]), "sgd_plus", {"elementwise": True}, problems=("ravine",),
        lr=0.1))
    first, _, problem, *_ = found.message.splitlines()
    assert first == (
        "It is another rule than the specified one: see "
        "\"is the specified rule\"; so no points here.")
    assert problem == "a ravine, 400 iterations"


@pytest.mark.parametrize(("learned", "convention"), [
    (right("adam", "eps_outside_root"), "eps_outside_root"),
    (right("adam", "eps_inside_root"), "eps_inside_root"),
    ({"elementwise": True}, "eps_inside_root"),         # another rule: the assignment's first
])
def test_the_reference_follows_the_student_s_convention(monkeypatch, learned, convention):
    asked = []

    def spy(problem, seeds, rule, convention, *rest):
        asked.append(convention)
        return baselines(problem, seeds, rule, convention, *rest)

    monkeypatch.setattr("cgp_harness.kinds.optimizer.checks.convergence.baselines", spy)
    convergence(context(source("adam", []), "adam", learned, problems=("one_neuron",)))
    assert asked == [convention]


@pytest.mark.parametrize("family", SINGLES)
def test_no_mistake_in_the_update_earns_points_however_well_it_converges(family):
    for flag in SINGLES[family][:6]:
        found = convergence(context(
            source(family, [flag]), family, {"elementwise": True}, problems=("one_neuron",)))
        assert (found.status, found.fraction) == (Status.FAILED, 0.0), flag


def test_a_rule_that_diverges_loses_and_is_told_so():
    found = convergence(context(
        source("adam", ["k_from_zero"]), "adam", right("adam"), problems=("one_neuron",)))
    assert (found.status, found.fraction) == (Status.FAILED, 0.0)
    header, _, problem, *claims = found.message.splitlines()
    assert header == "0 of 2 claims met."
    assert problem == "one neuron, 4-1, 1000 iterations; diverged on 32 of 32 seeds"
    *claims, speed = claims
    assert claims == [
        "  better than SGD: NO", "  no worse than torch.optim.Adam by 0.005: NO"]
    assert speed.startswith("  iterations to SGD's final loss, median: never; SGD itself ")
    student = next(s for s in found.plots[0].series if s.role == "student")
    assert set(student.y) == {None}
    assert {value for series in found.plots[1].series for value in series.y} == {None}


def test_a_share_of_the_claims_is_a_share_of_the_points():
    # Half of Adam's step is worse than torch's, and still better than SGD.
    text = source("adam", []).replace("step = lr", "step = 0.5 * lr")
    assert text != source("adam", [])
    found = convergence(context(text, "adam", right("adam")))
    assert (found.status, found.fraction) == (Status.FAILED, 0.5)
    assert found.message.startswith("2 of 4 claims met.\n")


def test_an_exception_stops_with_the_student_s_own_message():
    text = """
from cgp_harness import optimizer
@optimizer(n=0)
def sgd_plus(g, k, n, lr=1e-3, mu=0.9):
    if k > 20:
        raise ValueError("step twenty-one")
    return lr * g, n
"""
    found = convergence(context(text, "sgd_plus", right("sgd_plus")))
    assert (found.status, found.fraction, found.message, found.blocks) == (
        Status.STUDENT_ERROR, 0.0, "ValueError: step twenty-one", True)


def test_the_plots_show_what_the_message_says():
    one = context(source("adam", []), "adam", right("adam"))
    found = convergence(one)
    plots = found.plots
    assert [(plot.kind, plot.name, plot.problem) for plot in plots] == [
        ("losses", "one_neuron_losses", "one_neuron"),
        ("differences", "one_neuron_differences", "one_neuron"),
        ("losses", "multi_neuron_losses", "multi_neuron"),
        ("differences", "multi_neuron_differences", "multi_neuron"),
    ]
    for plot in plots[::2]:
        assert [series.role for series in plot.series] == ["sgd", "torch", "student"]
        for series in plot.series:
            assert 60 <= len(series.x) <= 120
            assert len(series.x) == len(series.y) == len(series.low) == len(series.high)
            assert all(a <= b <= c for a, b, c in
                       zip(series.low, series.y, series.high, strict=True))
            steps = np.diff(series.x)
            assert (steps == steps[0]).all()
            assert series.x[-1] <= PROBLEMS[plot.problem].iterations
    differences = plots[1].series
    assert [(series.label, series.role, len(series.y)) for series in differences] == [
        ("against SGD", "sgd", SEEDS), ("against torch.optim.Adam", "torch", SEEDS)]
    told = re.search(r"better than SGD: yes, (\S+) \[(\S+), (\S+)\]", found.message)
    drawn = (np.mean(differences[0].y), *differences[0].low, *differences[0].high)
    assert drawn == pytest.approx([float(number) for number in told.groups()], abs=5e-5)
