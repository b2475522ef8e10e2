"""A solution is read: its text, and what it registers. It is the instructor's, and trusted."""

from __future__ import annotations

import ast
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from cgp_harness.authoring.wanted import Answer, Wanted, at
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.registering.module import registered_in
from cgp_reference.errors import ExplainedError

EXPECTED = "a Python file of right answers, each registered as students register theirs"


def read(path: Path) -> str:
    """The text of a solution.

    Raises:
        HarnessError: there is none that is Python.
    """
    if path.suffix != ".py" or not path.is_file():
        raise HarnessError(
            "there is no solution" if path.suffix == ".py" else "a solution is a Python file",
            where=str(path), expected=EXPECTED, fix="give its path after --from")
    try:
        text = path.read_text(encoding="utf-8")
        ast.parse(text)
    except UnicodeDecodeError as error:
        raise HarnessError(
            "the solution is not UTF-8", where=f"{path}, byte {error.start}") from error
    except OSError as error:
        raise HarnessError(
            f"the solution cannot be read: {(error.strerror or str(error)).lower()}",
            where=str(path)) from error
    except (SyntaxError, ValueError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise HarnessError(
            f"the solution is not Python: {getattr(error, 'msg', error)}",
            where=f"{path}{line}") from error
    return text


def answers(path: Path, text: str) -> tuple[Answer, ...]:
    """What a solution registers, of every kind of task, in its order.

    Raises:
        HarnessError: it cannot be imported, or what it registers cannot be what it is to be.
    """
    module = _imported(path, text)
    found, misfits = registered_in(module, [kind.contract for kind in kinds().values()])
    for error in misfits:
        raise HarnessError(
            error.what, where=error.where, expected=error.expected, fix=error.fix)
    return tuple(sorted(
        (Answer(one.kind, one.name, _line(one.where), one.target) for one in found),
        key=lambda answer: answer.line))


def wanted(path: Path, text: str, found: Sequence[Answer]) -> tuple[Wanted, ...]:
    """The tasks: each with the definition at the top of the file that answers it.

    Raises:
        HarnessError: an answer is not written there, or two have one name.
    """
    body = ast.parse(text).body
    tasks: list[Wanted] = []
    for one in found:
        node = at(body, one.line)
        if node is None:
            raise HarnessError(
                f"{one.name} is not written at the top level of the solution", where=str(path),
                expected=f"@{one.kind} above a function or class that stands in no other, so that "
                "a starter can be made of it", fix="write it out, without a hook or a loop")
        same = [other for other in tasks if other.name == one.name]
        if same:
            raise HarnessError(
                f"two answers are called {one.name!r}", where=f"{path}:{one.line}",
                expected="one answer for each task",
                fix=f"give one of them another name; the other is in line {same[0].node.lineno}")
        tasks.append(Wanted(one.kind, one.name, node, one.target))
    return tuple(tasks)


def _imported(path: Path, text: str) -> ModuleType:
    """The module; nothing is written beside it."""
    module = ModuleType(f"_cgp_solution_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # where `inspect` looks for a class
    try:
        exec(compile(text, str(path), "exec", dont_inherit=True), vars(module))
    except ExplainedError as error:
        raise HarnessError(
            error.what, where=error.where, expected=error.expected, fix=error.fix) from error
    except ModuleNotFoundError as error:
        raise HarnessError(
            f"the solution imports {error.name!r}, which is not installed here",
            where=_place(path, error), expected="packages that are installed where you grade",
            fix="`pip install` what it is from, or write the answer without it") from error
    except (Exception, SystemExit) as error:
        said = "ends Python" if isinstance(error, SystemExit) else "raises"
        raise HarnessError(
            f"the solution {said} when it is imported: {type(error).__name__}: {error}",
            where=_place(path, error), expected=EXPECTED) from error
    return module


def _place(path: Path, error: BaseException) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if frame.filename == str(path)]
    return f"{path}:{lines[-1]}" if lines else str(path)


def _line(where: str) -> int:
    last = where.rpartition(":")[2]
    return int(last) if last.isdigit() else 0
