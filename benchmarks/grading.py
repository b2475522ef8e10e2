"""What a verdict costs: CPU seconds per submission, and where they go.

    python -m benchmarks.grading [--runs N] [--quick] [--isolation LEVEL]

A correct numpy submission of all four rules is graded N times, each in a fresh worker. The first
grading is listed apart: it draws the Hypothesis cases and builds the worker's view, which a batch
pays once per grader process. Times are CPU seconds of the grader and of its workers, medians; what
these are forked from costs a start of Python with its imports, once, and is not among them.
Limits are multiples of what a Python process with numpy takes, measured in the same run: seconds of
one machine say nothing of another.
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
from typing import Any

from cgp_harness import assignment, pipeline
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from tests.harness.rules.right.correct_forms import FORMS
from tests.mutants.write import source

RIGHT = {
    "all four rules, numpy": ("numpy_functions", 8),
    "the same, scalars": ("scalar_math", 12),
    "the same, torch": ("torch_functions", 12),
}
"""What is graded -> its form, and how many starts of Python with numpy it may cost at most."""
WRONG = "Adam, no bias correction"


def children_s() -> float:
    """CPU seconds of all workers that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True)
class Cost:
    """Seconds of one grading: CPU of the grader and of its workers, wall time, wall by check.

    Args:
        full: whether all points were given.
    """

    grader: float
    worker: float
    wall: float
    kinds: dict[str, float]
    full: bool


def graded(text: str, isolation: str) -> Cost:
    """Grade one plugin in a fresh worker."""
    submission = Submission("someone", (SourceFile("plugin.py", text.encode()),))
    homework = assignment.load("step_size")
    opened: list[WorkerSubject] = []

    def open_subject(*arguments: Any) -> WorkerSubject:
        opened.append(pipeline.open_worker(*arguments))
        return opened[-1]

    wall, cpu = time.perf_counter(), time.process_time()
    report = pipeline.grade(
        submission, homework, seed=0, isolation=isolation, open_subject=open_subject)
    kinds: dict[str, float] = defaultdict(float)
    for check in report.checks:
        kinds[check.kind] += check.seconds
    return Cost(time.process_time() - cpu, sum(one.cpu_seconds for one in opened),
                time.perf_counter() - wall, dict(kinds), report.score == report.max_score)


def start_s(code: str) -> float:
    """CPU seconds of a Python process that runs `code`."""
    before = children_s()
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    return children_s() - before


def main() -> int:
    """Print the table; exit 1 if a verdict is wrong, or costs more than its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="3 runs")
    parser.add_argument("--isolation", default="auto")
    options = parser.parse_args()
    isolation = levels.choose(options.isolation)
    runs = 3 if options.quick else options.runs
    print(f"isolation {isolation}, {runs} runs each, medians\n")
    print(f"{'':32}{'CPU s':>8}{'grader':>8}{'worker':>8}{'wall s':>8}   wall s by check")
    texts = {name: FORMS[form] for name, (form, _) in RIGHT.items()}
    texts[WRONG] = source("adam", ["no_bias_correction"])
    costs = {name: _measured(name, text, isolation, runs) for name, text in texts.items()}
    print("\nCPU s of a process start alone (medians of 5):")
    start = {
        label: statistics.median(start_s(code) for _ in range(5))
        for label, code in (
            ("python", "pass"), ("python, numpy", "import numpy"),
            ("python, torch", "import torch"))
    }
    for label, seconds in start.items():
        print(f"  {label:26}{seconds:8.3f}")
    bad = _beyond(costs, start["python, numpy"])
    for line in bad:
        print(f"  WRONG: {line}")
    return 1 if bad else 0


def _measured(name: str, text: str, isolation: str, runs: int) -> list[Cost]:
    """Grade it once, and then as often as asked; the latter's costs."""
    first = graded(text, isolation)
    rest = [graded(text, isolation) for _ in range(runs)]
    _row(f"{name}, first", [first])
    _row(name, rest)
    return rest


def _beyond(costs: dict[str, list[Cost]], unit_s: float) -> list[str]:
    """What is not as it must be."""
    found = [
        f"{name}: {'full marks' if one.full else 'points lost'}"
        for name, each in costs.items() for one in each if one.full == (name == WRONG)
    ]
    print(f"\nin starts of Python with numpy, of {unit_s:.3f} s:")
    for name, (_, limit) in RIGHT.items():
        times = statistics.median(one.grader + one.worker for one in costs[name]) / unit_s
        print(f"  {name:26}{times:8.1f}, at most {limit}")
        if times > limit:
            found.append(f"{name}: costs more than {limit} starts of Python with numpy")
    return found


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
