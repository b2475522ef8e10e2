"""Modules that documents named under another path: instructors' plugins find them there still."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType

MOVED = {
    "cgp_harness.specifications": "cgp_harness.kinds.autograd_function.specifications",
    "cgp_harness.specifications.specification":
        "cgp_harness.kinds.autograd_function.specifications.specification",
    "cgp_harness.checks.probes": "cgp_harness.kinds.optimizer.probes.probes",
    "cgp_harness.checks.rules": "cgp_harness.kinds.optimizer.probes",
    "cgp_harness.checks.rules.probes": "cgp_harness.kinds.optimizer.probes.probes",
}
"""Old path -> new one."""


class _AtNewPath(importlib.abc.Loader):
    def __init__(self, path: str) -> None:
        self._path = path

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        del spec
        module = importlib.import_module(self._path)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # importing it once more has put another there


class _Moved(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if name not in MOVED:
            return None
        return importlib.util.spec_from_loader(name, _AtNewPath(MOVED[name]))


def keep_old_paths() -> None:
    """From now on what was moved is found at its old path too, as the very same module."""
    if not any(isinstance(one, _Moved) for one in sys.meta_path):
        sys.meta_path.insert(0, _Moved())  # else the folder is searched, for a second copy
