"""The published arithmetic beside the peer itself, which runs in a process of its own."""

from random import Random

import numpy as np
import pytest

from benchmarks import published_peer as peer
from benchmarks.errata.steps import measured
from cgp_reference.as_published.dag import PublishedDag, train_dag
from cgp_reference.as_published.linear import PublishedError
from cgp_reference.as_published.multi_neuron import MultiNeuron
from cgp_reference.as_published.one_neuron import OneNeuron
from cgp_reference.as_published.training import train
from cgp_reference.data import two_gaussians
from cgp_reference.train import displayed

pytestmark = pytest.mark.skipif(not peer.installed(), reason=peer.MISSING)

SEVERAL_INPUTS = ["xy=ab*xa-bc*xb", "xz=2*xc+xb^2", "xw=cd*xy^3+xz^2*de"]
CHAIN = ["xb=ab*xa", "xc=bc*xb", "xd=cd*xc", "xw=de*xd"]
REFUSED = [["xb=ab*xa", "xc=xb", "xd=xb^2", "xw=xc+xd"], ["xb=ab*xa", "xc=xb", "xw=xc+xa"],
           ["xy=ab*xa", "xw=ab*xy"]]


def test_the_multi_neuron_record_is_the_peers():
    found = peer.answer({"run": "multi_neuron", "seed": 100, "learning_rate": 9e-2,
                         "iterations": 300, "every": 50})
    run = train(MultiNeuron.of(peer.MULTI_NEURON, (4, 2, 1)), two_gaussians(4, 5000, seed=100),
                Random(100), learning_rate=9e-2, iterations=300)
    record = displayed(run.losses, 50, published=True)
    np.testing.assert_allclose(record, found["record"], rtol=1e-9)
    weights = {name: run.parameters[name] for name in found["parameters"]}
    assert weights == pytest.approx(found["parameters"], rel=1e-9)
    assert found["bias"]["2"] == [pytest.approx(run.parameters["bias of xo"], rel=1e-9)]


@pytest.mark.parametrize("hash_seed", [1, 2])
def test_the_one_neuron_record_is_the_peers_in_its_order_of_names(hash_seed):
    found = peer.answer({"run": "one_neuron", "seed": 7, "learning_rate": 5e-2,
                         "iterations": 300, "every": 50}, hash_seed)
    run = train(OneNeuron.of(peer.ONE_NEURON, found["inputs"]), two_gaussians(4, 5000, seed=7),
                Random(7), learning_rate=5e-2, iterations=300)
    record = displayed(run.losses, 50, published=True)
    np.testing.assert_allclose(record, found["record"], rtol=1e-9)
    assert run.parameters == pytest.approx(
        {**found["parameters"], "bias of xw": found["bias"]}, rel=1e-9)


@pytest.mark.parametrize(("texts", "truth"), [
    (list(peer.DAG), peer.TRUTH),
    (SEVERAL_INPUTS, {"ab": 1.0, "bc": 2.0, "cd": 3.0, "de": -1.0}),
    (CHAIN, {"ab": 2.0, "bc": 2.0, "cd": 2.0, "de": 2.0}),
])
def test_the_dag_losses_are_the_peers_in_its_order_of_names(texts, truth):
    found = peer.answer({"run": "dag", "seed": 5, "learning_rate": 1e-3, "iterations": 60,
                         "expressions": texts, "output": "xw", "truth": truth}, hash_seed=4)
    stream, dag = Random(5), PublishedDag.of(texts, "xw", found["inputs"])
    samples = dag.samples(truth, 60, stream)
    run = train_dag(dag, samples, stream, learning_rate=1e-3)
    np.testing.assert_allclose(run.losses, found["record"], rtol=1e-9)
    assert run.parameters == pytest.approx(found["parameters"], rel=1e-9)


@pytest.mark.parametrize("texts", REFUSED)
def test_what_is_refused_stops_the_peer_too(texts):
    with pytest.raises(PublishedError):
        PublishedDag.of(texts, "xw")
    with pytest.raises(RuntimeError, match="the peer stopped"):
        peer.answer({"run": "dag", "learning_rate": 1e-3, "iterations": 2, "expressions": texts,
                     "truth": {"ab": 1.0}})


@pytest.mark.parametrize("name", ["one_neuron", "multi_neuron"])
def test_each_single_step_is_the_peers(name):
    steps = measured(name, -3.0, 3.0, 20)
    np.testing.assert_allclose(steps.published, steps.peer, rtol=1e-9, atol=1e-14)
