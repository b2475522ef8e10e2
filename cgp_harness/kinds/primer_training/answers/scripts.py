"""Run scripts as `python SCRIPT` does, so that what fails costs no more than itself.

Statement by statement: one that raises is passed over. One that needs what only a later statement
defines, as where a notebook's cells are out of order, has that one run before it, once.
"""

from __future__ import annotations
import __future__

import ast
import os
import re
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType

from cgp_harness.kinds.primer_training.contract import PACKAGE
from cgp_harness.sandbox.worker.loading import bindings

_FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
SKIPPED = ("test_", "setup.py", "conftest.py")


def scripts(folder: str) -> list[str]:
    """Files to run: all but those that another one imports, if there are any others.

    A copy of the course's package is none of them: the stand-in takes its place.
    """
    texts = {path: text for path in _files(folder) if (text := _read(path)) is not None}
    imported = {path for path in texts for other, text in texts.items()
                if other != path and _imports(text, path, folder)}
    return [path for path in texts if path not in imported] or list(texts)


def forget(folder: str) -> None:
    """Modules of the submission are imported anew, with all that they keep."""
    inside = folder + os.sep
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(inside):
            del sys.modules[name]


def run(path: str) -> list[BaseException]:
    """Run one; what its statements raised."""
    module = ModuleType("__main__")
    module.__file__ = path
    sys.modules["__main__"], sys.argv = module, [path]
    try:
        with open(path, "rb") as file:
            body = ast.parse(file.read(), path).body
    except (SyntaxError, ValueError, RecursionError, OSError) as error:
        return [error]
    return _Running(module, path, body).all()


class _Running:
    """One script."""

    def __init__(self, module: ModuleType, path: str, body: Sequence[ast.stmt]) -> None:
        self._module, self._path, self._body = module, path, body
        self._flags, self._done = 0, set[int]()
        self._raised: list[BaseException] = []

    def all(self) -> list[BaseException]:
        """Every statement; what they raised."""
        for number in range(len(self._body)):
            if number in self._done:
                continue
            error = self._run(number)
            while isinstance(error, NameError) and self._defined_later(error, number):
                error = self._run(number)
            if isinstance(error, SystemExit):
                break
            if error is not None:
                self._raised.append(error)
        return self._raised

    def _run(self, number: int) -> BaseException | None:
        self._done.add(number)
        try:
            code = compile(
                ast.Module([self._body[number]], []), self._path, "exec", self._flags,
                dont_inherit=True)
            self._flags |= code.co_flags & _FUTURES
            exec(code, vars(self._module))
        except BaseException as error:
            return error
        return None

    def _defined_later(self, error: NameError, number: int) -> bool:
        """Whether a later statement defines the name, and has now been run."""
        for later in range(number + 1, len(self._body)):
            if later not in self._done and error.name in bindings.bound(self._body[later]):
                return self._run(later) is None
        return False


def _files(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one != PACKAGE and one[0] not in "._")
        for name in sorted(names):
            if name.endswith(".py") and not name.startswith((*SKIPPED, f"{PACKAGE}.")):
                yield os.path.join(place, name)


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def _imports(text: str, path: str, folder: str) -> bool:
    stem = os.path.splitext(os.path.basename(path))[0]
    return bool(re.search(rf"^\s*(from|import)\s[^#\n]*\b{re.escape(stem)}\b", text, re.MULTILINE))
