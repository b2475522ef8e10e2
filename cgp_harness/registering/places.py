"""Where a function or a class stands, for messages.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


def where_is(function: Callable[..., Any]) -> str:
    """File and line of a function; with decorators, of the first of these."""
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def where_is_class(decorated: type[Any]) -> str:
    """File and line of a class; the file alone if its source cannot be read."""
    try:
        file, line = inspect.getsourcefile(decorated), inspect.getsourcelines(decorated)[1]
    except SyntaxError:  # of another cell of the notebook: the line of the first method, then
        functions = [one for one in vars(decorated).values() if inspect.isfunction(one)]
        codes = [one.__code__ for one in functions if one.__module__ == decorated.__module__]
        first = min(codes, key=lambda code: code.co_firstlineno, default=None)
        return f"{first.co_filename}:{first.co_firstlineno}" if first else decorated.__module__
    except (OSError, TypeError):
        return str(getattr(inspect.getmodule(decorated), "__file__", None) or decorated.__module__)
    return f"{file}:{line}"
