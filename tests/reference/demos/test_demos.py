"""What all demos share, and those on a surface: numbers by hand, text whole, figures."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest

from cgp_reference.demos import figure
from cgp_reference.demos.catalogue import DEMOS
from cgp_reference.demos.descent import LABELS, Descent, Method, Stepper, reference
from cgp_reference.demos.loss_surfaces import gd_vs_sgd, loss_surface, ravine
from cgp_reference.demos.loss_surfaces.neuron import OVERLAPPING as NEURON
from cgp_reference.demos.loss_table import table
from tests.long import some

SEEDS = range(20)
FOLLOWING = {name: demo for name, demo in DEMOS.items() if demo.follow is not None}
BY_HAND = {}


def by_hand(function):
    BY_HAND[function.__name__] = function
    return function


@by_hand
def sgd(g, lr, memory):
    return lr * g[-1]


@by_hand
def sgd_plus(g, lr, memory):
    memory["v"] = 0.9 * memory.get("v", 0) + lr * g[-1]
    return memory["v"]


@by_hand
def adagrad(g, lr, memory):
    return lr * g[-1] / np.sqrt(np.sum(np.square(g), axis=0) + 1e-8)


@by_hand
def rmsprop(g, lr, memory):
    weights = 0.1 * 0.9 ** np.arange(len(g))[::-1]
    return lr * g[-1] / np.sqrt(weights @ np.square(g) + 1e-8)


@by_hand
def adam(g, lr, memory):
    age = np.arange(len(g))[::-1]
    first = 0.1 * 0.9**age @ np.array(g) / (1 - 0.9 ** len(g))
    second = 0.001 * 0.999**age @ np.square(g) / (1 - 0.999 ** len(g))
    return lr * first / np.sqrt(second + 1e-8)


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("rule", BY_HAND)
def test_a_path_through_the_ravine_is_the_recursion_written_by_hand(rule, seed):
    turn = np.deg2rad(25)
    along = np.array([np.cos(turn), np.sin(turn)])
    across = np.array([-np.sin(turn), np.cos(turn)])
    noise = 0.5 * np.random.default_rng(seed).standard_normal((40, 2))
    point, memory, gradients, points = -9 * along + 1.3 * across, {}, [], []
    for k in range(40):
        points.append(point)
        gradients.append((point @ along) * along + 100 * (point @ across) * across + noise[k])
        point = point - BY_HAND[rule](gradients, ravine.LEARNING_RATES[rule], memory)
    number = list(BY_HAND).index(rule)
    found = ravine.references(seed, 40)[number]
    np.testing.assert_allclose(found.points, [*points, point], rtol=1e-9, atol=1e-9)
    by_axes = 0.5 * (found.points @ along) ** 2 + 50 * (found.points @ across) ** 2
    np.testing.assert_allclose(found.losses, by_axes, rtol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_sgd_crosses_the_ravine_and_sgd_plus_comes_closer_in_as_many_steps(seed):
    sgd, sgd_plus, *_ = ravine.references(seed, 120)
    across = sgd.points @ ravine.ROTATION[:, 1]
    assert (across[:15] * across[1:16] < 0).all()           # another side after each step
    assert sgd_plus.losses[-1] < sgd.losses[-1] / 4
    assert sgd_plus.first_below(1.0) < sgd.first_below(1.0) / 2


def test_every_rule_of_the_ravine_comes_through_on_every_seed():
    for seed in SEEDS:
        assert all(one.first_below(ravine.TARGET) for one in ravine.references(seed, 120))


@pytest.mark.parametrize(("rate", "goes_up"), [(0.0195, False), (0.0205, True)])
def test_sgd_in_the_ravine_diverges_from_a_learning_rate_of_one_fiftieth(rate, goes_up):
    descent = ravine.follow(reference("sgd", "SGD", rate), 0, 300)
    assert (descent.losses[-1] > descent.losses[0]) == goes_up


@pytest.mark.parametrize("rows", [NEURON.all, NEURON.all[2:6]])
@pytest.mark.parametrize("point", [(0.3, -0.2), (-4.0, 3.0), (2.5, 1.5)])
def test_the_neuron_s_gradient_is_the_complex_step(point, rows):
    steps = np.array(point) + 1e-30j * np.eye(2)
    exact = [np.imag(NEURON.loss(step, rows)) / 1e-30 for step in steps]
    np.testing.assert_allclose(NEURON.gradient(np.array(point), rows), exact, rtol=1e-12)


def test_the_minimum_shown_is_the_least_loss_that_the_figures_show():
    assert np.abs(NEURON.gradient(NEURON.minimum)).max() < 1e-3
    everywhere = np.array(np.meshgrid(np.linspace(-4, 6, 201), np.linspace(-6, 6, 241)))
    assert NEURON.loss(everywhere).min() >= NEURON.loss(NEURON.minimum) - 1e-6


def test_no_number_overflows_far_from_the_data():
    assert np.isfinite(NEURON.gradient(np.array([-1e6, 1e6]))).all()


def test_gd_is_the_recursion_of_equation_8():
    point = loss_surface.start(3)
    [found] = loss_surface.references(3, 10)
    for k in range(10):
        predicted = 1 / (1 + np.exp(-(point[0] * NEURON.x + point[1])))
        slope = predicted * (1 - predicted)
        jacobian = np.array([slope * NEURON.x, slope]).T
        np.testing.assert_allclose(found.points[k], point, rtol=1e-12)
        point = point + 2 * 0.2 * jacobian.T @ (NEURON.y - predicted)


def test_sgd_is_the_same_recursion_on_four_samples_with_three_times_the_rate():
    gd, sgd = gd_vs_sgd.references(5, 10)
    point = np.array([-2.5, 3.0])
    for k, batch in enumerate(gd_vs_sgd.batches(5, 10)):
        np.testing.assert_allclose(sgd.points[k], point, rtol=1e-12)
        point = point - 0.6 * NEURON.gradient(point, batch)
    assert (gd.method.learning_rate, sgd.method.learning_rate) == (0.2, pytest.approx(0.6))
    np.testing.assert_allclose(
        gd.points[1], gd.points[0] - 0.2 * NEURON.gradient(gd.points[0]), rtol=1e-12)


def test_every_sample_is_drawn_once_before_any_is_drawn_again():
    drawn = gd_vs_sgd.batches(2, 8)
    assert drawn.shape == (8, 4)
    assert [sorted(part.ravel()) for part in (drawn[:3], drawn[3:6])] == [[*range(12)]] * 2
    assert len(set(drawn[6:].ravel())) == 8


def test_the_gradients_of_the_batches_of_one_pass_add_up_to_that_of_all_data():
    parts = [NEURON.gradient(gd_vs_sgd.START, rows) for rows in gd_vs_sgd.batches(0, 3)]
    np.testing.assert_allclose(sum(parts), NEURON.gradient(gd_vs_sgd.START))


@pytest.mark.parametrize("demo", DEMOS.values(), ids=DEMOS)
def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(demo):
    def points(seed):
        return demo.reference(seed, 12)[-1].points

    assert (points(4) == points(4)).all()
    assert (points(4) != points(5)).any()


def stepper(step, label="plugin: odd", rule="odd", rate=0.1):
    return Stepper(label, rule, rate, plugin=True, step=lambda gradient, point: step(gradient))


@pytest.mark.parametrize(("step", "at"), [
    (lambda g: g * np.nan, 1),
    (lambda g: g * np.inf, 1),
    (lambda g: 10 * g, 2),          # 999 times as far across the valley at each step
])
def test_a_rule_that_diverges_ends_there(step, at):
    descent = ravine.follow(stepper(step), 0, 30)
    assert descent.diverged_at == at == len(descent.points)
    assert np.isfinite(descent.losses).all()


def test_a_table_says_what_became_of_each_rule():
    def descent(label, rate, losses):
        return Descent(Method(label, "x", rate), np.zeros((len(losses), 2)),
                       np.array(losses), 5)

    descents = [
        descent("reached", 0.1, [9.0, 4.0, 1.0, 0.25, 0.5, 0.125]),
        descent("slow", None, [9.0, 8.5, 8.0, 7.5, 7.0, 6.5]),
        descent("wild", 20, [9.0, 12345.0]),
    ]
    assert table(descents, 0.5) == [
        "rule      lr  step 0         1  2     3    4      5  below 0.5",
        "reached  0.1       9         4  1  0.25  0.5  0.125  at step 3",
        "slow       -       9       8.5  8   7.5    7    6.5  not reached",
        "wild      20       9  1.23e+04  -     -    -      -  diverged at step 2",
    ]
    assert table(descents)[:3] == [
        "rule      lr  step 0         1  2     3    4      5",
        "reached  0.1       9         4  1  0.25  0.5  0.125",
        "slow       -       9       8.5  8   7.5    7    6.5",
    ]


def drawn(demo, descents, seed=0):
    with figure.look():
        made = figure.blank()
        demo.draw(made, descents, seed)
        made.canvas.draw()
    return made


def all_axes(made):
    return [axes for part in (made, *made.subfigs) for axes in part.axes]


def legend_of(made):
    return [text.get_text() for text in made.legends[0].get_texts()]


def test_the_ravine_has_a_panel_for_each_rule_and_one_for_the_losses():
    descents = ravine.references(0, 30)
    made = drawn(ravine.DEMO, descents)
    *panels, losses, colours = made.axes
    assert [axes.get_title() for axes in panels] == ["SGD", "SGD+", "AdaGrad", "RMSProp", "Adam"]
    for axes, descent in zip(panels, descents, strict=True):
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("parameter p1", "parameter p2")
        np.testing.assert_array_equal(axes.lines[0].get_xydata(), descent.points)
    for line, descent in zip(losses.lines, descents, strict=False):
        np.testing.assert_array_equal(line.get_ydata(), descent.losses)
    assert (losses.get_xlabel(), losses.get_ylabel()) == ("step", "loss")
    assert losses.get_yscale() == "log"
    assert colours.get_ylabel() == "loss"
    assert legend_of(made) == [
        "SGD, lr 0.019", "SGD+, lr 0.005", "AdaGrad, lr 2", "RMSProp, lr 0.1", "Adam, lr 0.5",
        "start", "minimum",
    ]


def test_the_loss_surface_has_the_path_on_it_and_below_it():
    [descent] = loss_surface.references(0, 30)
    made = drawn(loss_surface.DEMO, [descent])
    axes = made.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_zlabel()) == (
        "parameter p1", "parameter p2", "loss")
    halo, path, below, *_ = (np.array(line.get_data_3d()) for line in axes.lines)
    np.testing.assert_allclose(path, [*descent.points.T, descent.losses + 0.05])
    np.testing.assert_array_equal(halo, path)
    np.testing.assert_allclose(below[:2], descent.points.T)
    assert legend_of(made) == ["GD, lr 0.2", "start", "minimum"]
    assert made.axes[1].get_ylabel() == "loss (sum of squared errors)"


def test_gd_vs_sgd_shows_both_paths_both_losses_and_four_surfaces():
    descents = gd_vs_sgd.references(0, 30)
    made = drawn(gd_vs_sgd.DEMO, descents)
    paths, losses, *_ = made.subfigs[0].axes
    for axes, values in ((paths, "points"), (losses, "losses")):
        for line, descent in zip(axes.lines, descents, strict=False):
            shown = line.get_xydata() if axes is paths else line.get_ydata()
            np.testing.assert_array_equal(shown, getattr(descent, values))
    assert [axes.get_title() for axes in made.subfigs[1].axes[:4]] == [
        f"surface of step {k}" for k in (1, 2, 3, 4)]
    assert legend_of(made) == ["GD, lr 0.2", "SGD, lr 0.6", "start", "minimum",
                               "direction of SGD's step"]


TRAPS = [f"plugin: {name}" for name in ("_hidden", "$x_$", r"\frac$", "日本", "x" * 90)]


@pytest.mark.parametrize("demo", FOLLOWING.values(), ids=FOLLOWING)
def test_any_name_and_any_path_of_a_student_s_rule_can_be_drawn(demo):
    """matplotlib hides `_x`, parses `$x$`, warns of glyphs that its font lacks."""
    descents = demo.reference(0, 6)
    steps = (lambda g: 0.01 * g, lambda g: g * np.nan, lambda g: -9e3 * np.abs(g))
    for label in TRAPS:
        descents += [demo.follow(stepper(step, label, label), 0, 6) for step in steps]
    shown = [label.replace("\\$", "$") for label in legend_of(drawn(demo, descents))]
    assert {one for one in shown if one.startswith("plugin")} == {
        "plugin: _hidden, lr 0.1", "plugin: $x_$, lr 0.1", r"plugin: \frac$, lr 0.1",
        r"plugin: \u65e5\u672c, lr 0.1", "plugin: " + "x" * 21 + "…, lr 0.1",
    }


@pytest.mark.parametrize("demo", DEMOS.values(), ids=DEMOS)
def test_one_step_is_enough_to_draw(demo):
    drawn(demo, demo.reference(0, 1))


def test_no_two_rules_share_a_colour_or_a_dash_and_a_marker():
    rules = [figure.STYLES[label] for label in ("GD", *LABELS.values())]
    shown = [[figure.STYLES[one.method.label] for one in demo.reference(0, 1)]
             for demo in FOLLOWING.values()]
    for styles in (rules, *shown):
        assert len({style.colour for style in styles}) == len(styles)
        every = [(style.dash, style.marker) for style in (*styles, *figure.PLUGIN)]
        assert len(set(every)) == len(every)


def test_a_student_s_rule_has_the_reference_s_style_only_where_that_is_absent():
    own = loss_surface.follow(stepper(lambda g: g, "plugin: adam", "adam"), 0, 3)
    assert figure.style_of(own, [*loss_surface.references(0, 3), own]) == figure.STYLES["Adam"]
    assert figure.style_of(own, [*ravine.references(0, 3), own]) == figure.PLUGIN[0]


@pytest.mark.parametrize("demo", some(DEMOS.values(), 4), ids=DEMOS)
def test_the_same_seed_gives_the_same_bytes(demo, tmp_path):
    def written(folder, seed):
        (tmp_path / folder).mkdir()
        with figure.look():
            made = figure.blank()
            demo.draw(made, demo.reference(seed, 8), seed)
            files = figure.save(made, tmp_path / folder, demo.name)
        assert [file.name for file in files] == [f"{demo.name}.png", f"{demo.name}.svg"]
        return [file.read_bytes() for file in files]

    first, again, other = written("a", 0), written("b", 0), written("c", 1)
    assert first == again
    assert first[0] != other[0]
    assert b"<dc:date>" not in first[1]


def test_the_reader_s_own_settings_neither_change_a_figure_nor_are_changed():
    with mpl.rc_context({"lines.linewidth": 9.0, "font.size": 30.0}):
        made = drawn(ravine.DEMO, ravine.references(0, 4))
        assert mpl.rcParams["lines.linewidth"] == 9.0
    assert made.axes[0].lines[0].get_linewidth() == 1.5
    assert made.axes[0].title.get_fontsize() == 9.5


def test_computing_imports_no_matplotlib_and_drawing_no_pyplot():
    code = """
import sys
from cgp_reference.demos import figure
from cgp_reference.demos.catalogue import DEMOS
demo = DEMOS["ravine"]
descents = demo.reference(0, 3)
demo.lines(descents, 0)
assert "matplotlib" not in sys.modules
with figure.look():
    demo.draw(figure.blank(), descents, 0)
assert "matplotlib" in sys.modules
assert not {"matplotlib.pyplot", "cgp_harness", "torch"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=False,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
