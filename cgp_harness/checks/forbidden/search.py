"""The first forbidden name that each of several functions and classes reaches."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from cgp_harness.checks.forbidden.files import Files
from cgp_harness.checks.forbidden.names import registering, tops
from cgp_harness.checks.forbidden.reach import Reach
from cgp_harness.checks.forbidden.scopes import Definition, Scope, given
from cgp_harness.checks.forbidden.seen import Use
from cgp_harness.checks.forbidden.values import Values
from cgp_harness.model import SourceFile

Root = tuple[str, int]
"""Where a function or a class begins: its file, and the line of its first decorator or its own."""


def search(
    texts: Sequence[SourceFile], forbidden: Sequence[str], roots: Sequence[Root]
) -> tuple[Use | None, ...]:
    """For each root the first use, by file and line, that it reaches.

    >>> text = b"import torch\\ndef rule(g):\\n    return torch.optim.Adam"
    >>> search([SourceFile("a.py", text)], ["torch.optim"], [("a.py", 2)])[0]
    Use(path='a.py', line=3, name='torch.optim.Adam')
    """
    files = Files(texts)
    values = Values(files, tops(forbidden))
    found = []
    for root in roots:
        reach = Reach(files, forbidden, values)
        _begin(reach, files, values, root)
        reach.run()
        found.append(min(reach.uses, default=None))
    return tuple(found)


def _begin(reach: Reach, files: Files, values: Values, root: Root) -> None:
    path, line = root
    scope = files.file(path)
    begun = _at(scope, line) if scope is not None else []
    for definition, outer in begun:
        reach.take(definition, outer.top.inner[id(definition)], outer)
        _as_registered(reach, values, definition, outer)
        _as_made(reach, files, outer)
    if not begun:  # made by exec, or its place is not what it says: all there is may be meant
        for one in [scope] if scope is not None else files.all():
            reach.everything(one)


def _at(scope: Scope, line: int) -> list[tuple[Definition, Scope]]:
    """What begins at the line; a class by its first method too, where Python knows no better."""
    found = list(scope.begins.get(line, ()))
    classes = []
    for definition, outer in found:
        around = outer.node
        if isinstance(around, ast.ClassDef) and outer.parent is not None and not getattr(
                definition, "decorator_list", ()):
            classes.append((around, outer.parent))
    return found + classes


def _as_registered(
    reach: Reach, values: Values, definition: Definition, outer: Scope
) -> None:
    """What is made of it before it is registered: `adam = optimizer(faster(_adam))`."""
    for calls in outer.top.calls.values():
        for call, scope in calls:
            called = call.func
            while isinstance(called, ast.Call):
                called = called.func
            if given(call) and values.of(called, scope).names & registering() and (
                    _mentions(call, definition)):
                reach.add(given(call), scope)


def _as_made(reach: Reach, files: Files, outer: Scope) -> None:
    """What the functions around it are given, which it has too."""
    around: Scope | None = outer
    while around is not None:
        name = getattr(around.node, "name", "")
        for module in files.all() if name else ():
            for call, scope in module.calls.get(name, ()):
                reach.add(given(call), scope)
        around = around.parent


def _mentions(call: ast.Call, definition: Definition) -> bool:
    name = getattr(definition, "name", "")
    return any(
        one is definition or (isinstance(one, ast.Name) and one.id == name)
        for argument in given(call) for one in ast.walk(argument))
