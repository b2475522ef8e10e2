"""The published arithmetic: single steps by hand, draws, refusals, and the table of errata."""

import math
import os
import subprocess
import sys
from random import Random

import numpy as np
import pytest

from benchmarks import published_peer as peer
from benchmarks.errata import __main__ as errata
from benchmarks.errata.steps import MULTI_ROWS, ONE_ROWS, cosine, measured, ratio
from benchmarks.errata.trainings import dag_figures
from cgp_reference.as_published.dag import PublishedDag, train_dag
from cgp_reference.as_published.linear import PublishedError
from cgp_reference.as_published.multi_neuron import MultiNeuron
from cgp_reference.as_published.one_neuron import OneNeuron
from cgp_reference.as_published.terms import read_terms, signed_power
from cgp_reference.as_published.training import batches_of, train
from cgp_reference.data import two_gaussians

LN3 = math.log(3)   # the sigmoid of ln 3 is 3/4, its derivative 3/16


def test_the_one_neuron_step_by_hand():
    # θ = 0 and ln 3; errors 1/2 and -3/4; slopes 1/4 and 3/16.
    loss, change = OneNeuron.of("xw=ab*xa").update(
        np.array([LN3, 0.0]), np.array([[0.0, 1.0]]), np.array([1.0, 0.0]))
    assert loss == pytest.approx((1 / 4 + 9 / 16) / 2, rel=1e-14)
    uphill = 3 / 4 * 3 / 16 / 2
    product_of_means = (1 / 2 - 3 / 4) / 2 * (1 / 4 + 3 / 16) / 2
    np.testing.assert_allclose(change, [uphill, product_of_means], rtol=1e-14)


def test_the_multi_neuron_step_by_hand():
    # Hidden: θ = ln 3, value 3/4. Output: θ = 2 * 3/4 - 3/2 = 0, error 1/2, slope 1/4.
    model = MultiNeuron.of(["xh=ap*xp", "xo=cp*xh"], (1, 1, 1))
    loss, change = model.update(
        np.array([0.0, LN3, 2.0, -1.5]), np.array([[1.0]]), np.array([1.0]))
    passed_back = 2 * 1 / 2             # without the output's slope
    assert loss == pytest.approx(1 / 4, rel=1e-14)
    assert model.names == ("ap", "bias of xh", "cp", "bias of xo")
    np.testing.assert_allclose(
        change, [passed_back * 3 / 16, passed_back * 1 / 4, 1 / 2 * 1 / 4 * 3 / 4, 0.0], rtol=1e-14)


def test_the_dag_step_by_hand():
    # xx = 1, xy = 1.5, xz = 3.5: the derivative of xz^3 is 36.75.
    dag = PublishedDag.of(peer.DAG, "xw")
    parameters = {"ab": 0.5, "ac": 1.0, "bc": 2.0, "cd": 0.5}
    change = dag.change(parameters, dag.values(parameters, {"xa": 1.0}), 1e-6)
    own_value = {"ab": -36.75 * 0.5, "ac": -36.75 * 1.0, "bc": -36.75 * 2.0, "cd": -1.0 * 0.5}
    assert change == pytest.approx(own_value, rel=1e-5)     # the finite difference's own error


def test_the_dag_step_does_not_know_the_error():
    dag = PublishedDag.of(["xw=ab*xa"], "xw")
    samples = [dag.samples({"ab": truth}, 5, Random(3)) for truth in (-9.0, 9.0)]
    runs = [train_dag(dag, each, Random(4), learning_rate=0.1) for each in samples]
    assert runs[0].parameters == runs[1].parameters
    assert list(runs[0].losses) != list(runs[1].losses)


@pytest.mark.parametrize(("value", "power", "pasted"), [
    (-0.5, 2, -0.25), (0.5, 2, 0.25), (-0.5, 3, -0.125), (-4.0, 0.5, -2.0), (-0.5, 1, -0.5),
])
def test_a_power_is_that_of_a_pasted_text(value, power, pasted):
    assert signed_power(value, power) == pasted == eval(f"{value}**{power}")


