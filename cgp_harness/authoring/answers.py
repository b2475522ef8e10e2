"""A solution is read: its text, and the tasks that it answers. It is run, and trusted."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cgp_harness.assignment import solution
from cgp_harness.authoring.of_kinds import part_of
from cgp_harness.authoring.source import Definition, begins, ends
from cgp_harness.authoring.wanted import Wanted, at
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds

EXPECTED = "a Python file of right answers, each registered as students register theirs"


def read(path: Path) -> str:
    """The text of a solution.

    Raises:
        HarnessError: there is none.
    """
    if path.suffix != ".py" or not path.is_file():
        raise HarnessError(
            "there is no solution" if path.suffix == ".py" else "a solution is a Python file",
            where=str(path), expected=EXPECTED, fix="give its path after --from")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise HarnessError(
            "the solution is not UTF-8", where=f"{path}, byte {error.start}") from error
    except OSError as error:
        raise HarnessError(
            f"the solution cannot be read: {(error.strerror or str(error)).lower()}",
            where=str(path)) from error


def wanted(text: str, path: Path) -> tuple[list[Wanted], list[Definition]]:
    """The tasks that a solution answers, in its order; and further answers that it accepts.

    Args:
        text: the solution.
        path: where it is from, for messages.

    Raises:
        HarnessError: it cannot be run, or what it registers cannot be a task.
    """
    found = _run(text, path)
    body = ast.parse(text).body
    further = [node for one in found.further if (node := at(body, _line(one.where))) is not None]
    tasks: list[Wanted] = []
    for one in found.registered:
        node = _written(body, kinds()[one.kind].contract.code(one.target))
        if node is None:
            raise HarnessError(
                f"{one.name} is not written at the top level of the solution", where=str(path),
                expected=f"@{one.kind} above a function or class that stands in no other, so that "
                "a starter can be made of it", fix="write it out, without a hook or a loop")
        if node not in further:
            tasks.append(Wanted(one.kind, one.name, node, one.target))
    tasks.sort(key=lambda task: begins(task.node))
    _require_names(tasks, path)
    return _whole(tasks), further


def _whole(tasks: Sequence[Wanted]) -> list[Wanted]:
    """The tasks, with what is a part of one taken to it."""
    def owner(one: Wanted) -> str:
        names = {each.name for each in tasks if each.kind == one.kind}
        return part_of(kinds()[one.kind], one.name, names)

    return [
        replace(one, parts=tuple(
            each.node for each in tasks if each.kind == one.kind and owner(each) == one.name))
        for one in tasks if not owner(one)]


def _run(text: str, path: Path) -> solution.Solution:
    """Run it; messages have its own path, and say what to do for a package that is not there."""
    try:
        return solution.of_text(text)
    except HarnessError as error:
        where, cause = error.where.replace(solution.FILE, str(path), 1), error.__cause__
        if isinstance(cause, ModuleNotFoundError):
            raise HarnessError(
                f"the solution imports {cause.name!r}, which is not installed here", where=where,
                expected="packages that are installed where you grade",
                fix="`pip install` what it is from, or write the answer without it") from error
        raise HarnessError(
            error.what, where=where, expected=error.expected,
            fix=error.fix.replace(solution.FILE, str(path))) from error


def _written(body: Sequence[ast.stmt], target: Any) -> Definition | None:
    """The definition at the top of the file that made a function or class."""
    own = [target] if not isinstance(target, type) else [
        getattr(one, "__func__", one) for one in vars(target).values()]
    lines = {inspect.unwrap(one).__code__.co_firstlineno for one in own if inspect.isfunction(one)}
    return next((
        node for node in body if isinstance(node, Definition)
        and node.name == getattr(target, "__qualname__", "")
        and any(begins(node) <= line <= ends(node) for line in lines)), None)


def _require_names(tasks: Sequence[Wanted], path: Path) -> None:
    for index, one in enumerate(tasks):
        for other in tasks[:index]:
            if one.name == other.name:
                raise HarnessError(
                    f"two answers are called {one.name!r}", where=f"{path}:{begins(one.node)}",
                    expected="one answer for each task, or @accepted above the further ones",
                    fix="give one of them another name; the other is in line "
                    f"{begins(other.node)}")


def _line(where: str) -> int:
    last = where.rpartition(":")[2]
    return int(last) if last.isdigit() else 0
