"""`cgp demo dag`: its gradients, what comes back and what does not, its text and its figure."""

import numpy as np
import pytest

from cgp_reference.demos import figure
from cgp_reference.demos.dag import demo as dag
from cgp_reference.demos.dag import text as dag_text
from cgp_reference.demos.descent import Descent, Method, Stepper, reference
from cgp_reference.graph.lecture_dag import TRUTH
from cgp_reference.optimizers import RULES
from cgp_reference.train.graphs import train_graph

NAMES = ("ab", "ac", "bc", "cd")


def by_hand(parameters, xa):
    """xw as the lecture writes it, in Python; parameters in the graph's order."""
    ab, ac, bc, cd = parameters
    xx = xa**2
    xy = ab * xx + ac * xa
    xz = bc * xx + xy
    return cd * xx + xz**3


def test_the_data_are_the_lecture_s_expressions_at_the_true_parameters():
    assert dag.GRAPH.parameters == NAMES
    inputs, targets = dag.data(3)
    assert inputs.shape == (10_000,)
    assert (np.abs(inputs) <= 1).all()
    np.testing.assert_allclose(targets, by_hand([TRUTH[name] for name in NAMES], inputs))


def test_a_step_follows_the_complex_step_s_gradient():
    seen = []
    stepper = Stepper(
        "x", "x", 0.1, step=lambda gradient, point: seen.append(gradient) or 0.01 * gradient)
    descent = dag.follow(stepper, 5, 3)
    inputs, targets = dag.data(5)
    for k, gradient in enumerate(seen):
        batch = slice(50 * k, 50 * k + 50)
        for i, part in enumerate(gradient):
            point = descent.points[k] + 1e-30j * np.eye(4)[i]
            loss = np.mean((by_hand(point, inputs[batch]) - targets[batch]) ** 2)
            assert part == pytest.approx(np.imag(loss) / 1e-30, rel=1e-9)


@pytest.mark.parametrize("rule", ["adam", "rmsprop"])
def test_a_descent_is_the_engine_s_training_through_an_epoch_and_on(rule):
    rate = dag.LEARNING_RATES[rule]
    descent = dag.follow(reference(rule, "x", rate, 4), 1, 230)
    inputs, targets = dag.data(1)
    trained = train_graph(dag.GRAPH, {"xa": inputs}, {"xw": targets}, RULES[rule], {"lr": rate},
                          batch=50, iterations=230, seeds=[1])
    np.testing.assert_allclose(descent.losses[:-1], trained.losses[:, 0], rtol=1e-6)
    np.testing.assert_allclose(
        descent.points[-1], [trained.parameters[name][0] for name in NAMES], rtol=1e-6)


def test_adam_brings_back_what_the_data_determine_from_nine_starts():
    adam = dag.follow(reference("adam", "Adam", 5e-2, 4), 0, 3000)
    ab, ac, bc, cd = adam.points[-1]
    assert (cd, ac, ab + bc) == (
        pytest.approx(3, abs=1e-2), pytest.approx(4, abs=1e-2), pytest.approx(3, abs=1e-2))
    # Both have the same gradient, so their difference stays: nothing tells them apart.
    assert ab - bc == pytest.approx(adam.points[0, 0] - adam.points[0, 2], abs=1e-9)
    assert abs(ab - TRUTH["ab"]) > 0.5
    others = dag.distances("adam", 0, 3000)
    assert others.shape == (8,)
    assert others.max() < 1e-2


def test_the_distance_leaves_ab_and_bc_their_freedom_and_nothing_else():
    truth = np.array([TRUTH[name] for name in NAMES])
    assert dag.distance(truth + np.array([5, 0, -5, 0])) == 0
    for i in range(4):
        assert dag.distance(truth + 0.25 * np.eye(4)[i]) == pytest.approx(0.25)


TEXT = """\
the lecture's DAG (seed 0)

xx=xa^2
xy=ab*xx+ac*xa
xz=bc*xx+xy
xw=cd*xx+xz^3

variable  depends on  leads to
xa        -           xx, xy
xx        xa          xy, xz, xw
xy        xa, xx      xz
xz        xx, xy      xw
xw        xx, xz      -

before training: ab = 0.6370, ac = 0.2698, bc = 0.0410, cd = 0.0165
"""


def test_the_partials_of_a_sample_are_those_of_the_expressions():
    start = np.array([2.0, 3.0, 5.0, 7.0])
    # xa = 1/2, xx = 1/4, xy = 2, xz = 13/4
    lines = dag_text.samples(dag.GRAPH, np.array([0.5]), np.array([1.0]), start, [1])
    assert lines == [
        "before training: ab = 2.0000, ac = 3.0000, bc = 5.0000, cd = 7.0000", "",
        "sample 1: xa = 0.5, predicted xw = 36.08, true xw = 1, loss 35.08",
        "partials of each node for what stands in its expression, else -", "",
        "    xa  xx  xy     xz    ab   ac    bc    cd",
        "xx   1   -   -      -     -    -     -     -",
        "xy   3   2   -      -  0.25  0.5     -     -",
        "xz   -   5   1      -     -    -  0.25     -",
        "xw   -   7   -  31.69     -    -     -  0.25",
        "",
        "largest difference from finite differences, grad_delta 0.0001: 9.8e-04", "",
    ]