def test_training_takes_a_minus_for_a_plus_and_the_truth_does_not():
    dag = PublishedDag.of(["xw=ab*xa-bc*xb"], "xw")
    parameters, inputs = {"ab": 2.0, "bc": 3.0}, {"xa": 1.0, "xb": 1.0}
    assert dag.values(parameters, inputs)["xw"] == 5.0
    assert dag.values(parameters, inputs, obey_minus=True)["xw"] == -1.0


def test_a_parameter_three_arcs_away_moves_as_if_its_node_were_the_output():
    far = PublishedDag.of(["xb=ab*xa", "xc=bc*xb", "xd=cd*xc", "xe=de*xd"], "xe")
    assert [len(far.paths[name].arcs) for name in ("ab", "bc", "cd", "de")] == [1, 3, 2, 1]


def test_names_are_drawn_in_the_published_order():
    draws = Random(5)
    one = OneNeuron.of("xw=zz*xa+aa*xb", inputs=["xb", "xa"])
    zz, aa, bias = (draws.uniform(0, 1) for _ in range(3))
    assert list(one.start(Random(5))) == [aa, zz, bias]     # by the text, packed by feature
    draws = Random(5)
    multi = MultiNeuron.of(["xh=zz*xa", "xo=aa*xh"], (1, 1, 1))
    aa, zz, hidden, output = (draws.uniform(0, 1) for _ in range(4))
    assert list(multi.start(Random(5))) == [zz, hidden, aa, output]     # sorted, then biases


def test_a_run_is_its_steps():
    model, samples = OneNeuron.of(peer.ONE_NEURON), two_gaussians(4, 100, seed=1)
    run = train(model, samples, Random(2), learning_rate=0.5, iterations=70, batch_size=3)
    stream = Random(2)
    parameters = model.start(stream)
    for i, batch in enumerate(batches_of(samples, stream, 70, batch_size=3)):
        loss, change = model.update(parameters, *batch)
        assert run.losses[i] == loss
        parameters = parameters + 0.5 * change
    assert run.parameters == dict(zip(model.names, parameters.tolist(), strict=True))


def test_numbers_do_not_depend_on_pythonhashseed():
    code = (
        "from random import Random\n"
        "from cgp_reference.as_published.dag import PublishedDag, train_dag\n"
        "dag, stream = PublishedDag.of(['xw=ab*xa+bc*xb-cd*xc'], 'xw'), Random(0)\n"
        "samples = dag.samples({'ab': 1.0, 'bc': 2.0, 'cd': 3.0}, 9, stream)\n"
        "print(train_dag(dag, samples, stream, learning_rate=1e-2))\n"
    )
    outputs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] != ""


def refused(function, *arguments):
    with pytest.raises(PublishedError) as caught:
        function(*arguments)
    return str(caught.value)


def test_what_the_published_networks_do_not_train_is_refused():
    form = "  expected node=parameter*variable+…, variables beginning with x: 'xw=ab*xa+bc*xb'"
    for text in ("xw=ab*xa-bc*xb", "xw=xa*ab", "xw=ab", "ww=ab*xa", "xw", "xw=xa*xb"):
        assert refused(OneNeuron.of, text) == f"{text!r} is no unit of a published network\n{form}"
    assert refused(OneNeuron.of, "xw=ab*xa+ab*xb") == (
        "'ab' stands twice\n  expected each name once")
    assert refused(OneNeuron.of, "xw=ab*xa+bc*xb", ["xa"]) == (
        "the inputs xa\n  expected xa, xb, in any order")
    assert refused(MultiNeuron.of, ["xh=ap*xp"], (1, 1, 1)) == (
        "1 expressions for layers (1, 1, 1)\n"
        "  expected inputs, then an expression for each unit, and one output")
    assert refused(MultiNeuron.of, ["xh=ap*xp", "xo=cp*xh"], (2, 1, 1)) == (
        "'xh' reads 1 inputs\n  expected 2")
    swapped = ["xw=ap*xp", "xz=bp*xp", "xo=cq*xz+cp*xw"]
    assert refused(MultiNeuron.of, swapped, (1, 2, 1)) == (
        "'xo' reads xz, xw\n  expected xw, xz, in this order")


