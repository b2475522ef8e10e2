"""A copy of the repository to plant bugs in, and a run of some tests there."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.planted.bug import Bug

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "assignments", "benchmarks", "cgp_harness", "docs", "plugins", "reference", "tests", ".ci")
PACKAGES = (".", "reference", "assignments")
"""Where the three packages lie; these come before the installed ones."""
LIMIT_S = 300.0
SERVER = multiprocessing.get_context("forkserver")
# Half of a run's time are these imports, which no bug touches: they are done once.
SERVER.set_forkserver_preload([
    "numpy", "torch", "msgspec", "pluggy", "networkx", "click", "hypothesis.strategies", "pytest"])
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
    """Plant it, run the tests one file after the other until it is seen, and take it out again."""
    path = folder / bug.file
    planted, before = bug.planted(folder), path.read_bytes()
    path.write_text(planted, encoding="utf-8")
    try:
        files: dict[str, list[str]] = {}
        for one in tests:
            files.setdefault(one.partition("::")[0], []).append(one)
        found = Run("")
        for each in files.values():
            if found.passed:
                found = run(folder, each)
        return found
    finally:
        path.write_bytes(before)


def run(folder: Path, tests: Sequence[str]) -> Run:
    """Run tests until the first fails.

    Raises:
        BrokenRunError: there is no such test.
    """
    output = folder / "output.txt"
    process = SERVER.Process(target=_pytest, args=(str(folder), tuple(tests), str(output)))
    process.start()
    process.join(LIMIT_S)
    if process.is_alive():
        process.kill()
        process.join()
        return Run(f"no end within {LIMIT_S:g} s")
    if process.exitcode == 0:
        return Run("")
    text = output.read_text(encoding="utf-8", errors="replace")
    if process.exitcode in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise BrokenRunError(f"{' '.join(tests)}:\n{text[-2000:]}")
    found = FAILED.search(text)
    return Run(found[1] if found else f"pytest ended with {process.exitcode}")


def _pytest(folder: str, tests: tuple[str, ...], output: str) -> None:
    """In a process of its own, which has imported nothing of the repository but this package."""
    with open(output, "w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(folder)
    paths = [str(Path(folder, one)) for one in PACKAGES]
    sys.path[:0] = paths
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)  # for processes that the tests start
    for name in [one for one in sys.modules if one.partition(".")[0] == "benchmarks"]:
        del sys.modules[name]
    long = ["--long"] * Path(folder, "tests", "conftest.py").is_file()  # which knows the option
    code = pytest.main([*long, "-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist",
                        "-W", "ignore::pytest.PytestAssertRewriteWarning", *tests])
    sys.stdout.flush()
    os._exit(code)
