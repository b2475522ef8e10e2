"""How far the files of a submission are run while one of them is loaded. Runs in the worker.

Statements that compute for too long are stopped; those that ended an earlier worker are left out;
once no time is left, only definitions and imports are run.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, FrameType

from cgp_harness.sandbox.protocol.message_fields import Place
from cgp_harness.sandbox.protocol.messages import At, Load
from cgp_harness.sandbox.worker.loading import bindings
from cgp_harness.sandbox.worker.loading.late_texts import compiled
from cgp_harness.sandbox.worker.loading.statements import STATEMENT, first_line, index, told
from cgp_harness.sandbox.worker.loading.stopping import Allowance, LeftOutError


class Pace:
    """Of one request.

    Args:
        folder: where the submission is.
        request: the file that is asked for.
        say: tell the grader something before the answer.

    Attributes:
        stopped: where the statements begin that computed for too long.
        cuts: where those begin from which on only definitions and imports are run; one in a file.
        at: the statement that was said last.
    """

    def __init__(self, folder: str, request: Load, say: Callable[[At], None]) -> None:
        self.stopped: list[Place] = []
        self.cuts = request.cuts
        self.at = Place()
        self._folder, self._request, self._say = folder, request, say
        self._sources: dict[CodeType, bytes] = {}
        self._allowance = Allowance(request.within_s, self._give_up)
        setattr(builtins, STATEMENT, self._reach)

    def compiled(
        self, source: bytes | ast.Module, path: str, flags: int, *, late: bool
    ) -> CodeType:
        """The code of what may run of a file, a cell or some statements."""
        file = self._relative(path)
        lines = [one.line for one in self._request.left_out if one.file == file]
        cut = next((one.line for one in self.cuts if one.file == file), sys.maxsize)
        if self._request.aloud or lines or cut < sys.maxsize:
            tree = source if isinstance(source, ast.Module) else ast.parse(source, path)
            body = [one for one in tree.body if first_line(one) < cut]
            body += bindings.definitions(tree.body[len(body):])
            source = told(ast.Module(body, []), file, lines, aloud=self._request.aloud)
        return compiled(source, path, flags, late=late)

    @contextmanager
    def of(self, code: CodeType, source: bytes) -> Iterator[None]:
        """While this code runs, which is of this text."""
        self._sources[code] = source
        try:
            with self._allowance.of(code):
                yield
        finally:
            self._sources.pop(code, None)

    def stop(self, path: str, statement: ast.stmt) -> None:
        """Note a statement that was stopped; what comes next has time of its own."""
        self.stopped.append(self._place(path, statement))
        self._allowance.begin()

    @property
    def used_up(self) -> bool:
        """Whether no time is left to try more."""
        return self._allowance.used_up

    def skips(self, statement: ast.stmt) -> bool:
        """Whether it is an import that has to be looked for, with no time left at all."""
        return self._allowance.over and not bindings.is_quick(statement)

    def cut(self, path: str, left: Sequence[ast.stmt]) -> None:
        """From the first of these on, only definitions and imports are run."""
        file = self._relative(path)
        if left and all(one.file != file for one in self.cuts):
            self.cuts += (self._place(path, left[0]),)

    def tell(self, place: Place) -> None:
        """Say where it is, if that is wanted; line 0 is the end."""
        if self._request.aloud:
            self.at = place
            self._say(At(place))

    def _reach(self, file: str, line: int) -> None:
        """What stands before a statement, or in its place."""
        if Place(file, line) in self._request.left_out:
            raise LeftOutError
        self.tell(Place(file, line))

    def _give_up(self, frame: FrameType) -> None:
        body = ast.parse(self._sources[frame.f_code]).body
        statement = body[index(body, frame.f_lineno)]
        self._say(At(self._place(frame.f_code.co_filename, statement), given_up=True))
        os._exit(0)

    def _place(self, path: str, statement: ast.stmt) -> Place:
        return Place(self._relative(path), first_line(statement))

    def _relative(self, path: str) -> str:
        return path.removeprefix(self._folder + os.sep)
