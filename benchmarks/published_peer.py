"""ComputationalGraphPrimer itself (extra `peer`), each run in a process of its own, as a black box.

    answer({"run": "multi_neuron", "seed": 100, "iterations": 400, …})

Numbers leave it where they can be seen from outside: the loss record where it is handed to
matplotlib's `plot`, parameters where a step has changed them.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import importlib.util
import io
import json
import os
import random
import subprocess
import sys
import time
import traceback
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

VERSION = "1.1.5"
ONE_NEURON = "xw=ab*xa+bc*xb+cd*xc+ac*xd"
INPUTS = ["xa", "xb", "xc", "xd"]
MULTI_NEURON = ("xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs", "xo=cp*xw+cq*xz")
DAG = ("xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3")
TRUTH = {"ab": 1.0, "bc": 2.0, "cd": 3.0, "ac": 4.0}
PYTHON = os.environ.get("CGP_PEER_PYTHON", "")
"""An interpreter that has it, where it has an environment of its own, as in `.ci/run`."""
MISSING = (f"ComputationalGraphPrimer {VERSION} is not installed (extra 'peer'), and "
           "CGP_PEER_PYTHON names no Python that has it")


def installed() -> bool:
    """Whether it can be run. An interpreter that was named and lacks it fails, loudly."""
    return bool(PYTHON) or importlib.util.find_spec("ComputationalGraphPrimer") is not None


def answer(question: dict[str, Any], hash_seed: int = 0) -> dict[str, Any]:
    """Ask a fresh process; `hash_seed` decides the order of the names in its sets."""
    asked = _asked(hash_seed)
    assert asked.stdin is not None
    assert asked.stdout is not None
    print(json.dumps(question), file=asked.stdin, flush=True)
    found: dict[str, Any] = json.loads(asked.stdout.readline() or '{"stopped": "it has ended"}')
    if "stopped" in found:
        raise RuntimeError(f"the peer stopped:\n{found['stopped']}")
    return found


@cache
def _asked(hash_seed: int) -> subprocess.Popen[str]:
    """What imports the peer once, which takes seconds, and forks a process for each question."""
    started = subprocess.Popen(
        [PYTHON or sys.executable, "-m", "benchmarks.published_peer"], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed), "MPLBACKEND": "Agg"})
    atexit.register(started.communicate)
    return started


def _constructed(**options: Any) -> Any:
    peer = importlib.import_module("ComputationalGraphPrimer")
    return peer.ComputationalGraphPrimer(dataset_size=options.pop("size", 5000), **options)


def _record(function: Any) -> list[float]:
    """What the peer hands to `plot` when its training is over."""
    shown: list[float] = []
    with mock.patch("matplotlib.pyplot.plot", shown.extend):
        function()
    return shown


def _one_neuron(q: dict[str, Any]) -> Any:
    cgp = _constructed(
        one_neuron_model=True, expressions=[ONE_NEURON], output_vars=["xw"], batch_size=8,
        learning_rate=q["learning_rate"], training_iterations=q.get("iterations", 1),
        display_loss_how_often=q.get("every", 100))
    cgp.parse_expressions()
    # Out of an unsorted set, unless the question settles the order.
    cgp.independent_vars = q.get("inputs", cgp.independent_vars)
    return cgp


def _multi_neuron(q: dict[str, Any]) -> Any:
    cgp = _constructed(
        num_layers=3, layers_config=[4, 2, 1], expressions=list(MULTI_NEURON), batch_size=8,
        output_vars=["xo"], learning_rate=q["learning_rate"],
        training_iterations=q.get("iterations", 1), display_loss_how_often=q.get("every", 100))
    cgp.parse_multi_layer_expressions()
    return cgp


def _run_network(cgp: Any, loop: Any) -> dict[str, Any]:
    data = cgp.gen_training_data()
    record = _record(lambda: loop(data))
    return {"record": record, "inputs": list(cgp.independent_vars),
            "parameters": cgp.vals_for_learnable_params, "bias": cgp.bias}


def _run_dag(q: dict[str, Any]) -> dict[str, Any]:
    texts = q.get("expressions", DAG)
    cgp = _constructed(
        expressions=list(texts), output_vars=[q.get("output", "xw")], size=q["iterations"],
        learning_rate=q["learning_rate"], grad_delta=1e-4, display_loss_how_often=10**9)
    cgp.parse_general_dag_expressions()
    cgp.gen_gt_dataset(vals_for_learnable_params=q.get("truth", TRUTH))
    cgp.train_on_all_data()
    return {"record": list(cgp.LOSS), "inputs": list(cgp.independent_vars),
            "parameters": cgp.vals_for_learnable_params}


def _run_torchnn(q: dict[str, Any]) -> dict[str, Any]:
    import torch

    torch.manual_seed(q.get("seed", 0))
    cgp = _constructed(
        for_verification_only=True, expressions=[ONE_NEURON], batch_size=8,
        learning_rate=q["learning_rate"], training_iterations=q["iterations"],
        display_loss_how_often=q.get("every", 100))
    cgp.parse_expressions()
    data = cgp.gen_training_data()
    return {"record": _record(lambda: cgp.run_training_with_torchnn("multi_neuron", data))}


def _run_extended(q: dict[str, Any]) -> dict[str, Any]:
    import torch

    torch.manual_seed(q.get("seed", 0))
    peer = importlib.import_module("ComputationalGraphPrimer").ComputationalGraphPrimer
    # Two trainings, each of so many epochs of 2,000 samples.
    cgp = peer(learning_rate=q["learning_rate"], epochs=max(1, q["iterations"] // 4000))
    demo = peer.AutogradCustomization(cgp=cgp, num_samples_per_class=1000)
    demo.gen_training_data()
    return {"record": [_record(demo.train_with_straight_autograd),
                       _record(demo.train_with_extended_autograd)]}


def _one_neuron_steps(q: dict[str, Any]) -> dict[str, Any]:
    """The change of each packed parameter at learning rate 1: weights of xa, xb, xc, xd, bias."""
    cgp, changes = _one_neuron({**q, "inputs": INPUTS}), []
    names = ["ab", "bc", "cd", "ac"]
    for start, inputs, labels in zip(q["starts"], q["batches"], q["labels"], strict=True):
        cgp.vals_for_learnable_params = dict(zip(names, start[:-1], strict=True))
        cgp.bias = start[-1]
        data = [np.array(sample) for sample in inputs]
        found, slopes = cgp.forward_prop_one_neuron_model(data)
        errors = [label - one for label, one in zip(labels, found, strict=True)]
        cgp.backprop_and_update_params_one_neuron_model(data, found, errors, slopes)
        after = [*(cgp.vals_for_learnable_params[name] for name in names), cgp.bias]
        changes.append([b - a for a, b in zip(start, after, strict=True)])
    return {"changes": changes}


def _multi_neuron_steps(q: dict[str, Any]) -> dict[str, Any]:
    """Likewise, packed as `LayeredNetwork((4, 2, 1))` is."""
    cgp, changes = _multi_neuron(q), []
    names = [[f"{a}{x}" for x in "pqrs"] for a in "ab"] + [["cp", "cq"]]
    places = [(1, 0), (1, 1), (2, 0)]
    flat = [name for unit, place in zip(names, places, strict=True) for name in (*unit, place)]
    for start, inputs, labels in zip(q["starts"], q["batches"], q["labels"], strict=True):
        begin = dict(zip(flat, start, strict=True))
        cgp.vals_for_learnable_params = {n: v for n, v in begin.items() if isinstance(n, str)}
        cgp.bias = {1: [begin[1, 0], begin[1, 1]], 2: [begin[2, 0]]}
        cgp.forward_prop_multi_neuron_model([np.array(sample) for sample in inputs])
        found = [row[0] for row in cgp.forw_prop_vals_at_layers[2]]
        cgp.backprop_and_update_params_multi_neuron_model(
            [label - one for label, one in zip(labels, found, strict=True)])
        after = [cgp.vals_for_learnable_params[n] if isinstance(n, str) else cgp.bias[n[0]][n[1]]
                 for n in flat]
        changes.append([b - a for a, b in zip(start, after, strict=True)])
    return {"changes": changes}


def _answered(q: dict[str, Any]) -> dict[str, Any]:
    random.seed(q.get("seed", 0))
    np.random.seed(q.get("seed", 0))
    if q["run"] == "one_neuron":
        cgp = _one_neuron(q)
        return _run_network(cgp, cgp.run_training_loop_one_neuron_model)
    if q["run"] == "multi_neuron":
        cgp = _multi_neuron(q)
        return _run_network(cgp, cgp.run_training_loop_multi_neuron_model)
    runs = {"dag": _run_dag, "torchnn": _run_torchnn, "extended": _run_extended,
            "one_neuron_steps": _one_neuron_steps, "multi_neuron_steps": _multi_neuron_steps}
    return runs[q["run"]](q)


def main() -> None:
    """Answer each question, a line of JSON, by another; what the peer prints is dropped."""
    importlib.import_module("ComputationalGraphPrimer")
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            print(json.dumps(_timed(json.loads(line)), default=float), flush=True)
            os._exit(0)
        if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            print(json.dumps({"stopped": f"it ended with {code}"}), flush=True)


def _timed(question: dict[str, Any]) -> dict[str, Any]:
    begin = time.process_time()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            found = _answered(question)
    except (Exception, SystemExit):
        return {"stopped": traceback.format_exc()}
    return {**found, "cpu_s": time.process_time() - begin}


if __name__ == "__main__":
    main()
