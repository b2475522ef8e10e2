"""Run the files of a submission, so that what fails costs no more than itself.

A statement that raises is passed over, and so is what uses the names that it would have defined:
only what is graded counts. A file or a cell runs as it is until then, and statement by statement
from there on.
"""

from __future__ import annotations
import __future__

import ast
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from cgp_harness.sandbox.protocol.message_fields import MOST, Place
from cgp_harness.sandbox.protocol.messages import At, Load
from cgp_harness.sandbox.worker.loading import awaiting, bindings
from cgp_harness.sandbox.worker.loading.late_texts import keeps_print
from cgp_harness.sandbox.worker.loading.missing import LOST, lost, missing
from cgp_harness.sandbox.worker.loading.pace import Pace
from cgp_harness.sandbox.worker.loading.statements import failing
from cgp_harness.sandbox.worker.loading.stopping import LeftOutError, NotRunError, StoppedError

_FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


class Importer(MetaPathFinder):
    """Finds the modules of one submission, and runs them; stands before Python's own finder.

    Args:
        folder: where the submission is.

    Attributes:
        passed_over: what single statements and cells raised, since it was last emptied.
        stopped: what ended the file that was asked for, if anything did.
        pace: how far they are run.
        say: tell the grader something before the answer.
    """

    def __init__(self, folder: str) -> None:
        self.folder, self._asked = folder, ""
        self._cells: dict[str, Sequence[int]] = {}
        self.passed_over: list[BaseException] = []
        self._missed: set[str] = set()
        self.stopped: BaseException | None = None
        self.say: Callable[[At], None] = lambda at: None
        self.pace = Pace(folder, Load("", ""), self.say)
        sys.meta_path.insert(sys.meta_path.index(PathFinder), self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python's own finder finds, with a loader of ours if it is of the submission."""
        spec = PathFinder.find_spec(name, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader) and (
                spec.loader.path.startswith(self.folder + os.sep)):
            spec.loader = _Loader(name, spec.loader.path, self)
        return spec

    def load(self, request: Load) -> ModuleType:
        """Import a file as its siblings would, under the same name and so as the same object.

        A file whose name means another module (`random.py`), or is no name at all (`my-adam.py`),
        is imported as `_plugin_…`: it can then stand in nobody's way.
        """
        self._asked, self.stopped = os.path.join(self.folder, request.path), None
        self._cells[self._asked] = request.cells
        self.pace = Pace(self.folder, request, self.say)
        spec = _spec(request.module)
        if spec is not None and spec.origin == self._asked:
            module = importlib.import_module(request.module)
        else:
            module = self._load_apart(
                self._asked, "_plugin_" + re.sub(r"\W", "_", request.module))
        self.pace.tell(Place())
        return module

    def run(self, module: ModuleType, path: str) -> None:
        """Run a file in its module; raise what ended it, unless it is the one asked for."""
        if self._cells.get(path):  # as in Jupyter, which runs no notebook as a module
            vars(module)["__name__"], sys.modules["__main__"] = "__main__", module
        outer = self.pace.at
        try:
            self._run_file(module, path)
        except BaseException as error:
            if path != self._asked:
                raise
            self.stopped = error
        finally:
            self.pace.tell(outer)

    def _load_apart(self, path: str, name: str) -> ModuleType:
        while name in sys.modules:  # my-adam.py and my.adam.py
            name += "_"
        loader = _Loader(name, path, self)
        spec = importlib.util.spec_from_file_location(name, path, loader=loader)
        if spec is None:
            raise ImportError(f"{os.path.basename(path)} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        loader.exec_module(module)
        return module

    def _run_file(self, module: ModuleType, path: str) -> None:
        with open(path, "rb") as file:
            source = file.read()
        headings = self._cells.get(path, ())
        if not headings:
            self._run(module, source, path, 0)
            return
        lines, flags = source.split(b"\n"), awaiting.ALLOWED
        for heading, following in zip(headings, (*headings[1:], len(lines) + 1), strict=True):
            # As many empty lines above as there are in the file, so that its lines are numbered.
            cell = b"\n" * heading + b"\n".join(lines[heading:following - 1])
            try:
                flags = self._run(module, cell, path, flags)
            except SystemExit:
                continue
            except BaseException as error:
                self._note(error)

    def _run(self, module: ModuleType, source: bytes, path: str, flags: int) -> int:
        """Run a text, passing over what fails; return the flags of what stands below it."""
        if self.pace.used_up:
            self.pace.cut(path, ast.parse(source, path).body)
        code = self.pace.compiled(source, path, flags, late=b"print" in source)
        flags |= code.co_flags & _FUTURES
        error = self._raised(code, source, module)
        if error is not None:
            body = _parsed(source, path)
            at = failing(error, code, body)
            if at < 0:
                raise error
            self._run_on(module, source, path, flags, body, at, error)
        return flags

    def _raised(
        self, code: CodeType, source: bytes, module: ModuleType
    ) -> BaseException | None:
        """Run it; what it raises is handed back, so that nothing runs while it is handled."""
        try:
            with self.pace.of(code, source):
                awaiting.run(code, vars(module))
        except BaseException as error:
            return error
        return None

    def _run_on(
        self, module: ModuleType, source: bytes, path: str, flags: int, body: Sequence[ast.stmt],
        at: int, error: BaseException,
    ) -> None:
        """Run what stands below the statement that raised, one by one; raise `SystemExit` last."""
        late = b"print" in source and keeps_print(body)
        ended, cut = self._pass_over(error, body[at], path), False
        for number in range(at + 1, len(body)):
            one = body[number]
            if not cut and self.pace.used_up:
                self.pace.cut(path, body[number:])
                cut = True
            if self.pace.skips(one) or ((ended or cut) and not bindings.definitions([one])):
                continue
            code = self.pace.compiled(ast.Module([one], []), path, flags, late=late)
            further = self._raised(code, source, module)
            if further is not None and not ended:
                ended = self._pass_over(further, one, path)
        if ended:
            raise ended

    def _pass_over(
        self, error: BaseException, statement: ast.stmt, path: str
    ) -> SystemExit | None:
        """Note what a statement raised, or return what ends its file; raise what it has to."""
        if isinstance(error, SystemExit):
            return error
        if not isinstance(error, Exception | NotRunError) or (
                path != self._asked and bindings.raises_itself(error, statement)):
            raise error
        cause = lost(error) or error
        name = missing(cause)
        if isinstance(error, StoppedError):
            self.pace.stop(path, statement)
        elif cause is error and not isinstance(error, LeftOutError) and not (
                name and name in self._missed):
            self._note(error)
        if name:
            self._missed.add(name)
        LOST.update(dict.fromkeys(bindings.bound(statement), cause))
        return None

    def _note(self, error: BaseException) -> None:
        if len(self.passed_over) < MOST:
            self.passed_over.append(error)


class _Loader(SourceFileLoader):
    """Runs a file through the importer."""

    def __init__(self, name: str, path: str, importer: Importer) -> None:
        super().__init__(name, path)
        self._importer = importer

    def exec_module(self, module: ModuleType) -> None:
        """Run the file."""
        self._importer.run(module, self.path)


def _spec(module: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(module)
    except (ModuleNotFoundError, ValueError):
        return None  # `random/adam.py`, where random is no package; `__main__.py`


def _parsed(source: bytes, path: str) -> Sequence[ast.stmt]:
    try:
        return ast.parse(source, path).body
    except RecursionError:  # deeper than Python's own compiler minds
        return ()
