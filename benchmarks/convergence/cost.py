"""What grading the whole homework costs, and what its curves alone cost elsewhere."""

from __future__ import annotations

import statistics
from functools import partial

from benchmarks import published_peer as peer
from benchmarks.engine.clock import least_s
from benchmarks.grading import graded
from cgp_harness import assignment
from cgp_harness.kinds.optimizer.trainings.trainings import SEEDS
from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.problems import PROBLEMS
from cgp_reference.train.torch_baseline import SigmoidNet, one_thread, sgd, train_module
from tests.harness.rules.right.correct_forms import FORMS

NETWORKS = {"one_neuron": (4, 1), "multi_neuron": (4, 2, 1)}
STEPS = 400


def cost(isolation: str, runs: int, *, quick: bool = False) -> None:
    """Print what a grading costs, and the ratios to the same curves by other means."""
    tasks = assignment.load("step_size").tasks
    print(f"\ngrading the whole homework, isolation {isolation}; medians of {runs} after the first")
    share = {}
    for name in ("numpy_functions", *(() if quick else ("scalar_math", "torch_functions"))):
        graded(FORMS[name], isolation)
        costs = [graded(FORMS[name], isolation) for _ in range(runs)]
        wall, cpu = (statistics.median(values) for values in (
            [c.wall for c in costs], [c.grader + c.worker for c in costs]))
        share[name] = statistics.median(c.kinds["convergence"] for c in costs)
        print(f"  {name:20}{wall:6.2f} s, {cpu:6.2f} s CPU; convergence {share[name]:6.2f} s")
    curves = {name: len(tasks) * SEEDS * PROBLEMS[name].iterations for name in NETWORKS}
    print(f"the {len(tasks) * SEEDS} curves on each network, of {sum(curves.values()):,} steps, "
          "one seed after the other:")
    others = {"torch modules": _torch_s()}
    if peer.installed():
        others["the lecture's package"] = _peer_s()
    for label, per_step in others.items():
        seconds = sum(steps * per_step[name] for name, steps in curves.items())
        print(f"  {label:24}{seconds:6.0f} s, {seconds / share['numpy_functions']:4.0f} times "
              "what the check takes with all baselines")


def _peer_s() -> dict[str, float]:
    """CPU seconds a step of the package that goes with the lecture, its data included."""
    steps, found = 10 * STEPS, {}
    for name in NETWORKS:
        answer = peer.answer({"run": name, "learning_rate": 0.03, "iterations": steps})
        found[name] = answer["cpu_s"] / steps
    return found


def _torch_s() -> dict[str, float]:
    batches, found = Batches(two_gaussians(4, 5000, seed=0), 8), {}
    with one_thread():
        for name, layers in NETWORKS.items():
            net = SigmoidNet(layers)
            run = partial(train_module, net, sgd(net, 0.03), batches, STEPS, 0)
            found[name] = least_s(run, 2) / STEPS
    return found
