"""What is run on a machine with a GPU: stages, each of which ends well, badly, or in time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.gpu import seeds
from cgp_harness.sandbox.host import levels

ROOT = Path(__file__).parents[2]
HOMEWORK = ROOT / "assignments/cgp_assignments/step_size"
SHOWN = ("perfect", "torch_subclass", "adam_no_bias_correction")
"""Examples: one for numpy, one for torch, a wrong one."""
TESTS = ("harness/test_devices.py", "harness/test_lockdown.py", "harness/test_refused_calls.py",
         "harness/test_training_check.py", "harness/test_canary.py",
         "reference/test_problems_devices.py")
OF_DEVICES = "gpu or cuda or device or stand_in"
CGP = (sys.executable, "-m", "cgp_harness")


class UnexpectedError(Exception):
    """What came out is not what must come out."""


@dataclass(frozen=True)
class Stage:
    """One of them.

    Args:
        lines: when it must have ended, by the monotonic clock -> lines, as they come.
        share: of the time of all of them, at most.
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
    shown = SHOWN[:1] if rehearsal else SHOWN  # 2,048 seeds take torch on the CPU a minute
    there = [level for level, missing in levels.available().items() if not missing]
    return [
        Stage("Many seeds", lambda end: seeds.lines(
            "cpu" if rehearsal else device, rehearsal=rehearsal), 0.2),
        *(Stage(f"cgp check, {level}", partial(_checked, device, level, homework, shown), 0.15)
          for level in there),
        *(Stage(f"cgp grade, {level}", partial(_graded, device, level, homework, shown), 0.3)
          for level in there),
        Stage("The tests of devices", _tests, 0.4),
        Stage("cgp doctor", lambda end: iter(_said([*CGP, "doctor"], end)), 0.1),
    ]


def _write(folder: Path) -> None:
    """The homework on step sizes, but trained on one problem, which takes a tenth of the time."""
    shutil.copytree(
        HOMEWORK, folder, ignore=shutil.ignore_patterns("examples"), dirs_exist_ok=True)
    text = (HOMEWORK / "assignment.toml").read_text("utf-8")
    one = text.replace(", lr = 0.03}", ', lr = 0.03, problems = ["one_neuron"]}').replace(
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


def _checked(
    device: str, level: str, homework: Path, shown: Sequence[str], end: float
) -> Iterator[str]:
    """Adam of each example has the points that it has on the CPU."""
    for name in shown:
        there, here = (_score([
            *CGP, "check", str(HOMEWORK / f"examples/{name}.py"), "-a", str(homework), "--task",
            "adam", "--json", "--device", where, "--isolation", level], end)
            for where in (device, "cpu"))
        yield f"{name}: {there[0]:g} points in {there[1]:.1f} s; on the CPU in {here[1]:.1f} s"
        if there[0] != here[0]:
            raise UnexpectedError(f"{name} has {here[0]:g} points on the CPU")


def _score(command: list[str], end: float) -> tuple[float, float]:
    """Points, and the seconds that the harness says."""
    told = json.loads("\n".join(_said(command, end, (0, 1))))
    return told["submissions"][0]["score"], told["environment"]["seconds"]


def _graded(
    device: str, level: str, homework: Path, shown: Sequence[str], end: float
) -> Iterator[str]:
    """All shown examples by two grader processes at once."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place, "out")
        _said([*CGP, "grade", *(str(HOMEWORK / f"examples/{name}.py") for name in shown),
               "-a", str(homework), "-o", str(out), "--jobs", "2", "--device", device,
               "--isolation", level], end)
        told = json.loads((out / "results.json").read_text("utf-8"))
    environment = told["environment"]
    yield (f"{len(shown)} submissions in {environment['seconds']:.1f} s on "
           f"{environment['device_settings'].get('gpu', environment['device'])}")
    for one in told["submissions"]:
        yield f"{one['id']}: {one['score']:g} points, {one['status']}"
        if one["status"] != "graded":
            raise UnexpectedError(f"{one['id']} was not graded")


def _tests(end: float) -> Iterator[str]:
    yield from _said(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-n", "4",
         "-k", OF_DEVICES, *(str(ROOT / "tests" / name) for name in TESTS)], end)[-12:]
