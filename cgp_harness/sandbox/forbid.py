"""The run-time part of an assignment's `forbid`, and the harness's one change to torch.

A check of the sources finds the honest cases; this one also finds `getattr` and `exec`. It can be
undone by code that looks for it: evidence, not proof.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.sandbox import patches

Patch = Callable[[ModuleType], None]
DERIVATIVES = ("backward", "grad")
"""Of `torch.autograd`: all that a tensor's own `backward` and `torch.autograd.functional` call."""


@dataclass
class Guard:
    """Refuses torch's derivatives, where they are forbidden.

    Attributes:
        up: whether the submission is being asked; while it is imported it may try itself out.
        own: what the worker itself differentiates just now.
    """

    up: bool = False
    own: object = None


GUARD = Guard()


def install(forbidden: Sequence[str]) -> None:
    """Refuse the forbidden modules from now on, and see to torch when it is imported."""
    patched: dict[str, Patch] = {"torch": _prepare_torch, **patches.PATCHES}
    # What torch holds, torch imports itself: of that only the sources tell who asked for it.
    refused = [name for name in forbidden if not name.startswith("torch.")]
    if "torch.optim" in forbidden:
        patched["torch.optim"] = _disarm_optimizers
    # `y.backward()` holds no name that the sources could be searched for.
    derivatives = [
        name for name in DERIVATIVES
        if {"torch.autograd", f"torch.autograd.{name}"} & set(forbidden)]
    if derivatives:
        patched["torch.autograd"] = functools.partial(_disarm_derivatives, derivatives)
    sys.meta_path.insert(0, _Gate(refused, patched))


class _Gate(MetaPathFinder):
    """Stands before all other finders: refuses some modules, patches some once they are there."""

    def __init__(self, refused: Sequence[str], patches: dict[str, Patch]) -> None:
        self._refused, self._patches = refused, patches

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        for refused in self._refused:
            if name == refused or name.startswith(refused + "."):
                raise PluginError(
                    f"the module {name} is not allowed here", fix=f"remove `import {name}`"
                )
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


def _disarm_optimizers(optim: ModuleType) -> None:
    """Make every ready-made optimizer of `torch.optim` raise; their base class stays usable."""
    for name, found in list(vars(optim).items()):
        ready_made: Any = found
        if not isinstance(found, type) or found is optim.Optimizer:
            continue
        if issubclass(found, optim.Optimizer):
            ready_made.step = _refusal(f"torch.optim.{name}")
            _disarm_function(found.__module__)


def _disarm_function(module: str) -> None:
    """The module torch.optim.adam has a function `adam` that does the same without the class."""
    function = module.rpartition(".")[2].lstrip("_")
    home = sys.modules[module]
    if callable(vars(home).get(function)):
        setattr(home, function, _refusal(f"{module}.{function}"))


def _refusal(name: str) -> Callable[..., Any]:
    def step(*_: object, **__: object) -> None:
        raise PluginError(f"{name} is not allowed here", fix="write the update yourself")

    return step


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


def _prepare_torch(torch: ModuleType) -> None:
    patches.of_torch(torch)
    # A pool of threads needs clone(), which the sandbox refuses: libgomp then ends the process.
    torch.set_num_threads(1)
    for name in ("set_num_threads", "set_num_interop_threads"):
        setattr(torch, name, lambda count: None)
