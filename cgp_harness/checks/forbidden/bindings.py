"""The names that a text binds, scope by scope, and what each of them is bound to.

No function here calls itself: a syntax tree may be as deep as Python's own compiler takes it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Literal

from cgp_harness.checks.forbidden.scopes import (
    COMPREHENSIONS,
    Bound,
    Definition,
    Scope,
    before,
    body,
    first_line,
    last_part,
    running,
)


def read(statements: Sequence[ast.stmt], scope: Scope) -> None:
    """Find everything that these statements bind, in this scope and in those inside it."""
    always = set(statements) if scope.kind == "module" else set()
    pending: list[tuple[ast.AST, Scope]] = [(one, scope) for one in reversed(statements)]
    while pending:
        node, here = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            if node in always and isinstance(node, ast.FunctionDef | ast.ClassDef):
                _forget_imports(node.name, here)
            inside = _defined(node, here)
            pending += [(one, inside) for one in reversed(body(node))]
            pending += [(one, here) for one in before(node)]
        elif isinstance(node, COMPREHENSIONS):
            inside = _scope("function", node, here)
            pending += [(one, inside) for one in ast.iter_child_nodes(node)]
        else:
            _bind(node, here)
            pending += [(one, here) for one in reversed(list(running(node, here)))]


def _scope(kind: Literal["function", "class"], node: ast.AST, outer: Scope) -> Scope:
    made = Scope(kind, outer.path, outer.module, outer.package, outer, node)
    outer.top.inner[id(node)] = made
    return made


def _defined(node: Definition, outer: Scope) -> Scope:
    inside = _scope("class" if isinstance(node, ast.ClassDef) else "function", node, outer)
    outer.top.begins.setdefault(first_line(node), []).append((node, outer))
    if not isinstance(node, ast.Lambda):
        outer.bind(node.name, Bound(inside, definition=node))
    if not isinstance(node, ast.ClassDef):
        given = node.args
        named = [*given.posonlyargs, *given.args]
        without = [None] * (len(named) - len(given.defaults))
        for one, default in [
            *zip(named, [*without, *given.defaults], strict=True),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
            *((one, None) for one in (given.vararg, given.kwarg) if one),
        ]:
            inside.bind(one.arg, Bound(outer, value=default, whole=True))
    return inside


def _forget_imports(name: str, here: Scope) -> None:
    """`from torch.optim import Adam`, and below it `class Adam(Optimizer)`: only that is meant."""
    here.names[name] = [one for one in here.names.get(name, ()) if not one.imported]


def _bind(node: ast.AST, here: Scope) -> None:
    match node:
        case ast.Import() | ast.ImportFrom():
            _import(node, here)
        case ast.Assign():
            for target in node.targets:
                _assign(target, node.value, here)
        case ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr() if node.value is not None:
            _assign(node.target, node.value, here)
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            _assign_part(node.target, node.iter, here)
        case ast.withitem() if node.optional_vars is not None:
            _assign_part(node.optional_vars, node.context_expr, here)
        case ast.Global():
            here.outside.update(dict.fromkeys(node.names, here.top))
        case ast.Nonlocal():
            here.outside.update({name: _owner(name, here) for name in node.names})
        case ast.Call():
            here.top.calls.setdefault(last_part(node.func), []).append((node, here))
            _fed(node, here)
        case _:
            for name, value in _named(node):
                here.bind(name, Bound(here, value=value))


def _import(node: ast.Import | ast.ImportFrom, here: Scope) -> None:
    if isinstance(node, ast.ImportFrom):
        _import_from(node, here)
        return
    for item in node.names:
        top = item.name.partition(".")[0]
        here.bind(item.asname or top, Bound(here, item.name if item.asname else top))


def _import_from(node: ast.ImportFrom, here: Scope) -> None:
    source = node.module or ""
    if node.level:
        above = here.package.split(".")
        kept = above[: len(above) - node.level + 1]
        source = ".".join(part for part in (*kept, source) if part)
    for item in node.names:
        if item.name == "*":
            here.stars.append(source)
        else:
            here.bind(item.asname or item.name, Bound(here, f"{source}.{item.name}"))


def _assign(target: ast.expr, value: ast.expr, here: Scope) -> None:
    pending = [(target, value)]
    while pending:
        one, what = pending.pop()
        if isinstance(one, ast.Name):
            here.bind(one.id, Bound(here, value=what, whole=True))
        elif (
            isinstance(one, ast.Tuple | ast.List) and isinstance(what, ast.Tuple | ast.List)
            and len(one.elts) == len(what.elts)
            and not any(isinstance(part, ast.Starred) for part in (*one.elts, *what.elts))
        ):
            pending += zip(one.elts, what.elts, strict=True)
        else:
            _assign_part(one, what, here)


def _assign_part(target: ast.expr, value: ast.expr, here: Scope) -> None:
    """Every name in a target gets a part of the value; `table["adam"] = …` feeds `table`."""
    pending = [target]
    while pending:
        one = pending.pop()
        if isinstance(one, ast.Name):
            here.bind(one.id, Bound(here, value=value))
        elif isinstance(one, ast.Tuple | ast.List):
            pending += one.elts
        elif isinstance(one, ast.Starred | ast.Attribute | ast.Subscript):
            pending.append(one.value)


def _fed(call: ast.Call, here: Scope) -> None:
    """`table.append(…)` feeds `table`."""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and (
            here.kind == "module" and call.func.value.id in here.names):
        for one in (*call.args, *(word.value for word in call.keywords)):
            here.bind(call.func.value.id, Bound(here, value=one))


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that `except … as` and the cases of a `match` bind."""
    if isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name, None
    if isinstance(node, ast.Match):
        for one in (part for case in node.cases for part in ast.walk(case.pattern)):
            name = getattr(one, "name", None) or getattr(one, "rest", None)
            if name:
                yield name, node.subject


def _owner(name: str, here: Scope) -> Scope:
    scope = here.parent
    while scope is not None and (scope.kind != "function" or name not in scope.names):
        scope = scope.parent
    return scope or here
