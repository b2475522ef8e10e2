"""The files of a submission as modules, under the names that imports use; read when wanted."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from cgp_harness import peak_memory
from cgp_harness.checks.forbidden.bindings import read
from cgp_harness.checks.forbidden.scopes import Scope
from cgp_harness.model import SourceFile

FOREIGN = sys.stdlib_module_names | {"cgp_harness", "matplotlib", "numpy", "torch"}
"""What a submission's own file of that name cannot stand in for: it is searched first."""
STACK_MIB = 200
"""Python takes 20; its parser refuses what is nested too deep long before it has taken so much."""


class Files:
    """The modules of a submission."""

    def __init__(self, texts: Sequence[SourceFile]) -> None:
        self._texts = {one.path: one for one in texts if one.path.endswith(".py")}
        self._read: dict[str, Scope] = {}
        self._paths: dict[str, str] = {}
        self._packages = {""}
        for path in self._texts:
            for name in {_module(path), _module(path.removeprefix("src/"))}:
                if name.partition(".")[0] not in FOREIGN:
                    self._paths.setdefault(name, path)
                    parts = name.split(".")
                    self._packages |= {".".join(parts[:count]) for count in range(len(parts) + 1)}

    def holds(self, name: str) -> bool:
        """Whether a dotted name is a module or a folder of the submission."""
        return bool(name) and name in self._packages

    def module(self, name: str) -> Scope | None:
        """The module of this dotted name."""
        path = self._paths.get(name)
        return None if path is None else self.file(path)

    def file(self, path: str) -> Scope | None:
        """The file at this path."""
        if path not in self._texts:
            return None
        if path not in self._read:
            self._read[path] = _scope(self._texts[path])
        return self._read[path]

    def all(self) -> list[Scope]:
        """Every file."""
        return [found for path in self._texts if (found := self.file(path)) is not None]


def _scope(text: SourceFile) -> Scope:
    name = _module(text.path)
    package = name if text.path.endswith("/__init__.py") else name.rpartition(".")[0]
    scope = Scope("module", text.path, name, package, notebook=bool(text.cells))
    for tree in trees(text):
        read(tree.body, scope)
    return scope


def trees(text: SourceFile) -> Iterator[ast.Module]:
    """What can be read of a file: all of it, or some cells of a notebook."""
    for piece in _pieces(text):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the student's invalid escapes are not ours
                tree = ast.parse(piece)
        except (SyntaxError, ValueError, RecursionError):
            continue  # Python cannot run it either, and `loads` says so
        except MemoryError:
            if peak_memory.own_mib() > STACK_MIB:
                raise
            continue  # the parser's own stack, as in 10,000 minus signs
        yield tree


def _pieces(text: SourceFile) -> Sequence[bytes]:
    """The whole file; of a notebook its cells, with as many lines above as there are."""
    if not text.cells:
        return [text.content]
    lines = text.content.split(b"\n")
    ends = (*text.cells[1:], len(lines) + 1)
    return [
        b"\n" * heading + b"\n".join(lines[heading:following - 1])
        for heading, following in zip(text.cells, ends, strict=True)]


def _module(path: str) -> str:
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)
