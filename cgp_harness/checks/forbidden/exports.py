"""What `from torch.optim import *` binds, read off the package's own files without importing it."""

from __future__ import annotations

import ast
import functools
import sys
from pathlib import Path

DEEPEST = 4
"""Star imports inside star imports: `torch.nn` takes its names from `torch.nn.modules`."""


@functools.cache
def exported(module: str, depth: int = 0) -> frozenset[str] | None:
    """The names that a module of an installed package gives away; None if that cannot be told.

    >>> exported("no_such_package.at_all") is None
    True
    """
    file = _file(module)
    if file is None or depth > DEEPEST:
        return None
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
                isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets):
            texts = [one for one in ast.walk(node.value) if isinstance(one, ast.Constant)]
            return frozenset(str(one.value) for one in texts)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= _imported(node, module, depth)
    return frozenset(name for name in names if not name.startswith("_"))


def _imported(node: ast.Import | ast.ImportFrom, module: str, depth: int) -> set[str]:
    names: set[str] = set()
    for item in node.names:
        if item.name != "*":
            names.add((item.asname or item.name).partition(".")[0])
        elif isinstance(node, ast.ImportFrom):
            source = f"{module}.{node.module}" if node.level else str(node.module)
            names |= exported(source, depth + 1) or set()
    return names


def _file(module: str) -> Path | None:
    parts = module.split(".")
    for folder in sys.path:
        place = Path(folder, *parts)
        for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if file.is_file():
                return file
    return None
