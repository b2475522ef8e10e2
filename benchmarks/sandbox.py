"""What a worker costs: its start, its end, its memory, and a step that it is asked for.

    python -m benchmarks.sandbox [--runs N] [--quick]

A worker of each level that this machine offers, forked or started anew, loads a rule of a few
lines and ends. CPU is that of the grader, of the worker and of what it is forked from, together;
wall time says little on a shared machine. Memory is what is the worker's own. Medians, and in the
table of steps the least of blocks of 100, since other programs only ever add.

Limits are multiples of what a Python process with numpy or torch takes to start, measured in the
same run: seconds of one machine say nothing of another.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.grading import start_s
from cgp_harness.kinds.optimizer.questions import Move
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.processes import launch, zygotes
from cgp_harness.sandbox.host.stopwatch import cpu_s
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.protocol.wire import Link
from cgp_harness.task import Limits

RULE = "from cgp_harness import optimizer\n\n@optimizer\ndef sgd(g, lr=1e-3):\n    return lr * g\n"
TEXTS = {"numpy": RULE, "torch": "import torch\n" + RULE}
AT_MOST = {"numpy": 0.12, "torch": 0.02}
"""Of a start of Python with that library, what the cheapest forked worker takes, start to end."""
PARAMETERS, SEEDS = 11, 64
LIMITS = Limits(total_s=1e6)
BLOCK = 100


@dataclass(frozen=True)
class Cost:
    """Of one worker: milliseconds of its start (loaded, locked down) and of its end; MiB."""

    start_ms: float
    close_ms: float
    cpu_ms: float
    own_mib: float


def main() -> int:
    """Print both tables; exit 1 if a forked worker costs more than its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--quick", action="store_true", help="5 runs")
    options = parser.parse_args()
    runs = 5 if options.quick else options.runs
    offered = [level for level, missing in levels.available().items() if not missing]
    units = {
        library: statistics.median(start_s(f"import {library}") for _ in range(3))
        for library in TEXTS}
    for library, unit_s in units.items():
        print(f"a start of Python with {library}: {1000 * unit_s:.0f} ms of CPU time")
    print(f"\n{'a worker, ' + str(runs) + ' each':34}{'start ms':>9}{'close ms':>9}{'CPU ms':>8}"
          f"{'of a start':>11}{'own MiB':>9}")
    bad = []
    for library, text in TEXTS.items():
        for level in offered:
            for mode in ("started", "forked"):
                few = max(2, runs // 10) if mode == "started" else runs
                costs = [*_costs(text, level, few, forked=mode == "forked")]
                cost, least_ms = _median(costs), min(one.cpu_ms for one in costs)
                part = cost.cpu_ms / 1000 / units[library]
                print(f"{f'{library}, {level}, {mode}':34}{cost.start_ms:9.1f}{cost.close_ms:9.1f}"
                      f"{cost.cpu_ms:8.1f}{part:11.3f}{cost.own_mib:9.1f}", flush=True)
                least = least_ms / 1000 / units[library]
                if mode == "forked" and least > AT_MOST[library]:
                    bad.append(f"{library}, {level}: {least:.3f} of a start, "
                               f"at most {AT_MOST[library]}")
    print(f"\n{f'a step of {PARAMETERS} x {SEEDS} float64':34}{'wall us':>9}{'grader us':>10}"
          f"{'worker us':>10}")
    for name, times in _steps(offered[-1], 5 if options.quick else 20):
        print(f"{name:34}{times[0]:9.1f}{times[1]:10.1f}{times[2]:10.1f}", flush=True)
    for line in bad:
        print(f"  WRONG: {line}")
    return 1 if bad else 0


@contextmanager
def _mode(*, forked: bool) -> Iterator[None]:
    if forked:
        yield
    else:
        with mock.patch.object(launch, "zygote", return_value=None):
            yield


def _costs(text: str, level: str, runs: int, *, forked: bool) -> Iterator[Cost]:
    """Of so many workers, one after the other, after one that warms up."""
    submission = Submission("someone", (SourceFile("plugin.py", text.encode()),))
    with _mode(forked=forked):
        _once(submission, level)
        for _ in range(runs):
            yield _once(submission, level)


def _once(submission: Submission, level: str) -> Cost:
    begun_s, cpu = time.perf_counter(), time.process_time() + _zygotes_s()
    with WorkerSubject(submission, LIMITS, level) as subject:
        if [one.name for one in subject.manifest.registered] != ["sgd"]:
            raise RuntimeError(f"not loaded: {subject.manifest.problems}")
        up_s = time.perf_counter()
        talk = subject._workers._talk
        own = _own_mib(talk.pid) if talk else 0.0
        closing_s = time.perf_counter()
    end_s = time.perf_counter()
    used = time.process_time() + _zygotes_s() - cpu + subject.cpu_seconds
    return Cost(1000 * (up_s - begun_s), 1000 * (end_s - closing_s), 1000 * used, own)


def _zygotes_s() -> float:
    """CPU seconds of what workers are forked from."""
    return sum(
        cpu_s(one._process.pid) for one in zygotes._zygotes.values() if one and one._process)


def _own_mib(pid: int) -> float:
    """Memory that a process shares with no other; not a number where it may not be looked at."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return sum(int(row.split()[1]) for row in rows if row.startswith("Private_")) / 1024


def _median(costs: list[Cost]) -> Cost:
    return Cost(*(
        statistics.median(getattr(one, name) for one in costs)
        for name in ("start_ms", "close_ms", "cpu_ms", "own_mib")))


def _steps(level: str, blocks: int) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """What is asked for -> microseconds: by the wall, CPU of the grader, CPU of the worker."""
    size = PARAMETERS * SEEDS
    gradient = np.random.default_rng(0).normal(size=size)
    with _echo() as (link, pid):
        payload, sequence = gradient.tobytes(), iter(range(1, 10**9))

        def echo() -> None:
            link.send(next(sequence), b"header", payload)
            link.receive({len(payload)}, lambda: False)

        yield "the frames alone, sent back", _least(echo, pid, blocks)
    submission = Submission("someone", (SourceFile("plugin.py", RULE.encode()),))
    with WorkerSubject(submission, LIMITS, level) as subject:
        rules = subject.of("optimizer")
        pid = subject._workers._talk.pid if subject.manifest and subject._workers._talk else 0
        for handle, (name, shapes) in enumerate((
                ("one array, SGD, " + level, ((PARAMETERS, SEEDS),)),
                ("11 arrays, SGD, " + level, ((SEEDS,),) * PARAMETERS))):
            ask = partial(rules.step, handle, "sgd", shapes, gradient, {"lr": 0.1})
            yield name, _least(ask, pid, blocks)
        moves = [Move(10 + one, "sgd", ((PARAMETERS, SEEDS),), gradient, {"lr": 0.1})
                 for one in range(8)]
        wall, grader, worker = _least(lambda: rules.steps(moves), pid, blocks)
        yield "one of 8 arrays of one request", (wall / 8, grader / 8, worker / 8)


@contextmanager
def _echo() -> Iterator[tuple[Link, int]]:
    """A process that sends back what it is sent, as a worker's link does."""
    mine, its = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        mine.close()
        link = Link(its.detach())
        try:
            while True:
                frame = link.receive()
                link.send(frame.sequence, frame.header, bytes(frame.payload))
        finally:
            os._exit(0)
    its.close()
    link = Link(mine.detach())
    try:
        yield link, pid
    finally:
        link.close()
        os.waitpid(pid, 0)


def _least(ask: Callable[[], Any], pid: int, blocks: int) -> tuple[float, float, float]:
    rows = []
    for _ in range(blocks + 1):
        before = time.perf_counter(), time.process_time(), cpu_s(pid)
        for _ in range(BLOCK):
            ask()
        after = time.perf_counter(), time.process_time(), cpu_s(pid)
        rows.append([1e6 * (b - a) / BLOCK for a, b in zip(before, after, strict=True)])
    wall, grader, worker = (min(column) for column in zip(*rows[1:], strict=True))
    return wall, grader, worker


if __name__ == "__main__":
    sys.exit(main())
