"""Drivers and graders killed at random: nothing lost, nothing twice, nothing left behind.

    python -m benchmarks.kills [--submissions 200] [--kills 8] [--real] [--engine dask] [--quick]

A driver grades into one folder until it is done; `kill -9` ends it at a random time, and the next
one goes on. Before and in between graders are killed likewise. After each death of a driver
there are 2 seconds; then none of its processes may be left, and no temporary folder. At the end
each submission must have one result, and the same as without any kill. `--real` runs `cgp grade` on
right and wrong answers in numpy; otherwise a grading takes 30 ms and says that it was done. With
`--engine dask` it is workers of the cluster that are killed, not their graders.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import synthetic
from cgp_harness.assignment import load
from cgp_harness.batch import choosing, grade_all
from cgp_harness.store import FILE, Store

PATIENCE_S = 2.0
Process = tuple[int, str]


def begun(number: int) -> str:
    """When a process began; empty if there is none, or a dead one that nobody waits for."""
    try:
        state, *rest = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else rest[18]


def below(number: int) -> set[Process]:
    """A process' children, theirs, and so on."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        parents.setdefault(parent, []).append(int(path.parent.name))
    found, waiting = set(), [number]
    while waiting:
        for child in parents.get(waiting.pop(), []):
            found.add((child, begun(child)))
            waiting.append(child)
    return found


def graders(number: int, mark: bytes) -> list[int]:
    """The grader processes of a driver, or the workers of its cluster."""
    found = []
    for child, _ in below(number):
        try:
            said = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if mark in said:
            found.append(child)
    return found


class Trial:
    """One folder of results, and what is done to who grades into it."""

    def __init__(self, root: Path, options: argparse.Namespace) -> None:
        self.results, self.folders = root / "results", root / "folders"
        self.trace, self.options = root / "trace", options
        self.results.mkdir()
        self.folders.mkdir()
        self.seen: set[Process] = set()
        self.bad: list[str] = []
        self.draw = random.Random(options.seed)
        if options.real:
            write_class(root / "class", options.submissions)

    def start(self) -> subprocess.Popen[bytes]:
        """A driver."""
        further = {
            "TMPDIR": str(self.folders), synthetic.TRACE: str(self.trace),
            synthetic.SLEEPS_S: "0.03"}
        command = ["benchmarks.kills", "--drive", str(self.results), *self.options.own]
        if self.options.real:
            command = [
                "cgp_harness", "grade", str(self.results.parent / "class"), "-a", "step_size",
                "-o", str(self.results), "--quiet", "--no-figures", "--jobs", "2",
                "--engine", self.options.engine]
        return subprocess.Popen(
            [sys.executable, "-m", *command], env={**os.environ, **further})

    def done(self) -> int:
        """How many results there are."""
        try:
            with sqlite3.connect(f"file:{self.results / FILE}?mode=ro", uri=True) as database:
                (count,) = database.execute("SELECT count(*) FROM results").fetchone()
            return int(count)
        except sqlite3.OperationalError:
            return 0

    def until(self, driver: subprocess.Popen[bytes], count: int) -> bool:
        """Wait for so many results and a random moment more; False if the driver ends before."""
        while self.done() < count:
            if driver.poll() is not None:
                return False
            time.sleep(0.01)
        time.sleep(self.draw.uniform(0, 0.1))
        return driver.poll() is None

    def kill_driver(self, count: int) -> None:
        """Kill a driver once there are so many results; look what is left 2 s later."""
        driver = self.start()
        if self.until(driver, count):
            self.seen = below(driver.pid)
        driver.kill()
        driver.wait()
        time.sleep(PATIENCE_S)
        left = [number for number, start in self.seen if start and begun(number) == start]
        folders = os.listdir(self.folders)
        print(f"driver killed at {self.done():4} results: {len(self.seen)} processes, left "
              f"{len(left)}, folders left {len(folders)}", flush=True)
        if left or folders:
            self.bad.append(f"after a driver was killed: processes {left}, folders {folders}")

    def kill_grader(self, count: int, driver: subprocess.Popen[bytes]) -> None:
        """Kill a grader once there are so many results; the driver goes on."""
        if not self.until(driver, count):
            self.bad.append("the driver ended before its grader could be killed")
            return
        mark = b"engines.process" if self.options.engine == "local" else b"spawn_main"
        if found := graders(driver.pid, mark):
            os.kill(self.draw.choice(found), signal.SIGKILL)
            print(f"grader killed at {self.done():4} results", flush=True)

    def finish(self, driver: subprocess.Popen[bytes]) -> None:
        """The driver's own end."""
        code = driver.wait()
        if code:
            self.bad.append(f"the driver ended with exit code {code}")
        time.sleep(PATIENCE_S)
        if folders := os.listdir(self.folders):
            self.bad.append(f"after a driver has ended: folders {folders}")


def write_class(folder: Path, count: int) -> None:
    """Submissions of two rules, right and wrong, each with a line of its own."""
    from tests.mutants.write import source

    folder.mkdir()
    texts = [source("sgd_plus", []), source("adagrad", []), source("adam", ["no_bias_correction"])]
    for i in range(count):
        (folder / f"student{i:03}.py").write_text(f"# {i}\n{texts[i % len(texts)]}")


def drive(folder: Path, count: int, engine: str) -> None:
    """Grade a class of synthetic submissions in two processes."""
    with Store(folder / FILE) as store:
        grade_all(
            synthetic.submissions(count), load("step_size"), seed=0, isolation="plain", jobs=2,
            store=store, grade="benchmarks.synthetic:grade",
            start=choosing.start(engine, 2, "", gpu=False, packages=()))


def verdicts(folder: Path) -> Counter[str]:
    """What is in the store, times apart, and how often."""
    with sqlite3.connect(folder / FILE) as database:
        found = [json.loads(text) for (text,) in database.execute("SELECT report FROM results")]
    return Counter(
        json.dumps([one["sha256"], one["score"], [
            [check["id"], check["status"], check["score"]] for check in one["checks"]]])
        for one in found)


def main() -> int:
    """Kill, resume, compare; exit 1 if anything is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--real", action="store_true", help="with `cgp grade`")
    parser.add_argument("--engine", choices=["local", "dask"], default="local")
    parser.add_argument("--quick", action="store_true", help="2 kills, 40 submissions")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--drive", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.submissions, options.kills = 40, 2
    if options.drive:
        drive(options.drive, options.submissions, options.engine)
        return 0
    options.own = [f"--submissions={options.submissions}", f"--engine={options.engine}"]
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        trial, untouched = Trial(Path(one), options), Trial(Path(other), options)
        each = options.submissions // (2 * options.kills + 1)
        for i in range(options.kills):
            trial.kill_driver((i + 1) * each)
        driver = trial.start()
        for i in range(options.kills):
            trial.kill_grader((options.kills + i + 1) * each, driver)
        trial.finish(driver)
        untouched.finish(untouched.start())
        bad = trial.bad + untouched.bad
        found, wanted = verdicts(trial.results), verdicts(untouched.results)
        print(f"{len(found)} of {options.submissions} results", end="")
        if not options.real:
            graded = trial.trace.read_text().split()
            print(f", {len(graded) - len(set(graded))} gradings done again", end="")
        print()
        if found != wanted or len(found) != options.submissions:
            bad.append(
                f"the results are not those without kills: {(found - wanted).total()} more, "
                f"{(wanted - found).total()} less")
    for line in bad:
        print(f"WRONG: {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
