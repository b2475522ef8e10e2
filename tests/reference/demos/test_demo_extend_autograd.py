"""The demo of extending Autograd: its numbers by torch, its text whole, its figure."""

from dataclasses import replace

import numpy as np
import pytest

from cgp_reference.demos import extend_autograd as demo
from cgp_reference.demos import figure
from cgp_reference.demos.descent import Descent, Method, reference
from cgp_reference.demos.mean_losses import trailing
from cgp_reference.optimizers import RULES
from cgp_reference.quantization.autograd_extension import train_by_autograd
from cgp_reference.quantization.network import train_quantized

LABELS = ["straight", "input quantized", "hidden quantized", "hidden, no feedback"]
TEXT = """\
2-10-2 network, a sample a step, 2000 samples an epoch (seed 3)
SGD, lr 0.001 as on the lecture's slides; with the 1e-6 of its script five epochs do not get there

straight:
epoch=0 i=199 0.5511
epoch=0 i=399 3.9129

extended, input quantized:
epoch=0 i=199 1.7421
epoch=0 i=399 2.8116

mean loss of 40 iterations; last column: 32 further seeds, at the end

rule                    lr  step 0     80    160    240    320    400  median (5 to 95 %)
straight             0.001    22.7  0.878  0.729  0.644  0.647  0.554  0.335 (0.227 to 0.716)
input quantized      0.001      17  0.963   0.72  0.766  0.765  0.642  0.402 (0.300 to 0.739)
hidden quantized     0.001      32   1.35   1.26  0.987   1.45   1.04  0.727 (0.379 to 1.482)
hidden, no feedback  0.001      32   2.59   1.89   2.25   1.66   1.31  0.891 (0.368 to 2.257)

what the loss of precision costs: mean loss of the last 401 samples, each seed against
itself in the straight training; median (5 to 95 %)
  input quantized     -3 % (-23 to +23 %)
  hidden quantized    +22 % (-5 to +166 %)
  hidden, no feedback +34 % (-7 to +164 %)

what the backward means: it passes g + (x - q) for the g that arrives at the byte q of x
  g is the straight-through gradient: the cut is taken for the identity
  x - q is the gradient of 1/2 |x - q|^2 at fixed q, a commitment penalty: it draws x to q
  the input needs no gradient, so there it is never run; in the hidden layer it is, and since
  x - q is never negative, it can only push units down, until the network answers 1.5 to all
  samples, a loss of 0.5; without the feedback the same bytes cost little
  passed on, less g + (x - q): 0
  passed on, less central differences of g x + 1/2 |x - q|^2: below 1e-09
"""


def test_the_text_is_this():
    assert "\n".join([*demo.DEMO.lines(demo.DEMO.reference(3, 400), 3), ""]) == TEXT


@pytest.mark.parametrize("place", range(4), ids=LABELS)
def test_each_descent_is_what_autograd_trains(place):
    found = demo.references(5, 80)[place]
    network = demo.NETWORKS[found.method.label]
    losses, end = train_by_autograd(
        network, demo.samples(), 1e-3, 80, network.start([5])[:, 0])
    np.testing.assert_allclose(found.losses[:80], losses, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.points[-1], end, rtol=1e-12)
    assert found.losses.shape == (81,)


def test_the_further_seeds_are_the_next_ones_on_the_same_samples():
    straight, *_ = demo.references(5, 30)
    assert straight.others.shape == (31, 32)
    alone = train_quantized(
        demo.NETWORKS["straight"], demo.samples(), RULES["sgd"], {"lr": 1e-3}, 31, [6])
    np.testing.assert_allclose(straight.others[:, 0], alone.losses[:, 0], rtol=1e-9)


def test_one_rule_has_one_start_in_all_trainings_and_a_student_s_is_the_straight_one():
    descents = demo.references(2, 20)
    assert [one.method.label for one in descents] == LABELS
    assert all((one.points[0] == descents[0].points[0]).all() for one in descents)
    own = demo.follow(reference("sgd", "SGD", 1e-3, 40), 2, 20)
    np.testing.assert_array_equal(own.losses, descents[0].losses)
    assert demo.DEMO.learning_rate("sgd") == demo.DEMO.learning_rate("unheard of") == 1e-3


