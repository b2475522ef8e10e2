"""Packages that a solution imports, and that submissions may then import too."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from cgp_harness.installed import kinds

ALWAYS = ("numpy", "torch", "matplotlib", "cgp_harness", "cgp_reference")
"""What every submission may import."""


def packages(text: str) -> list[str]:
    """The distributions that a file's imports are from, as pip names them.

    >>> packages("import os, numpy.linalg\\ndef f():\\n    from click.testing import CliRunner")
    ['click']
    """
    free = {*ALWAYS, *sys.stdlib_module_names, *(
        kind.package.partition(".")[0] for kind in kinds().values())}
    found = [name for name in imported(text) if name not in free]
    known = packages_distributions() if found else {}       # reads what every one installed
    return list(dict.fromkeys(known[name][0] for name in found if name in known))


def imported(text: str) -> Iterator[str]:
    """The first part of the name of each module that a file imports."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
