"""Which files of a submission are imported, in which order, under which names."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host.problems import printable
from cgp_harness.sandbox.protocol.messages import Load

PROJECT = "pyproject.toml"
GROUP = "cgp_harness"
PROJECT_BYTES, DOTS = 64 * 1024, 1_000
"""Of a `pyproject.toml`, and of one line in it: such a file takes tomllib a second at most."""
# Their names mean that they are for a tool, not for grading.
SKIPPED = ("conftest.py", "setup.py")


@dataclass(frozen=True)
class Sources:
    """What to import.

    Args:
        roots: the folders to import from, `""` the submission itself.
        problems: why there is nothing.
        remarks: what is wrong with `pyproject.toml`, without which the rest is imported.
    """

    files: tuple[Load, ...]
    roots: tuple[str, ...] = ("",)
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()


def sources_of(submission: Submission) -> Sources:
    """All `.py` files by path; with entry points in `pyproject.toml`, the modules these name."""
    if submission.problem is not None:
        return Sources((), problems=(submission.problem,))
    project = next((file for file in submission.files if file.path == PROJECT), None)
    modules, remarks = _read(project) if project is not None else ([], ())
    named = _named(modules, submission.files)
    if named.files:
        return named
    remarks += named.remarks
    files = tuple(
        Load(file.path, _module(file.path), file.cells) for file in submission.files
        if file.path.endswith(".py") and not _skipped(file.path)
    )
    if not files:
        return Sources((), problems=(_nothing(submission.files),), remarks=remarks)
    return Sources(files, named.roots if modules else ("",), remarks=remarks)


def _read(project: SourceFile) -> tuple[list[str], tuple[Problem, ...]]:
    """The modules that it names, or what is wrong with it: it costs itself."""
    if (problem := _too_much(project)) is not None:
        return [], (problem,)
    try:
        return _entry_points(project), ()
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, 500 lists in lists
        why = "nested too deep" if isinstance(error, RecursionError) else error
        return [], (_problem(f"{PROJECT} is not TOML: {why}"),)


def _nothing(files: Sequence[SourceFile]) -> Problem:
    skipped = [file.path for file in files if _skipped(file.path)]
    return Problem(
        Status.STUDENT_ERROR, "the submission holds no Python file to grade",
        where=skipped[0] if skipped else "",
        expected="a file such as homework.py that registers what the assignment asks for",
        fix="rename it: test_….py, conftest.py and setup.py are left to other tools"
        if skipped else "",
    )


def _too_much(project: SourceFile) -> Problem | None:
    """What takes tomllib minutes: it is quadratic in the parts of a dotted key."""
    if len(project.content) > PROJECT_BYTES:
        return _problem(f"{PROJECT} is too large", f"at most {PROJECT_BYTES:,} bytes")
    most = max(line.count(b".") for line in project.content.split(b"\n"))
    if most > DOTS:
        return _problem(f"{PROJECT} has a line with {most:,} dots", f"at most {DOTS:,} in a line")
    return None


def _entry_points(project: SourceFile) -> list[str]:
    """The modules under `[project.entry-points.cgp_harness]`; `module:object` names its module."""
    table: Any = tomllib.loads(project.content.decode("utf-8"))
    for key in ("project", "entry-points", GROUP):
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        return []
    return list(dict.fromkeys(str(value).partition(":")[0].strip() for value in table.values()))


def _named(modules: Sequence[str], files: Sequence[SourceFile]) -> Sources:
    paths = {file.path for file in files}
    roots = ("", "src") if any(path.startswith("src/") for path in paths) else ("",)
    found, problems = [], []
    for module in modules:
        inner = module.replace(".", "/")
        candidates = [
            str(PurePosixPath(root, f"{inner}{ending}"))
            for root in roots for ending in (".py", "/__init__.py")
        ]
        path = next((path for path in candidates if path in paths), None)
        if path is None:
            problems.append(_problem(
                f"{PROJECT} names the module '{module}', which the submission does not hold",
                expected=" or ".join(candidates),
            ))
        else:
            found.append(Load(path, module))
    return Sources(tuple(found), roots, remarks=tuple(problems))


def _skipped(path: str) -> bool:
    name = PurePosixPath(path).name
    return name.startswith("test_") or name in SKIPPED


def _module(path: str) -> str:
    """`rules/adam.py` -> `rules.adam`, `rules/__init__.py` -> `rules`."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def _problem(what: str, expected: str = "") -> Problem:
    return Problem(
        Status.STUDENT_ERROR, f"{printable(what)}; it costs nothing by itself", PROJECT,
        printable(expected))
