"""`cgp demo --plugin` with activations: asked of their worker, beside the reference or left out."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cgp_harness.cli import main
from cgp_reference.activation import ACTIVATIONS
from cgp_reference.demos import figure
from cgp_reference.demos.catalogue import DEMOS
from cgp_reference.demos.classifiers.classifier import batches

OWN = '''\
import numpy as np
from cgp_harness import activation

@activation("sigmoid")
def mine(x):
    y = 1 / (1 + np.exp(-x))
    return y, y * (1 - y)

@activation
def softsign(x):
    return x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2
'''
BROKEN = '''\
import os
import sys
from cgp_harness import activation

@activation
def forgets(x):
    return x

@activation
def ends(x):
    os._exit(3)

@activation
def spies(x):
    if "click" in sys.modules:
        raise ValueError("in the grader")
    return x, 1 + 0 * x

@activation
def explodes(x):
    return 1e300 * x * 1e300, 1e300 + 0 * x
'''
RULE = '''\
from cgp_harness import optimizer

@optimizer
def plain(g, lr=1e-3):
    return lr * g
'''


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def shown(name, source, *arguments, iterations=40):
    Path("mine.py").write_text(source, encoding="utf-8")
    return CliRunner().invoke(main, [
        "demo", name, "--plugin", "mine.py", "--iterations", str(iterations), *arguments])


def rows(done):
    return [line.split() for line in done.stdout.splitlines() if line.startswith("plugin:")]


@pytest.mark.parametrize("name", ["one-neuron", "multi-neuron"])
def test_with_the_sigmoid_written_again_sgd_has_the_reference_s_numbers(name):
    done = shown(name, OWN)
    assert (done.exit_code, done.stderr) == (0, "")
    [sgd] = [line.split() for line in done.stdout.splitlines() if line.startswith("SGD ")]
    again, other = rows(done)
    assert again[:3] == ["plugin:", "SGD,", "sigmoid"]
    assert again[3:] == sgd[1:8]            # without the further seeds
    assert other[:3] == ["plugin:", "SGD,", "softsign"]
    assert other[4:] != sgd[2:8]


def test_the_activation_stands_in_the_hidden_units_alone():
    activated = DEMOS["multi-neuron"].activated
    descent = activated("tanh", ACTIVATIONS["tanh"], 0, 5)
    one = DEMOS["one-neuron"].activated("tanh", ACTIVATIONS["tanh"], 0, 5)
    # By hand from the printed start: tanh in the hidden units, and a sigmoid behind them.
    inputs, labels = batches(0, 1)
    x, y, p = inputs[:, 0, :, 0], labels[0, :, 0], descent.points[0]
    hidden = np.tanh(p[:10].reshape(2, 5) @ np.vstack([x, np.ones(8)]))
    output = 1 / (1 + np.exp(-(p[10:12] @ hidden + p[12])))
    assert descent.losses[0] == pytest.approx(np.mean((y - output) ** 2), rel=1e-12)
    alone = np.tanh(one.points[0][:4] @ x + one.points[0][4])
    assert one.losses[0] == pytest.approx(np.mean((y - alone) ** 2), rel=1e-12)


def test_rules_and_activations_stand_beside_each_other():
    done = shown("one-neuron", RULE + OWN)
    assert (done.exit_code, done.stderr) == (0, "")
    assert [" ".join(row[1:-7]) for row in rows(done)] == [
        "plain", "SGD, sigmoid", "SGD, softsign"]


def test_what_fails_is_left_out_and_costs_the_others_nothing():
    done = shown("multi-neuron", BROKEN)
    assert done.exit_code == 0
    assert done.stderr == (
        "left out: forgets() returned one array\n"
        "  at mine.py:5\n"
        "  expected a pair (value, derivative)\n"
        "  fix: end the function with `return value, derivative`\n"
        "left out: ends: the process ended itself with exit code 3\n"
        "  fix: remove calls such as os._exit()\n"
    )
    spies, explodes = rows(done)
    assert spies[:3] == ["plugin:", "SGD,", "spies"]
    assert explodes[2] == "explodes"
    assert done.stdout.splitlines()[-1].split()[-4:] == ["diverged", "at", "step", "1"]


def test_a_demo_without_a_network_says_where_an_activation_is_shown():
    done = shown("ravine", OWN)
    assert (done.exit_code, rows(done)) == (0, [])
    assert done.stderr == (
        "left out: ravine has no place for the activation 'sigmoid'\n"
        "  at mine.py:4\n"
        "  expected rules\n"
        "  fix: show it in one-neuron or multi-neuron\n"
    )
    both = shown("ravine", RULE + OWN)
    assert (both.exit_code, both.stderr, len(rows(both))) == (0, "", 1)


def test_an_extension_that_no_demo_shows_is_named():
    source = '''\
from cgp_harness import backprop

@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        return values, {}

    @staticmethod
    def backward(graph, partials, errors):
        return {}
'''
    done = shown("one-neuron", source)
    assert (done.exit_code, rows(done)) == (0, [])
    assert done.stderr == (
        "left out: one-neuron has no place for the backpropagation 'graph'\n"
        "  at mine.py:3\n"
        "  expected rules or activations\n"
        "  fix: show it in dag\n"
    )


def test_no_more_than_twelve_are_shown_together():
    rules = "from cgp_harness import activation, optimizer\n" + "".join(
        f"@optimizer\ndef r{i:02}(g, lr=1.0):\n    return lr * g\n" for i in range(10))
    source = rules + "".join(
        f"@activation\ndef a{i:02}(x):\n    return x, 1 + 0 * x\n" for i in range(4))
    done = shown("one-neuron", source, iterations=1)
    assert len(rows(done)) == 12
    assert done.stderr == (
        "left out: activations from number 3 to 4\n  at mine.py:38\n"
        "  expected at most 12 rules and activations\n"
    )


def test_the_figure_has_them_in_grey_under_their_names():
    demo = DEMOS["multi-neuron"]
    own = demo.activated("plugin: SGD, softsign", ACTIVATIONS["tanh"], 0, 40)
    drawn = figure.blank()
    demo.draw(drawn, [*demo.descents(0, 40, None), own], 0)
    [legend] = drawn.legends
    assert legend.get_texts()[-1].get_text() == "plugin: SGD, softsign, lr 0.09"
    assert legend.get_lines()[-1].get_color() == figure.PLUGIN[0].colour
    done = shown("multi-neuron", OWN, "--save", "out")
    assert (done.exit_code, done.stderr) == (0, "")
    assert sorted(file.name for file in Path("out").iterdir()) == [
        "multi-neuron.png", "multi-neuron.svg"]
