"""`cgp demo errata`: its steps and losses by independent arithmetic, its text and its figure."""

import re
from random import Random

import numpy as np
import pytest

from cgp_reference.as_published.steps import ROWS, Steps, compared, compared_dag, drawn
from cgp_reference.data import two_gaussians
from cgp_reference.demos import figure
from cgp_reference.demos.errata import demo as errata
from cgp_reference.graph.lecture_dag import TRUTH
from tests.places import ROOT

PAGE = (ROOT / "docs/errata.md").read_text(encoding="utf-8")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_the_exact_step_of_one_neuron_is_equation_18_written_by_hand():
    batches = drawn("one_neuron", 0.0, 1.0, 5, seed=3)
    found = compared("one_neuron", batches)
    for i, start in enumerate(batches.starts):
        x, y = np.vstack([batches.inputs[..., i], np.ones(8)]), batches.labels[:, i]
        f = sigmoid(start @ x)
        np.testing.assert_allclose(
            found.exact[:, i], 2 / 8 * x @ ((y - f) * f * (1 - f)), rtol=1e-9)
    np.testing.assert_allclose(found.of(ROWS["one_neuron"]["weights"]).cosines, -1)


def test_the_exact_step_of_the_dag_is_the_error_times_the_slope():
    found, stream = compared_dag(6, seed=2), Random(2)
    samples = [stream.uniform(-1, 1) for _ in range(6)]
    for i, xa in enumerate(samples):
        ab, ac, bc, cd = (stream.uniform(0, 1) for _ in range(4))
        xz = (ab + bc) * xa**2 + ac * xa
        true_xz = (TRUTH["ab"] + TRUTH["bc"]) * xa**2 + TRUTH["ac"] * xa
        error = TRUTH["cd"] * xa**2 + true_xz**3 - cd * xa**2 - xz**3
        slopes = [3 * xz**2 * xa**2, 3 * xz**2 * xa, 3 * xz**2 * xa**2, xa**2]
        np.testing.assert_allclose(found.exact[:, i], error * np.array(slopes), rtol=1e-9)


def test_a_cosine_says_downhill_across_and_uphill():
    exact = np.array([[3.0, 3.0, 3.0], [4.0, 4.0, 4.0]])
    step = np.array([[6.0, -4.0, -3.0], [8.0, 3.0, -4.0]])
    np.testing.assert_allclose(Steps(step, exact).cosines, [1, 0, -1], atol=1e-12)


def test_both_trainings_of_a_network_begin_at_one_point_with_one_batch():
    published, equations, *_ = errata.references(4, 40)
    stream = Random(4)
    start = [stream.uniform(0, 1) for _ in range(5)]
    data = two_gaussians(4, 5000, 4)
    places = [(stream.choice([0, 1]), stream.choice(range(2500))) for _ in range(8)]
    x = np.array([data.of_class(label)[place] for label, place in places]).T
    labels = np.array([label for label, _ in places])
    f = sigmoid(np.array(start[:4]) @ (x / x.max()) + start[4])
    assert published.losses[0] == pytest.approx(np.mean((labels - f) ** 2))
    assert equations.losses[0] == pytest.approx(published.losses[0])
    assert (equations.losses[1:] != published.losses[1:]).all()


def test_at_the_lecture_s_rates_the_published_one_neuron_climbs_and_the_equations_fall():
    published, equations, *_ = errata.references(0, 5000)
    assert published.losses[-500:].mean() > 2 * published.losses[1000:2000].mean()
    assert equations.losses[-500:].mean() < 0.15


def test_progress_is_told_after_each_training():
    told = []
    errata.DEMO.descents(0, 3, told.append)
    assert told == [pytest.approx(k / 6) for k in range(1, 7)]


TEXT = """\
cosine of the published step and the negative gradient: 1 straight downhill, -1 uphill
1000 batches, or samples of the DAG, each with parameters from uniform(0, 1) (seed 0)

model       parameters      median         5 to 95 %  downhill
one neuron  weights         -1.000  -1.000 to -1.000      0.0%
one neuron  bias             1.000    1.000 to 1.000     99.0%
one neuron  all parameters   0.544   -0.348 to 0.835     92.2%
4-2-1       output weights   1.000    1.000 to 1.000    100.0%
4-2-1       hidden weights   1.000    0.994 to 1.000    100.0%
4-2-1       hidden biases    0.999    0.972 to 1.000     97.4%
4-2-1       output bias          -                 -   no step
4-2-1       all parameters   0.597    0.498 to 0.722    100.0%
DAG         all parameters  -0.881   -1.000 to 0.318     11.6%

mean loss of 5 iterations; the DAG's is the absolute error of a sample

rule                         lr  step 0     10     20     30     40     50
one neuron, as published   0.05   0.379  0.373  0.284  0.278  0.209  0.273
one neuron, equations      0.05   0.379  0.365  0.274   0.26  0.199  0.248
4-2-1, as published        0.09   0.375  0.356  0.323  0.291  0.226  0.295
4-2-1, equations           0.09   0.375   0.34  0.293   0.26  0.227   0.26
DAG, as published         1e-06    74.1   38.3    128   82.7   83.9   75.6
DAG, equations            1e-06    74.1   36.7    127   82.7   15.7   61.5

what each equation says, and what the code does: docs/errata.md
"""


def test_the_whole_text_of_a_short_run():
    assert "\n".join(errata.lines(errata.references(0, 50), 0)) + "\n" == TEXT


def test_the_figure_has_a_histogram_and_two_curves_for_each_model():
    descents = errata.references(0, 40)
    with figure.look():
        made = figure.blank()
        errata.DEMO.draw(made, descents, 0)
    above, below = made.axes[::2], made.axes[1::2]
    assert [axes.get_title() for axes in above] == ["one neuron", "4-2-1", "DAG"]
    for axes, model in zip(above, errata.MODELS, strict=True):
        cosines = model.cosines(0)
        assert {patch.get_label() for patch in axes.patches[1:]} == set(cosines)
        for patch in axes.patches[1:]:
            values, edges, _ = patch.get_data()
            assert values.sum() == pytest.approx(1)
            of_patch = cosines[patch.get_label()]
            assert values[edges[:-1] >= 0].sum() == pytest.approx(np.mean(of_patch >= 0), abs=1e-3)
    for axes, pair in zip(below, (descents[:2], descents[2:4], descents[4:]), strict=True):
        assert [line.get_label() for line in axes.lines] == ["as published", "equations"]
        for line, descent in zip(axes.lines, pair, strict=True):
            assert line.get_ydata()[0] == descent.losses[0]
    assert [text.get_text() for text in made.legends[0].get_texts()] == [
        "as published", "equations"]


def test_the_page_s_figures_are_there_and_described():
    figures = re.findall(r"!\[([^\]]{30,})\]\((figures/[a-z]+\.svg)\)", PAGE, flags=re.S)
    assert [file for _, file in figures] == ["figures/errata.svg", "figures/dag.svg"]
    for _, file in figures:
        written = (ROOT / "docs" / file).read_text(encoding="utf-8")
        assert written.startswith("<?xml")
        assert "<dc:date>" not in written
