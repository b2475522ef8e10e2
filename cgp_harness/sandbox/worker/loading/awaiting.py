"""`await` at the top of a notebook's cell, as Jupyter runs it. Runs in the worker."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
from types import CodeType
from typing import Any

ALLOWED = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
"""A flag of `compile`."""


def run(code: CodeType, names: dict[str, Any]) -> None:
    """Run the code of a module."""
    if code.co_flags & inspect.CO_COROUTINE:
        _loop().run(eval(code, names))
    else:
        exec(code, names)


@functools.cache
def _loop() -> Any:
    """One for all cells; asyncio takes 50 ms, for which a file without `await` need not wait."""
    return importlib.import_module("cgp_harness.sandbox.worker.loading.clock").ClockLoop()
