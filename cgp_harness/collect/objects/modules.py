"""Modules of one's own that a submission of some statements would not bring along."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from pathlib import Path

from cgp_harness.collect.objects.statements import Statement
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds


def refuse_own_modules(statements: Sequence[Statement]) -> None:
    """See to it that nothing is imported that lies beside the text, or in the working folder.

    Raises:
        HarnessError: something is.
    """
    given = {"cgp_harness", "cgp_reference", *(
        kind.package.partition(".")[0] for kind in kinds().values())}
    for one in statements:
        beside = {Path.cwd(), Path(one.text.file).absolute().parent}
        for node in ast.walk(one.node):
            for name in _imported(node):
                top = name.partition(".")[0]
                if not top or (top not in given and beside & _folders(top)):
                    raise HarnessError(
                        f"the module {name} is needed, which is no package that is installed",
                        where=one.text.place(getattr(node, "lineno", one.first_line)),
                        expected="what the objects use, in the file or the cells that they are of",
                        fix="pass the path of the folder that holds both files")


def _imported(node: ast.AST) -> list[str]:
    """Names of modules; those of the text's own package begin with a dot."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return []


def _folders(top: str) -> set[Path]:
    """Where a module or a package lies."""
    module = sys.modules.get(top)
    places = [*getattr(module, "__path__", ())] or [getattr(module, "__file__", None)]
    return {Path(place).absolute().parent for place in places if place}
