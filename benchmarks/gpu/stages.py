"""What is run on a machine with a GPU: stages, each of which ends well, badly, or in time."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.gpu import seeds
from cgp_harness.sandbox.host import levels

ROOT = Path(__file__).parents[2]
HOMEWORK = ROOT / "assignments/cgp_assignments/step_size"
SHOWN = ("perfect", "torch_subclass", "adam_no_bias_correction")
"""Examples: one for numpy, one for torch, a wrong one."""
TESTS = ("harness/rules/training/test_devices.py", "harness/sandbox/test_lockdown.py",
         "harness/sandbox/test_refused_calls.py",
         "harness/functions/test_training_check.py", "harness/grading/test_canary.py",
         "reference/problems/test_problems_devices.py")
SEEDS_RUN = re.compile(r"([0-9]+) paired seeds")
OF_DEVICES = "gpu or cuda or device or stand_in"
CGP = (sys.executable, "-m", "cgp_harness")


class UnexpectedError(Exception):
    """What came out is not what must come out."""


@dataclass(frozen=True)
class Stage:
    """One of them.

    Args:
        lines: when it must have ended, by the monotonic clock -> lines, as they come.
        share: of the time of all of them; of all stages 1.
    """

    title: str
    lines: Callable[[float], Iterator[str]]
    share: float


def stages(device: str, homework: Path, *, rehearsal: bool) -> list[Stage]:
    """All of them, what matters most first: a run may be ended early.

    Args:
        device: as `--device` has it.
        homework: where one to be graded is written.
    """
    _write(homework)
    there = [level for level, missing in levels.available().items() if not missing]
    return [
        Stage("Many seeds", partial(
            seeds.lines, "cpu" if rehearsal else device, rehearsal=rehearsal), 0.15),
        *(Stage(f"cgp check, {level}", partial(_checked, device, level, homework),
                0.25 / len(there)) for level in there),
        *(Stage(f"cgp grade, {level}", partial(_graded, device, level, homework),
                0.35 / len(there)) for level in there),
        Stage("The tests of devices", _tests, 0.2),
        Stage("cgp doctor", lambda end: iter(_said([*CGP, "doctor"], end)), 0.05),
    ]


def deadlines(stages: Sequence[Stage], begin: float, whole_s: float) -> list[float]:
    """When each must have ended: what one leaves of its time, those after it have."""
    return [begin + whole_s * one for one in itertools.accumulate(each.share for each in stages)]


def _write(folder: Path) -> None:
    """Adam of the homework on step sizes, trained on one problem: a tenth of its time."""
    others = shutil.ignore_patterns("examples", "mistakes.toml")
    shutil.copytree(HOMEWORK, folder, ignore=others, dirs_exist_ok=True)
    head, *tasks = (HOMEWORK / "assignment.toml").read_text("utf-8").split("[[tasks]]")
    [adam] = [one for one in tasks if 'id = "adam"' in one]
    one = f"{head}[[tasks]]{adam}".replace(
        ", lr = 0.03}", ', lr = 0.03, problems = ["one_neuron"]}').replace(
        'id = "step_size"', 'id = "on_a_gpu"')
    (folder / "assignment.toml").write_text(one, "utf-8")


def _said(command: list[str], end: float, ends: tuple[int, ...] = (0,)) -> list[str]:
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=max(0.1, end - time.monotonic()))
    if done.returncode not in ends:
        raise UnexpectedError(
            f"exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout.splitlines()


def _checked(device: str, level: str, homework: Path, end: float) -> Iterator[str]:
    """A right answer has all points, as it has on the CPU."""
    there, here = (json.loads("\n".join(_said([
        *CGP, "check", _example(SHOWN[0]), "-a", str(homework), "--json", "--device", where,
        "--isolation", level], end, (0, 1)))) for where in (device, "cpu"))
    yield from _compared(there, here)


def _graded(device: str, level: str, homework: Path, end: float) -> Iterator[str]:
    """All shown examples, by two grader processes at once, have the points of the CPU."""
    with tempfile.TemporaryDirectory() as place:
        told = []
        for where in (device, "cpu"):
            _said([*CGP, "grade", *map(_example, SHOWN), "-a", str(homework), "-o",
                   f"{place}/{where}", "--jobs", "2", "--device", where, "--isolation", level], end)
            told.append(json.loads(Path(place, where, "results.json").read_text("utf-8")))
    yield from _compared(*told)


def _example(name: str) -> str:
    return str(HOMEWORK / f"examples/{name}.py")


def _compared(there: dict[str, Any], here: dict[str, Any]) -> Iterator[str]:
    """The seconds and points of two results, which must be the same points."""
    environment = there["environment"]
    device = environment["device_settings"].get("gpu", environment["device"])
    yield (f"{environment['seconds']:.1f} s on {device}, {here['environment']['seconds']:.1f} s on "
           "the CPU")
    for one, other in zip(there["submissions"], here["submissions"], strict=True):
        [trained] = [each for each in one["checks"] if each["kind"] == "convergence"]
        ran = SEEDS_RUN.search(trained["message"])
        yield (f"{one['id']}: {one['status']}, {one['score']:g} of {one['max_score']:g} points, "
               f"{ran[1] if ran else 'no'} seeds")
        if (one["status"], one["score"]) != ("graded", other["score"]):
            raise UnexpectedError(f"{one['id']} has {other['score']:g} points on the CPU")


def _tests(end: float) -> Iterator[str]:
    yield from _said(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-n", "4",
         "-k", OF_DEVICES, *(str(ROOT / "tests" / name) for name in TESTS)], end)[-12:]
