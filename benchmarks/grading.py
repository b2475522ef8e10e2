"""What a verdict costs: CPU seconds per submission, and where they go.

    python -m benchmarks.grading [--runs N] [--quick] [--isolation LEVEL]

A correct numpy submission of all four rules is graded N times, each in a fresh worker. The first
grading is listed apart: it draws the Hypothesis cases and builds the worker's view, which a batch
pays once per grader process. Times are CPU seconds of the grader and of its workers, medians.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass

from cgp_harness import assignment, pipeline
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox import levels
from tests.harness.correct_forms import FORMS
from tests.mutants.write import source


def children_s() -> float:
    """CPU seconds of all workers that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True)
class Cost:
    """Seconds of one grading: CPU of the grader and of its workers, wall time, wall by check."""

    grader: float
    worker: float
    wall: float
    kinds: dict[str, float]


def graded(text: str, isolation: str) -> Cost:
    """Grade one plugin in a fresh worker."""
    submission = Submission("someone", (SourceFile("plugin.py", text.encode()),))
    homework = assignment.load("step_size")
    before, wall, cpu = children_s(), time.perf_counter(), time.process_time()
    report = pipeline.grade(submission, homework, seed=0, isolation=isolation)
    kinds: dict[str, float] = defaultdict(float)
    for check in report.checks:
        kinds[check.kind] += check.seconds
    return Cost(time.process_time() - cpu, children_s() - before, time.perf_counter() - wall,
                dict(kinds))


def start_s(code: str) -> float:
    """CPU seconds of a Python process that runs `code`."""
    before = children_s()
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    return children_s() - before


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="3 runs")
    parser.add_argument("--isolation", default="auto")
    options = parser.parse_args()
    isolation = levels.choose(options.isolation)
    runs = 3 if options.quick else options.runs
    submissions = {
        "all four rules, numpy": FORMS["numpy_functions"],
        "the same, scalars": FORMS["scalar_math"],
        "the same, torch": FORMS["torch_functions"],
        "Adam, no bias correction": source("adam", ["no_bias_correction"]),
    }
    print(f"isolation {isolation}, {runs} runs each, medians\n")
    print(f"{'':32}{'CPU s':>8}{'grader':>8}{'worker':>8}{'wall s':>8}   wall s by check")
    for name, text in submissions.items():
        first = graded(text, isolation)
        rest = [graded(text, isolation) for _ in range(runs)]
        _row(f"{name}, first", [first])
        _row(name, rest)
    print("\nCPU s of a process start alone (medians of 5):")
    for label, code in (
        ("python", "pass"), ("python, numpy", "import numpy"),
        ("python, torch", "import torch"),
    ):
        print(f"  {label:26}{statistics.median(start_s(code) for _ in range(5)):8.3f}")
    return 0


def _row(name: str, costs: list[Cost]) -> None:
    grader = statistics.median(cost.grader for cost in costs)
    worker = statistics.median(cost.worker for cost in costs)
    wall = statistics.median(cost.wall for cost in costs)
    listed = "  ".join(
        f"{kind} {statistics.median(cost.kinds[kind] for cost in costs):.3f}"
        for kind in costs[0].kinds)
    print(f"{name:32}{grader + worker:8.3f}{grader:8.3f}{worker:8.3f}{wall:8.3f}   {listed}")


if __name__ == "__main__":
    sys.exit(main())
