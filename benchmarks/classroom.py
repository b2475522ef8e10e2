"""A class as it is handed in, graded by `cgp grade`: wall time, CPU time and peak memory.

    python -m benchmarks.classroom [--students 500] [--jobs 1 2] [--quick]

Of 100 students 65 hand in all four rules right (in numpy, in torch, on single numbers, with helper
functions, as a notebook), 27 one of four files with a known mistake, 4 a file that is no Python, 4
one rule of four, and 1 of 250 a rule that never ends. No two files are the same, so that each is
graded. CPU time is of `cgp grade`, its graders and their workers; memory is what all of them hold
together at one time (shared pages in parts, PSS), looked at each half second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.kills import below
from tests.harness.rules.right.correct_forms import FORMS
from tests.mutants.write import FAMILIES, source

RIGHT = {
    "numpy": ("numpy_functions", 27), "torch": ("torch_functions", 14),
    "single numbers": ("scalar_math", 6), "helper functions": ("helper_functions", 10),
    "a notebook": ("numpy_functions", 8)}
OTHERS = {"one wrong of four": 27, "no Python": 4, "one rule alone": 4}
NO_POINTS_LOST = ("float32_arithmetic",)
ENDLESS_EACH = 250
LOOK_S = 0.5
KIB = 1024


def write_class(folder: Path, students: int) -> Counter[str]:
    """Submissions of a class, the same at each call; how many there are of each kind."""
    draw, made = random.Random(500), Counter[str]()
    kinds = {**{name: weight for name, (_, weight) in RIGHT.items()}, **OTHERS}
    for number in range(1, students + 1):
        student = folder / f"student{number:04}"
        student.mkdir(parents=True)
        [kind] = draw.choices(list(kinds), list(kinds.values()))
        if number % ENDLESS_EACH == 0:
            kind = "never ends"
        for name, text in files(kind, draw).items():
            own = f"{text}\n# {student.name}\n"
            (student / name).write_text(_notebook(own) if name.endswith(".ipynb") else own)
        made[kind] += 1
    return made


def files(kind: str, draw: random.Random) -> dict[str, str]:
    """What such a student hands in."""
    if kind in RIGHT:
        name = "homework.ipynb" if kind == "a notebook" else "homework.py"
        return {name: FORMS[RIGHT[kind][0]]}
    family = draw.choice(list(FAMILIES))
    if kind == "one rule alone":
        return {f"{family}.py": source(family, [])}
    if kind == "no Python":
        return {"homework.py": FORMS["numpy_functions"].replace("return", "retrun", 1)}
    each = {f"{one}.py": source(one, []) for one in FAMILIES}
    if kind == "never ends":
        return each | {f"{family}.py": source(family, []).replace(
            "    step = ", "    while True:\n        pass\n    step = ", 1)}
    mistakes = [one for one in FAMILIES[family].mistakes if one not in NO_POINTS_LOST]
    return each | {f"{family}.py": source(family, [draw.choice(mistakes)])}


def _notebook(text: str) -> str:
    return json.dumps({"metadata": {}, "nbformat": 4, "nbformat_minor": 2, "cells": [{
        "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
        "source": text}]})


def held_mib(number: int) -> float:
    """Memory of a process and of all below it."""
    held = 0
    for one in (number, *(child for child, _ in below(number))):
        with suppress(OSError, ValueError):  # it has ended
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            held += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return held / KIB


def graded(folder: Path, results: Path, jobs: int) -> tuple[float, float, float]:
    """Grade a class; wall seconds, CPU seconds, MiB."""
    before, begun, most = _children_s(), time.perf_counter(), 0.0
    with subprocess.Popen([
            sys.executable, "-m", "cgp_harness", "grade", str(folder), "-a", "step_size",
            "-o", str(results), "--quiet", "--seed", "0", "--jobs", str(jobs)]) as driver:
        while driver.poll() is None:
            most = max(most, held_mib(driver.pid))
            time.sleep(LOOK_S)
    if driver.returncode:
        raise SystemExit(f"cgp grade ended with {driver.returncode}")
    return time.perf_counter() - begun, _children_s() - before, most


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Print the table; exit 1 if the verdicts depend on how many graded."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=500)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--quick", action="store_true", help="20 students")
    options = parser.parse_args()
    students = 20 if options.quick else options.students
    scores: list[str] = []
    with TemporaryDirectory() as place:
        made = write_class(Path(place, "class"), students)
        print(f"{students} students: " + ", ".join(f"{count} {kind}" for kind, count in
                                                   made.most_common()))
        print(f"\n{'jobs':>4}{'wall s':>10}{'CPU s':>10}{'each wall s':>13}{'each CPU s':>12}"
              f"{'peak MiB':>10}   on {len(os.sched_getaffinity(0))} cores")
        for jobs in options.jobs:
            results = Path(place, f"results{jobs}")
            wall_s, cpu_s, mib = graded(Path(place, "class"), results, jobs)
            print(f"{jobs:4}{wall_s:10.1f}{cpu_s:10.1f}{wall_s / students:13.3f}"
                  f"{cpu_s / students:12.3f}{mib:10.0f}", flush=True)
            report = json.loads((results / "results.json").read_text())
            points = [(one["id"], one["score"]) for one in report["submissions"]]
            scores.append(json.dumps(sorted(points)))
            each = Counter(f"{one['percent']:.0f} %" for one in report["submissions"])
            print("      " + ", ".join(
                f"{count} have {score}" for score, count in each.most_common(6)))
    if len(set(scores)) > 1:
        print("  WRONG: the scores are not the same")
    return int(len(set(scores)) > 1)


if __name__ == "__main__":
    raise SystemExit(main())