def test_what_the_published_dag_does_not_train_is_refused():
    form = ("  expected node=sum of terms, each one variable, to a power perhaps, times at most "
            "one parameter: 'xw=cd*xx+xz^3'")
    for text in ("xw=ab", "xw=xa*xb", "xw=ab*xa*cd", "xw=-ab*xa", "xw=", "ww=xa", "xw=sin(xa)"):
        assert refused(read_terms, text) == (
            f"{text!r} is no expression that the published DAG trains\n{form}")
    assert refused(PublishedDag.of, ["xy=ab*xa", "xw=ab*xy"], "xw") == (
        "'ab' stands twice\n  expected each name once")
    assert refused(PublishedDag.of, ["xy=ab*xa"], "xw") == "the output 'xw'\n  expected one of xy"
    assert refused(PublishedDag.of, ["xy=ab*xa"], "xy", ["xb"]) == (
        "the inputs xb\n  expected xa, in any order")
    assert refused(PublishedDag.of, ["xy=ab*xw", "xw=cd*xy"], "xw") == (
        "xy, xw cannot be computed\n  expected no cycle")
    two_paths = ["xb=ab*xa", "xc=xb", "xd=xb^2", "xw=xc+xd"]
    assert refused(PublishedDag.of, two_paths, "xw") == (
        "two paths lead from 'xw' to 'ab'\n"
        "  expected one: the published code multiplies them into one and stops")
    assert refused(PublishedDag.of, ["xb=ab*xa", "xc=xb", "xw=xc+xa"], "xw") == (
        "the output reads the input 'xa', and a parameter stands behind other nodes\n"
        "  expected an output that reads nodes only: the published search for paths stops there")


def test_the_steps_differ_from_the_gradient_as_the_errata_say():
    one = measured("one_neuron", 0.0, 1.0, 50)
    multi = measured("multi_neuron", 0.0, 1.0, 50)
    weights = one.of(ONE_ROWS["weights"])[0]
    output = multi.of(MULTI_ROWS["output weights"])[0]
    for step, sign in ((weights, -1), (output, 1)):
        np.testing.assert_allclose(cosine(*step), sign, rtol=1e-12)
        np.testing.assert_allclose(ratio(*step), 0.5, rtol=1e-12)
    # 1/2 over the output's slope, which is at most 1/4; a batch mixes several.
    assert np.median(ratio(*multi.of(MULTI_ROWS["hidden weights"])[0])) > 2
    assert not np.any(multi.of(MULTI_ROWS["output bias"])[0][0])


def test_the_dag_rises_exactly_where_its_input_is_positive():
    found = dag_figures(seed=0, learning_rate=1e-6, size=200)
    assert found.rises_only_above_0
    assert found.rises == pytest.approx(1 - found.wrong_truth)      # below 0, the truth is wrong
    assert found.own_value < 1e-3


def test_the_quick_errata_have_a_row_for_each_figure_measured(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["errata", "--quick"])
    monkeypatch.setattr(peer, "installed", lambda: False)
    assert errata.main() == 0
    printed = capsys.readouterr().out
    assert "nan" not in printed
    for figure in ("-1.000", "98% | 93%", "3.0 | 11.8", "0.93 | 0.82", "0.60 | 0.44", "2.0 to 7.3",
                   "0.180 / 0.196", "0.688 / 0.106", "0.321 → 0.121", "68.3 → 63.8", "47%"):
        assert figure in printed
