"""The module `ComputationalGraphPrimer` that old scripts import, made of the facade.

Scripts also lean on what a star import of the package's one file let through, `np` or `plt`; all of
that is here. torch and networkx are imported when they are first used: torch takes 1 to 2 s.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from cgp_reference.primer import ComputationalGraphPrimer, Exp

NAME = "ComputationalGraphPrimer"
MODULES = {
    "copy": "copy", "itertools": "itertools", "math": "math", "np": "numpy",
    "operator": "operator", "os": "os", "plt": "matplotlib.pyplot", "random": "random",
    "re": "re", "sys": "sys",
}
LATER = {"nx": "networkx", "torch": "torch"}


class Later(ModuleType):
    """A module that is imported when something of it is first used; then it acts as that module."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(import_module(self.__name__), name, value)

    def __dir__(self) -> list[str]:
        return dir(import_module(self.__name__))


def install(api: str, facade: type[Any] = ComputationalGraphPrimer) -> None:
    """Let every import of the package, in any form, find the facade, for the whole interpreter.

    A module that is already in `sys.modules` is taken before any file or installed package. The
    package is a package with a module of the same name; both hold the same things.

    Args:
        api: what `__version__` says.
        facade: what stands in for the class; a watched one, say.
    """
    names = _names(facade)
    for module in (ModuleType(NAME), ModuleType(f"{NAME}.{NAME}")):
        vars(module).update(names, __version__=api, __all__=sorted(names))
        package = module.__name__ == NAME
        module.__spec__ = ModuleSpec(module.__name__, None, is_package=package)
        module.__package__ = NAME
        if package:
            module.__path__ = []
        sys.modules[module.__name__] = module


def beside(folder: Path) -> Path | None:
    """A copy of the package in `folder`, which `python SCRIPT` would take and we do not."""
    for copy in (folder / f"{NAME}.py", folder / NAME / "__init__.py"):
        if copy.is_file():
            return copy
    return None


def _names(facade: type[Any]) -> dict[str, object]:
    from collections import deque

    modules = {name: import_module(module) for name, module in MODULES.items()}
    later = {name: Later(module) for name, module in LATER.items()}
    return {**modules, **later, NAME: facade, "Exp": Exp, "deque": deque}
