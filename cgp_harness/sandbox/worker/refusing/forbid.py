"""The run-time part of an assignment's `forbid`, and the harness's one change to torch.

A check of the sources finds the honest cases; this one also finds what only running it tells. It
can be undone by code that looks for it: evidence, not proof. Like that check it minds only what is
asked of a submission: while it is imported, a comparison with torch may run.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.sandbox.worker.refusing import patches, ready_made
from cgp_harness.sandbox.worker.refusing.guard import GUARD
from cgp_harness.sandbox.worker.refusing.refusals import Refused

Patch = Callable[[ModuleType], None]
COMPILED = ("torch.distributed.optim",)
"""Optimizers that torch compiles when they are imported; not while the guard is up."""
DERIVATIVES = ("backward", "grad")
"""Of `torch.autograd`: all that a tensor's own `backward` and `torch.autograd.functional` call."""


def install(forbidden: Sequence[str]) -> None:
    """Refuse the forbidden modules from now on, and see to torch when it is imported."""
    optimizers = "torch.optim" in forbidden
    patched: dict[str, Patch] = {
        "torch": functools.partial(_prepare_torch, optimizers), **patches.PATCHES}
    # What torch holds, torch imports itself: of that only the sources tell who asked for it.
    refused = [name for name in forbidden if not name.startswith("torch.")]
    if optimizers:
        patched["torch.optim"] = ready_made.disarm
    # `y.backward()` holds no name that the sources could be searched for.
    derivatives = [
        name for name in DERIVATIVES
        if {"torch.autograd", f"torch.autograd.{name}"} & set(forbidden)]
    if derivatives:
        patched["torch.autograd"] = functools.partial(_disarm_derivatives, derivatives)
    sys.meta_path.insert(0, _Gate(refused, COMPILED if optimizers else (), patched))


class RefusedModuleError(Refused, ImportError):
    """An import that is passed over: a rule that needs it finds nothing under its name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.what, self._name = f"the module {name} is not allowed here", name

    @property
    def fix(self) -> str:
        """What to do about it."""
        return f"remove `import {self._name}`"


class _Gate(MetaPathFinder):
    """Stands before all other finders: refuses some modules, patches some once they are there."""

    def __init__(
        self, refused: Sequence[str], while_asked: Sequence[str], patches: dict[str, Patch]
    ) -> None:
        self._refused, self._while_asked, self._patches = refused, while_asked, patches

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        refused = self._refused if not GUARD.up else (*self._refused, *self._while_asked)
        if any(name == one or name.startswith(f"{one}.") for one in refused):
            raise RefusedModuleError(name)
        if name not in self._patches:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _PatchingLoader(name, spec.loader.path, self._patches[name])
        return spec


class _PatchingLoader(SourceFileLoader):
    """Loads a module as ever, then changes it."""

    def __init__(self, name: str, path: str, patch: Patch) -> None:
        super().__init__(name, path)
        self._patch = patch

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        self._patch(module)


def _disarm_derivatives(names: Sequence[str], autograd: ModuleType) -> None:
    for name in names:
        setattr(autograd, name, _guarded(name, vars(autograd)[name]))


def _guarded(name: str, ready_made: Callable[..., Any]) -> Callable[..., Any]:
    called = "y.backward()" if name == "backward" else "torch.autograd.grad()"

    @functools.wraps(ready_made)
    def derivative(outputs: Any, *arguments: Any, **options: Any) -> Any:
        # With a default device torch calls this once more from within, with a tuple.
        alone = outputs[0] if isinstance(outputs, tuple) and len(outputs) == 1 else outputs
        if GUARD.up and alone is not GUARD.own:
            raise PluginError(
                f"{called} is called, by which torch finds the derivative",
                expected="the derivative written out", fix=f"remove the call of {called}")
        return ready_made(outputs, *arguments, **options)

    return derivative


def _prepare_torch(optimizers: bool, torch: ModuleType) -> None:
    patches.of_torch(torch)
    if optimizers:
        ready_made.disarm_fused(torch)
    # A pool of threads needs clone(), which the sandbox refuses: libgomp then ends the process.
    torch.set_num_threads(1)
    for name in ("set_num_threads", "set_num_interop_threads"):
        setattr(torch, name, lambda count: None)