def test_the_whole_text_of_a_short_run():
    text = "\n".join(dag.lines(dag.references(0, 5), 0)) + "\n"
    assert text.startswith(TEXT)
    assert text[text.index("training with"):] == SHORT


SHORT = """\
training with exact gradients, batches of 50, 10000 samples an epoch; loss

rule         lr    step 0         1         2         3         4         5
SGD      0.0003  7.44e+03   8.2e+03  6.91e+03   3.7e+03  7.23e+03  6.34e+03
SGD+     0.0001  7.44e+03   8.2e+03  6.93e+03  3.71e+03  7.26e+03  6.39e+03
AdaGrad       1  7.44e+03  5.74e+03      93.4       234       553  1.24e+03
RMSProp   0.005  7.44e+03   8.2e+03  6.93e+03  3.72e+03  7.29e+03  6.44e+03
Adam       0.05  7.44e+03  8.19e+03   6.9e+03  3.69e+03  7.19e+03  6.31e+03

Adam: the parameters after some steps

         step 0       1       2       3       4       5  truth
cd       0.0165  0.0665  0.1166  0.1661  0.2130  0.2607      3
ac       0.2698  0.3198  0.3694  0.4192  0.4684  0.5171      4
ab + bc  0.6779  0.7779  0.8770  0.9766  1.0747  1.1717      3
ab       0.6370  0.6870  0.7365  0.7863  0.8354  0.8839      1
bc       0.0410  0.0910  0.1405  0.1903  0.2394  0.2879      2

how far from the truth each rule ends, the largest of cd, ac and ab + bc

rule     this seed  worst of 8 further starts
SGD        3.5e+00                    3.4e+00
SGD+       3.6e+00                    3.5e+00
AdaGrad    2.4e+00                    2.0e+00
RMSProp    3.7e+00                    3.7e+00
Adam       3.5e+00                    3.5e+00

ab and bc appear only as ab + bc: add t to ab and take t from bc, and no output moves,
since xy is read by xz alone, and xz=bc*xx+xy is (ab+bc)*xx+ac*xa
largest change of xw at t = 0.5, all samples: below 1e-12
"""


def test_a_rule_that_diverges_is_said_to_have():
    def descent(points, steps):
        return Descent(Method("wild", "wild", 1.0), points, np.ones(len(points)), steps)

    gone, there = descent(np.zeros((1, 4)), 1), descent(np.zeros((2, 4)), 1)
    assert dag_text.ends([(gone, 3.0, None), (there, 0.5, np.array([0.1, 0.25])),
                          (there, 0.5, np.array([0.1, np.nan]))]) == [
        "rule  this seed  worst of 2 further starts",
        "wild   diverged                          -",
        "wild    5.0e-01                    2.5e-01",
        "wild    5.0e-01                   diverged",
    ]


def test_the_figure_has_the_graph_the_parameters_and_the_losses():
    descents = dag.references(0, 30)
    with figure.look():
        made = figure.blank()
        dag.DEMO.draw(made, descents, 0)
    graph, paths, losses = made.axes
    assert {"xa", "xx", "xy", "xz", "xw", *NAMES} == {text.get_text() for text in graph.texts}
    assert graph.get_title() == "xx=xa^2\nxy=ab*xx+ac*xa\nxz=bc*xx+xy\nxw=cd*xx+xz^3"
    ab, ac, bc, cd = descents[-1].points.T
    for name, values in {"cd": cd, "ac": ac, "ab + bc": ab + bc, "ab": ab, "bc": bc}.items():
        [line] = [one for one in paths.lines if one.get_label() == name]
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert [text.get_text() for text in paths.texts] == ["ac = 4", "cd = ab + bc = 3"]
    assert [line.get_ydata()[0] for line in paths.lines[-2:]] == [4, 3]
    assert len(losses.lines) == 5
    assert [text.get_text() for text in made.legends[0].get_texts()] == [
        "SGD, lr 0.0003", "SGD+, lr 0.0001", "AdaGrad, lr 1", "RMSProp, lr 0.005",
        "Adam, lr 0.05"]


def test_a_short_path_has_every_point_and_a_long_one_its_last():
    with figure.look():
        made = figure.blank()
        dag.DEMO.draw(made, dag.references(0, 900), 0)
    line = made.axes[1].lines[0]
    assert (line.get_xdata()[0], line.get_xdata()[-1], len(line.get_xdata())) == (0, 900, 600)
