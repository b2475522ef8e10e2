"""Run the files of a submission, so that what fails costs no more than itself.

A file that raises keeps what it had defined. A notebook runs cell by cell, and a cell that fails
costs itself. A statement that fails for where it runs is passed over, since at home it works: one
that asks for what the grader refuses, for a package or a file that is not there, for an answer,
for more time than there is.
"""

from __future__ import annotations
import __future__

import ast
import functools
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from cgp_harness.sandbox.protocol.message_fields import Place
from cgp_harness.sandbox.protocol.messages import At, Load
from cgp_harness.sandbox.worker.loading import at_home
from cgp_harness.sandbox.worker.loading.missing import LOST, lost, missing
from cgp_harness.sandbox.worker.loading.pace import Pace
from cgp_harness.sandbox.worker.loading.statements import index
from cgp_harness.sandbox.worker.loading.stopping import LeftOutError, NotRunError, StoppedError
from cgp_harness.sandbox.worker.refusing.refusals import was_refused

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
        lines, flags = source.split(b"\n"), 0
        for heading, following in zip(headings, (*headings[1:], len(lines) + 1), strict=True):
            # As many empty lines above as there are in the file, so that its lines are numbered.
            cell = b"\n" * heading + b"\n".join(lines[heading:following - 1])
            try:
                flags = self._run(module, cell, path, flags)
            except SystemExit:
                continue
            except BaseException as error:
                self.passed_over.append(error)

    def _run(self, module: ModuleType, source: bytes, path: str, flags: int) -> int:
        """Run a text, passing over what only fails here; return the futures in force."""
        self.pace.look(path, lambda: ast.parse(source, path).body)
        code = self.pace.compiled(source, path, flags)
        flags = code.co_flags & _FUTURES
        rest: CodeType | None = code
        ended: SystemExit | None = None
        while rest is not None:
            try:
                with self.pace.of(rest, source):
                    exec(rest, vars(module))
                break
            except BaseException as error:
                body = ast.parse(source, path).body
                at = index(body, _line(error, rest))
                if isinstance(error, SystemExit) and ended is None:
                    ended = error
                elif ended is None:
                    self._pass_over(error, body, at, path)
                left = body[at + 1:] if ended is None else at_home.definitions(body[at + 1:])
                self.pace.look(path, functools.partial(list, left))
                tree = ast.Module(left, [])
                rest = self.pace.compiled(tree, path, flags) if left else None
        if ended is not None:
            raise ended
        return flags

    def _pass_over(
        self, error: BaseException, body: Sequence[ast.stmt], at: int, path: str
    ) -> None:
        """Note what one statement raised if it does so only here; else raise it."""
        only_here = isinstance(error, NotRunError) or bool(
            was_refused(error) or missing(error) or lost(error) or at_home.of_place(error))
        if not only_here and not (
                isinstance(error, Exception) and at >= 0
                and at_home.affected(body[at], body[:at], LOST)):
            raise error
        cause = lost(error) or error
        name = missing(cause)
        if isinstance(error, StoppedError):
            self.pace.stop(path, body[at])
        elif cause is error and not isinstance(error, LeftOutError) and not (
                name and name in map(missing, LOST.values())):
            self.passed_over.append(error)
        LOST.update(dict.fromkeys(at_home.bound(body[at]) if at >= 0 else (), cause))


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


def _line(error: BaseException, code: CodeType) -> int:
    """The line of the text that was running."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code is not code:
        traceback = traceback.tb_next
    return traceback.tb_lineno if traceback else sys.maxsize
