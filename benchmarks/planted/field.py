"""A copy of the repository to plant bugs in, and a run of some tests there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.planted.bug import Bug

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "assignments", "benchmarks", "cgp_harness", "docs", "plugins", "reference", "tests", ".ci")
PACKAGES = (".", "reference", "assignments")
"""Where the three packages lie; these come before the installed ones."""
LIMIT_S = 900.0
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


class BrokenRunError(Exception):
    """pytest did not run the tests: they say nothing."""


@dataclass(frozen=True)
class Run:
    """What came of a run of tests: the first that failed, or what else ended it; empty if none."""

    seen_by: str

    @property
    def passed(self) -> bool:
        """Whether nothing was seen."""
        return not self.seen_by


@contextmanager
def copy_of(root: Path = ROOT) -> Iterator[Path]:
    """A copy of the repository as it lies on disk; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cgp_planted_") as name:
        folder = Path(name)
        ignored = shutil.ignore_patterns("__pycache__")
        for one in FOLDERS:
            if (root / one).is_dir():
                shutil.copytree(root / one, folder / one, ignore=ignored)
        for path in root.iterdir():
            if path.is_file():
                shutil.copy2(path, folder)
        yield folder


def with_bug(folder: Path, bug: Bug, tests: Sequence[str]) -> Run:
    """Plant it, run the tests, and take it out again."""
    path = folder / bug.file
    planted, before = bug.planted(folder), path.read_bytes()
    path.write_text(planted, encoding="utf-8")
    try:
        return run(folder, tests)
    finally:
        path.write_bytes(before)


def run(folder: Path, tests: Sequence[str]) -> Run:
    """Run tests until the first fails.

    Raises:
        BrokenRunError: there is no such test.
    """
    command = [
        sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *tests]
    paths = os.pathsep.join(str(folder / one) for one in PACKAGES)
    try:
        done = subprocess.run(
            command, cwd=folder, env=os.environ | {"PYTHONPATH": paths}, text=True,
            capture_output=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return Run(f"no end within {LIMIT_S:g} s")
    if done.returncode == 0:
        return Run("")
    if done.returncode in (4, 5):  # wrong use, nothing collected
        raise BrokenRunError(f"{' '.join(tests)}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    found = FAILED.search(done.stdout)
    return Run(found[1] if found else f"pytest ended with {done.returncode}")
