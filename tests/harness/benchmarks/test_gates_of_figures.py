"""`benchmarks.graphs`, `.engine`, `.errata` and `.sandbox` end with 1 below what they publish."""

import sys

import numpy as np
import pytest

from benchmarks import graphs, sandbox
from benchmarks.engine import __main__ as engine
from benchmarks.engine import beside, whole_runs
from benchmarks.errata import __main__ as errata
from benchmarks.errata.table import departure
from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.optimizers import adam
from cgp_reference.train import train
from tests.mutants.backprop_outside import OUTSIDE
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, submission

RIGHT = submission(FORWARDS["program"], BACKWARDS["one_dict"])


@pytest.fixture
def small(monkeypatch):
    """A benchmark of graphs of one known mistake, one on no list, one right way and no banks."""
    known = next(one for one in graphs.known() if one.name == "minus two")
    monkeypatch.setattr(graphs, "known", lambda: [known])
    monkeypatch.setattr(graphs, "OUTSIDE", {"two outputs": OUTSIDE["two outputs"]})
    monkeypatch.setattr(graphs, "FORWARDS", {"program": FORWARDS["program"]})
    monkeypatch.setattr(graphs, "BACKWARDS", {
        name: BACKWARDS[name] for name in ("reverse_order", "one_dict")})
    for which in ("of_partials", "of_gradients"):
        monkeypatch.setattr(graphs.left_out, which, lambda count: iter(()))
    return monkeypatch


def test_graphs_end_with_0_where_all_is_as_published(small):
    assert graphs.main((0,), None) == 0


@pytest.mark.parametrize(("name", "value"), [
    ("OUTSIDE", {"a right one": ("backward", RIGHT)}),                  # full marks
    ("OUTSIDE", {"a false name": OUTSIDE["a factor of 1.00005"]}),      # of which nobody said so
    ("BACKWARDS", {**BACKWARDS, "wrong": BACKWARDS["one_dict"].replace("* partial", "+ partial")}),
])
def test_graphs_end_with_1_where_a_verdict_or_a_name_is_wrong(small, name, value):
    small.setattr(graphs, name, value)
    assert graphs.main((0,), None) == 1


def test_graphs_end_with_1_where_a_known_mistake_is_not_named_or_a_bank_misleads(small):
    nameless = graphs.Asked("two outputs", graphs.CHECKS["backward"], OUTSIDE["two outputs"][1],
                            frozenset({"sign_flipped"}))
    with small.context() as changed:
        changed.setattr(graphs, "known", lambda: [nameless])
        assert graphs.main((0,), None) == 1
    false = graphs.left_out.LeftOut("sign_flipped", "averaged")
    small.setattr(graphs.left_out, "of_gradients", lambda count: iter([false]))
    assert graphs.main((0,), None) == 1


@pytest.mark.parametrize(("published", "here", "off"), [
    ("-1.000", "-1.000 | -0.998", 0.002), ("98% | 93%", "97.0% | 95.0%", 2.0),
    ("0.321 → 0.121", "0.321 → 0.125", 0.004), ("3.0", "not installed", 0.0),
    ("0.180 / 0.196", "0.181 / 0.196 / 0.177", 0.001),
])
def test_a_departure_is_the_largest_difference_of_two_cells_numbers(published, here, off):
    assert departure(published, here) == pytest.approx(off)


@pytest.mark.parametrize(
    "section", ["", "steps_of_networks", "one_neuron", "multi_neuron", "dag", "claims"])
def test_errata_ends_with_1_if_a_figure_departs_from_the_published_one(monkeypatch, section):
    for name in ("steps_of_networks", "one_neuron", "multi_neuron", "dag", "claims"):
        monkeypatch.setattr(errata, name, lambda quick, bad=int(name == section): bad)
    monkeypatch.setattr(sys, "argv", ["errata", "--quick"])
    assert errata.main() == int(bool(section))


def test_a_row_of_errata_counts_what_is_further_off_than_it_allows(capsys):
    assert errata.line("ratio", "0.5", "0.52", "0.50", 0.03) == 0
    assert errata.line("ratio", "0.5", "0.52", "0.60", 0.03) == 1
    assert errata.line("ratio", "0.5", "9", "") == 0
    assert capsys.readouterr().out.count("DEPARTS") == 1


