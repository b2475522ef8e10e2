"""The optimizers that torch has ready, made to raise; their base class stays usable."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.sandbox.worker.refusing.guard import GUARD

FUSED = ("_fused_adam_", "_fused_adamw_", "_fused_adagrad_", "_fused_sgd_")
"""Operators that are a whole optimizer; torch offers each under five names."""
KEPT: list[Any] = []
"""A library's operators are gone with it."""


def disarm(optim: ModuleType) -> None:
    """Make every optimizer of `torch.optim` raise, and the functions that do the same."""
    for name, found in list(vars(optim).items()):
        ready: Any = found
        if isinstance(found, type) and found is not optim.Optimizer and (
                issubclass(found, optim.Optimizer)):
            ready.step = _guarded(f"torch.optim.{name}", ready.step)
    homes = [home for name, home in list(sys.modules.items())
             if name.startswith(f"{optim.__name__}.") and home is not None]
    guarded = {
        id(function): _guarded(f"{function.__module__}.{function.__name__}", function)
        for home in homes for function in _steps(home)}
    # Replaced and not changed: importing torch.distributed.optim compiles what stands there.
    GUARD.replaced += [
        (vars(home), name, guarded[id(found)], found)
        for home in homes for name, found in vars(home).items() if id(found) in guarded]


def disarm_fused(torch: ModuleType) -> None:
    """Make the fused operators raise, by whichever of their names they are called."""
    if not hasattr(torch, "library"):
        return
    library = torch.library.Library("aten", "IMPL")
    KEPT.append(library)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is one already
        for name in FUSED:
            packet = getattr(torch.ops.aten, name, None)
            for overload in packet.overloads() if packet is not None else ():
                full = name if overload == "default" else f"{name}.{overload}"
                for device in ("CPU", "CUDA"):
                    library.impl(full, _refusing(f"torch.{name}"), device)


def _steps(home: ModuleType) -> Iterator[FunctionType]:
    """The module torch.optim.adam has functions that do the same without the class."""
    stem = home.__name__.rpartition(".")[2].lstrip("_")
    for name, found in vars(home).items():
        if isinstance(found, FunctionType) and found.__module__ == home.__name__ and (
                name == stem or name.endswith(f"_{stem}")):
            yield found


def _guarded(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    refuse = _refusing(name)

    @functools.wraps(step)
    def guarded(*arguments: Any, **options: Any) -> Any:
        return refuse() if GUARD.up else step(*arguments, **options)

    return guarded


def _refusing(name: str) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> None:
        raise PluginError(f"{name} is not allowed here", fix="write the update yourself")

    return refuse
