"""A class attribute whose module is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Lazy:
    """`name = Lazy("package.module:Thing")` in a class: `Thing`, without importing it before.

    AutogradCustomization is a torch module, and torch takes 1 to 2 s to import.
    """

    def __init__(self, place: str) -> None:
        self._module, self._name = place.split(":")

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return getattr(import_module(self._module), self._name)