@pytest.mark.parametrize("missed", ["", "steps", "lockstep", "table"])
def test_the_engine_s_benchmark_ends_with_1_if_a_figure_is_worse(monkeypatch, missed):
    for name in ("steps", "lockstep"):
        monkeypatch.setattr(engine, name, lambda batches, quick, bad=name == missed: bad)
    monkeypatch.setattr(whole_runs, "table", lambda batches, quick: missed == "table")
    monkeypatch.setattr(sys, "argv", ["engine", "--quick"])
    assert engine.main() == int(bool(missed))


def test_a_seed_step_that_takes_three_times_the_aim_is_missed(monkeypatch):
    batches = Batches(two_gaussians(dimensions=4, size=100, seed=0))
    monkeypatch.setattr(engine, "SEEDS", ((16, 100), (256, 500)))
    monkeypatch.setattr(engine, "least_s", lambda function, runs: 3e-6 * 50 * 256)
    assert engine.steps(batches, quick=True)
    monkeypatch.setattr(engine, "least_s", lambda function, runs: 1.5e-6 * 50 * 256)
    assert not engine.steps(batches, quick=True)


def test_the_others_train_what_the_engine_trains():
    batches = Batches(two_gaussians(dimensions=4, size=100, seed=0))
    given = beside.Given.of(batches, 5, 4)
    wanted, nearly = (
        train(beside.NETWORK, given, adam, {"lr": beside.RATE, "eps": eps}, 30, range(5)).parameters
        for eps in (1e-8, 1e-16))
    if beside.compiled("double") is not None:
        np.testing.assert_allclose(beside.c_loop(given, 5, 30)(), wanted, rtol=1e-12)
        np.testing.assert_allclose(beside.c_loop(given, 5, 30, "float")(), wanted, rtol=1e-3)
    # torch's Adam has its epsilon, 1e-8, beside the root.
    np.testing.assert_allclose(beside.by_torch(given, 5, 30)(), nearly, atol=1e-3)
    if (jax := beside.by_jax(given, 5, 30)) is not None:
        np.testing.assert_allclose(jax(), wanted, rtol=1e-11)



def test_the_c_loop_leaves_the_process_its_smallest_numbers():
    if beside.compiled("double") is None:
        pytest.skip("there is no C compiler")
    assert np.float64(5e-324) * 1.0 > 0  # the library is loaded


@pytest.mark.parametrize(("cpu_ms", "ended"), [(9.0, 0), (13.0, 1)])
def test_a_worker_that_costs_too_much_ends_the_benchmark_with_1(
    monkeypatch, capsys, cpu_ms, ended
):
    monkeypatch.setattr("sys.argv", ["sandbox", "--quick"])
    monkeypatch.setattr(sandbox, "start_s", lambda code: 0.1 if "numpy" in code else 1.0)
    monkeypatch.setattr(sandbox.levels, "available", lambda: {"plain": "", "landlock": "none"})
    monkeypatch.setattr(sandbox, "_steps", lambda level, blocks: iter([(level, (1.0, 2.0, 3.0))]))
    monkeypatch.setattr(
        sandbox, "_costs", lambda text, level, runs, forked: iter(
            [sandbox.Cost(1.0, 1.0, cpu_ms if forked else 100.0, 5.0)]))
    assert sandbox.main() == ended
    told = "  WRONG: numpy, plain: 0.130 of a start, at most 0.12"
    assert capsys.readouterr().out.splitlines() == [
        "a start of Python with numpy: 100 ms of CPU time",
        "a start of Python with torch: 1000 ms of CPU time", "",
        "a worker, 5 each                   start ms close ms  CPU ms of a start  own MiB",
        "numpy, plain, started                   1.0      1.0   100.0      1.000      5.0",
        f"numpy, plain, forked                    1.0      1.0{cpu_ms:8.1f}"
        f"{cpu_ms / 100:11.3f}      5.0",
        "torch, plain, started                   1.0      1.0   100.0      0.100      5.0",
        f"torch, plain, forked                    1.0      1.0{cpu_ms:8.1f}"
        f"{cpu_ms / 1000:11.3f}      5.0", "",
        "a step of 11 x 64 float64           wall us grader us worker us",
        "plain                                   1.0       2.0       3.0",
        *[told] * ended]