def test_progress_goes_to_the_end_and_changes_nothing():
    told = []
    watched = demo.DEMO.descents(0, 5, told.append)
    assert told == [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0]
    for one, other in zip(watched, demo.references(0, 5), strict=True):
        np.testing.assert_array_equal(one.losses, other.losses)


@pytest.mark.parametrize(("count", "lines"), [
    (199, ["(200 samples or more have a line)"]),
    (200, ["epoch=0 i=199 199.0000"]),
    (10_000, ["epoch=0 i=199 199.0000", "epoch=1 i=599 2599.0000", "epoch=2 i=999 4999.0000",
              "epoch=3 i=1599 7599.0000", "epoch=4 i=1999 9999.0000"]),
])
def test_the_lecture_s_lines_count_samples_within_an_epoch(count, lines):
    assert demo.printed(np.arange(float(count))) == lines


def test_the_cost_is_each_seed_s_own():
    def descent(label, *seeds):
        others = np.tile(np.array(seeds), (3, 1))
        return Descent(Method(label, "sgd", 1e-3), np.zeros((3, 1)), np.zeros(3), 2, others)

    student = Descent(Method("plugin: x", "x", 1.0), np.zeros((3, 1)), np.zeros(3), 2)
    assert demo.costs([descent("straight", 1.0, 4.0, 2.0), descent("worse", 1.5, 6.0, 3.0),
                       descent("other", 0.5, 4.0, 4.0), student]) == [
        "what the loss of precision costs: mean loss of the last 3 samples, each seed against",
        "itself in the straight training; median (5 to 95 %)",
        "  worse               +50 % (+50 to +50 %)",
        "  other               +0 % (-45 to +90 %)",
    ]


def test_a_backward_that_is_another_would_be_seen(monkeypatch):
    from cgp_reference.quantization import autograd_extension

    right = autograd_extension.quantize_with_error_feedback
    assert demo.checked(0)[0] == "  passed on, less g + (x - q): 0"
    # Straight-through alone: what it lacks is x - q itself, a number below 1.
    monkeypatch.setattr(autograd_extension, "quantize_with_error_feedback",
                        lambda x: x + (right(x) - x).detach())
    for line in demo.checked(0):
        size = line.rpartition(": ")[2]
        assert 0.1 < float(size) < 1


def drawn(descents):
    with figure.look():
        made = figure.blank()
        demo.draw(made, descents, 0)
        made.canvas.draw()
    return made


def test_the_figure_has_the_seed_the_band_and_no_start_that_presses_them_together():
    descents = demo.references(0, 1000)
    one, others = drawn(descents).axes
    for number, descent in enumerate(descents):
        np.testing.assert_allclose(
            one.lines[number].get_ydata(), trailing(descent.losses, 100)[::100])
        means = trailing(descent.others, 100)[::100]
        np.testing.assert_allclose(others.lines[number].get_ydata(), np.median(means, axis=1))
    end = max(trailing(descent.losses, 100)[-1] for descent in descents)
    assert one.get_ylim()[1] == others.get_ylim()[1] == pytest.approx(5 * end)
    assert descents[0].losses[0] > 100 * end


def test_a_plugin_that_diverged_is_drawn_beside_the_others():
    descents = demo.references(0, 6)
    gone = demo.follow(reference("sgd", "SGD", 1e9, 40), 0, 6)
    assert gone.diverged_at == 1
    made = drawn([*descents, replace(gone, method=replace(gone.method, plugin=True))])
    assert len(made.axes[0].lines) == 5
    shown = [line for line in demo.lines([*descents, gone], 0) if "diverged" in line]
    assert shown == [
        "SGD                  1e+09     859     -     -      -        -       -  "
        "diverged at step 1"]
