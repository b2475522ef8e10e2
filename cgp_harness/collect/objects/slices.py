"""A program slice: the statements that define some objects, and all that these need.

A name that is looked up while a statement runs means what stands above it; one that is looked up in
a function, what its module has in the end. Statements count from the last that gives a name its
value anew: a cell that has run twice is there once.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from types import CodeType

from cgp_harness.collect.objects.origins import PASS_A_FILE, Origin
from cgp_harness.collect.objects.statements import Statement, first_line, statements_of
from cgp_harness.errors import HarnessError

SESSION = frozenset(("get_ipython", "display"))
"""Names that a session gives, and the grader too."""


def slice_of(origins: Sequence[Origin]) -> list[Statement]:
    """What a submission needs of the texts that some objects come from, in the order of the texts.

    Args:
        origins: all of the same texts.

    Raises:
        HarnessError: a text has changed since, or what is used is defined in none of them.
    """
    program = [one for text in origins[0].texts for one in statements_of(text)]
    found = _Slice(program)
    for number, one in enumerate(program):
        if isinstance(one.node, ast.ImportFrom) and one.node.module == "__future__":
            found.take(number)
    for origin in origins:
        names = [name for name in origin.names if any(name in one.binds for one in program)]
        if origin.code is not None:
            found.take(_at(program, origin, origin.code))
        elif not names:
            raise _changed(origin)
        for name in names:
            found.resolve(name, len(program))
    for name, user in found.unknown.items():
        if name in origins[0].namespace and name not in SESSION:
            raise HarnessError(
                f"{name}, which is used here, is defined by no statement that is kept",
                where=user.text.place(user.first_line),
                expected=f"`def`, `import`, `{name} = …` or the like in "
                f"{'a cell' if user.text.cell else 'the same file'}",
                fix=PASS_A_FILE)
    return [program[number] for number in sorted(found.taken)]


class _Slice:
    """One that grows.

    Attributes:
        taken: numbers of statements.
        unknown: names that nothing defines, each with a statement that uses it.
    """

    def __init__(self, program: Sequence[Statement]) -> None:
        self.taken: set[int] = set()
        self.unknown: dict[str, Statement] = {}
        self._program = program

    def take(self, number: int) -> None:
        """Take in a statement, and what it needs."""
        pending = [number]
        while pending:
            number = pending.pop()
            if number in self.taken:
                continue
            self.taken.add(number)
            one = self._program[number]
            for names, before in ((one.reads, number), (one.later, len(self._program))):
                for name in sorted(names):
                    pending += self._defining(name, before, one)
            for name in sorted(one.perhaps):
                pending += self._defining(name, number)

    def resolve(self, name: str, before: int) -> None:
        """Take in what defines a name."""
        for number in self._defining(name, before):
            self.take(number)

    def _defining(self, name: str, before: int, user: Statement | None = None) -> list[int]:
        found, calls, bound = [], [], False
        for number in reversed(range(before)):
            one = self._program[number]
            if name in one.binds or name in one.changes:
                found.append(number)
                bound |= name in one.binds
            elif name in one.calls:
                calls.append(number)
            if one.replaces(name):
                return found if one.defines else found + calls
        if not bound and not hasattr(builtins, name) and not name.startswith("__"):
            found += self._stars(before)
            if user is not None and not found:
                self.unknown.setdefault(name, user)
        return found + calls if bound else found

    def _stars(self, before: int) -> list[int]:
        """`from … import *`, any of which may give a name."""
        return [number for number, one in enumerate(self._program[:before])
                if isinstance(one.node, ast.ImportFrom) and one.node.names[0].name == "*"]


def _at(program: Sequence[Statement], origin: Origin, code: CodeType) -> int:
    """The statement in which the object's code begins."""
    file, line = code.co_filename, code.co_firstlineno
    for number, one in enumerate(program):
        if one.text.file == file and one.first_line <= line <= (one.node.end_lineno or 0):
            for node in ast.walk(one.node):
                name = "<lambda>" if isinstance(node, ast.Lambda) else getattr(node, "name", "")
                if name == code.co_name and first_line(node) == line:
                    return number
    raise _changed(origin)


def _changed(origin: Origin) -> HarnessError:
    return HarnessError(
        f"{origin.name} is not defined in the text that is there now",
        where=origin.texts[-1].file if origin.code is None
        else f"{origin.code.co_filename}:{origin.code.co_firstlineno}",
        expected="the text that this process has run",
        fix="import it again, in a new process or kernel; or pass the path of the file")
