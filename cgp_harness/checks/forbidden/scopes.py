"""Scopes and the names in them; and what of a syntax tree runs.

Whatever the grader never runs is left out: `if TYPE_CHECKING` and, but in a notebook,
`if __name__ == "__main__"`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Definition = Function | ast.ClassDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, eq=False)
class Bound:
    """One thing that a name is bound to.

    Attributes:
        imported: dotted name of what an import brought.
        value: the expression that it comes from.
        whole: whether it is that expression itself, not a part of its value.
        definition: the function or class.
        scope: where the expression is evaluated; of a definition, what is inside it.
    """

    scope: Scope
    imported: str = ""
    value: ast.expr | None = None
    whole: bool = False
    definition: Definition | None = None


@dataclass(eq=False)
class Scope:
    """A module, a function, a class or a comprehension.

    Attributes:
        module: its dotted name.
        names: what each name is bound to here.
        outside: names that are declared `global` or `nonlocal` -> where they live.
        stars: modules of which everything is imported.
        calls: of a module: every call in it and where, by the last part of what is called.
        begins: of a module: the definitions by their first line, decorators included.
        notebook: of a module: whether its name is `__main__` when it runs.
    """

    kind: Literal["module", "function", "class"]
    path: str
    module: str
    package: str
    parent: Scope | None = None
    node: ast.AST | None = None
    names: dict[str, list[Bound]] = field(default_factory=dict)
    outside: dict[str, Scope] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    inner: dict[int, Scope] = field(default_factory=dict)
    calls: dict[str, list[tuple[ast.Call, Scope]]] = field(default_factory=dict)
    begins: dict[int, list[tuple[Definition, Scope]]] = field(default_factory=dict)
    notebook: bool = False

    @property
    def top(self) -> Scope:
        """The module around it."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def bind(self, name: str, bound: Bound) -> None:
        """Bind a name, where it lives."""
        self.outside.get(name, self).names.setdefault(name, []).append(bound)


def running(node: ast.AST, scope: Scope) -> Iterator[ast.AST]:
    """The parts of a node that run: without annotations, and without what is never entered."""
    if isinstance(node, ast.If | ast.IfExp) and (
            never := _never(node.test, main=scope.top.notebook)):
        yield from _listed(node.orelse if never == "body" else node.body)
    elif isinstance(node, ast.AnnAssign):
        yield from (one for one in (node.target, node.value) if one is not None)
    else:
        yield from ast.iter_child_nodes(node)


def body(node: Definition) -> Sequence[ast.AST]:
    """What runs when it is called; of a class, when it is made."""
    return [node.body] if isinstance(node, ast.Lambda) else node.body


def before(node: Definition) -> list[ast.expr]:
    """What runs where it is defined: decorators, defaults, base classes."""
    found: list[ast.expr] = [*getattr(node, "decorator_list", ())]
    if isinstance(node, ast.ClassDef):
        return found + node.bases + [one.value for one in node.keywords]
    return found + node.args.defaults + [one for one in node.args.kw_defaults if one is not None]


def first_line(node: Definition) -> int:
    """The line that Python says a function or a class begins at."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def last_part(called: ast.expr) -> str:
    """The last part of what is called: `step` of `o.step(…)`, `make` of `make(…)(…)`."""
    while isinstance(called, ast.Call):
        called = called.func
    return getattr(called, "attr", "") or getattr(called, "id", "")


def given(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call."""
    return [*call.args, *(word.value for word in call.keywords)]


def _never(test: ast.expr, *, main: bool) -> Literal["", "body", "orelse"]:
    """Which branch of a test the grader never enters; `main`: whether the module is `__main__`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, inverted = test.operand, True
    else:
        inverted = False
    tests = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    if inverted and len(tests) > 1:
        return ""
    for one in tests:
        if (side := _side(one, main=main)) and (side == "body" or len(tests) == 1):
            return side if not inverted else "orelse" if side == "body" else "body"
    return ""


def _side(test: ast.expr, *, main: bool) -> Literal["", "body", "orelse"]:
    name = getattr(test, "attr", "") or getattr(test, "id", "")
    if name == "TYPE_CHECKING" or (isinstance(test, ast.Constant) and not test.value):
        return "body"
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return ""
    sides = (test.left, test.comparators[0])
    named = any(isinstance(one, ast.Name) and one.id == "__name__" for one in sides)
    asked = any(isinstance(one, ast.Constant) and one.value == "__main__" for one in sides)
    if not (named and asked and isinstance(test.ops[0], ast.Eq | ast.NotEq)):
        return ""
    return "orelse" if isinstance(test.ops[0], ast.Eq) is main else "body"


def _listed(branch: Sequence[ast.stmt] | ast.expr) -> Sequence[ast.AST]:
    return [branch] if isinstance(branch, ast.expr) else branch
