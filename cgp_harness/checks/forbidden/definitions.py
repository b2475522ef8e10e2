"""The functions and classes at the margin of files, read off the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from cgp_harness.checks.forbidden.files import trees
from cgp_harness.checks.forbidden.scopes import last_part
from cgp_harness.model import SourceFile


class Definition(NamedTuple):
    """What it is, what it is called, where it stands, and the names of what stands above it."""

    noun: str
    name: str
    path: str
    line: int
    decorators: tuple[str, ...]


def definitions(texts: Sequence[SourceFile]) -> list[Definition]:
    """Each of them, file by file.

    >>> definitions([SourceFile("a.py", b"@cgp.optimizer(v=0)\\ndef sgd(g): ...")])
    [Definition(noun='function', name='sgd', path='a.py', line=2, decorators=('optimizer',))]
    """
    return [
        Definition(
            "class" if isinstance(node, ast.ClassDef) else "function", node.name, text.path,
            node.lineno, tuple(last_part(one) for one in node.decorator_list))
        for text in texts if text.path.endswith(".py") for tree in trees(text)
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
