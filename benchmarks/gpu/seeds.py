"""Many seeds at once: wall time per seed and step on the device, beside numpy's and torch's CPU."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import torch

from cgp_harness.probing.training_loop import course_on, drive, of_rule
from cgp_reference.backend import NUMPY, Backend, torch_on
from cgp_reference.optimizers import adam
from cgp_reference.problems import PROBLEMS

PROBLEM = PROBLEMS["multi_neuron"]
SIZES, REHEARSED = ((2048, 200), (65536, 20)), ((64, 20), (256, 5))
"""Seeds, and iterations of Adam."""
RATE = 0.03


def lines(device: str, end: float, *, rehearsal: bool) -> Iterator[str]:
    """A table in Markdown, line by line as it is measured.

    Wall time, since a device computes beside this process: the least of three runs, after one that
    warms up, until the losses are back in the host's memory. `as numpy` is by how much the last
    losses differ at most from numpy's, relative to these.

    Raises:
        TimeoutError: the monotonic clock says that it should have ended.
    """
    yield "| seeds | steps | on | threads | µs per seed-step | as numpy |"
    yield "|---|---|---|---|---|---|"
    many = torch.get_num_threads()
    for seeds, steps in REHEARSED if rehearsal else SIZES:
        expected, taken = _measured(NUMPY, seeds, steps)
        yield f"| {seeds} | {steps} | numpy | its own | {taken:.3f} | |"
        for where, threads in (("cpu", 1), ("cpu", many), (device, many)):
            if time.monotonic() > end:
                raise TimeoutError
            torch.set_num_threads(threads)
            losses, taken = _measured(torch_on(where), seeds, steps)
            apart = float(np.max(np.abs(losses - expected) / np.abs(expected)))
            name = "torch, CPU" if where == "cpu" else f"torch, {where}"
            yield f"| {seeds} | {steps} | {name} | {threads} | {taken:.3f} | {apart:.1e} |"
        torch.set_num_threads(many)


def _measured(backend: Backend, seeds: int, steps: int) -> tuple[np.ndarray, float]:
    """The last losses, (S,), and µs per seed-step."""
    course = course_on(backend, PROBLEM.course, range(seeds), steps)
    times = []
    for _ in range(4):
        step = of_rule(adam, PROBLEM.size, seeds, {"lr": RATE}, backend)
        begin = time.perf_counter()
        losses = drive(step, course, steps).losses[-1]
        times.append(time.perf_counter() - begin)
    return losses, min(times[1:]) / seeds / steps * 1e6
