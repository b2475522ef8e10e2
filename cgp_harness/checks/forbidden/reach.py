"""What code reaches, from a function or a class on: all that it calls and uses, file by file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from cgp_harness.checks.forbidden.bindings import read
from cgp_harness.checks.forbidden.calls import text
from cgp_harness.checks.forbidden.files import Files
from cgp_harness.checks.forbidden.names import (
    CALLED,
    NOT_USING,
    PLAIN_BASES,
    is_forbidden,
    is_pythons,
    may_be_named,
    registering,
)
from cgp_harness.checks.forbidden.scopes import (
    COMPREHENSIONS,
    Bound,
    Definition,
    Scope,
    before,
    body,
    given,
    running,
)
from cgp_harness.checks.forbidden.seen import Key, Use
from cgp_harness.checks.forbidden.values import Values


class Reach:
    """One walk through a submission.

    Attributes:
        uses: the forbidden names that were met.
    """

    def __init__(self, files: Files, forbidden: Sequence[str], values: Values) -> None:
        self.uses: set[Use] = set()
        self._files, self._forbidden, self._values = files, forbidden, values
        self._pending: list[tuple[ast.AST, Scope]] = []
        self._met: set[Key | ast.AST] = set()
        self._named: set[str] = set()
        self._members: dict[str, list[Bound]] = {}
        self._excused: set[ast.AST] = set()

    def run(self) -> None:
        """Walk until there is nothing left that is new."""
        while self._pending:
            self._visit(*self._pending.pop())

    def everything(self, scope: Scope) -> None:
        """Take in all that a module defines."""
        for name in scope.names:
            self._take_key((scope, name))

    def add(self, parts: Iterable[ast.AST], scope: Scope) -> None:
        """Take in parts of a scope."""
        self._pending += [(one, scope) for one in parts]

    def take(self, definition: Definition, inside: Scope, outer: Scope) -> None:
        """Take in a function that may be called, or a class that may be made."""
        if definition in self._met:
            return
        self._met.add(definition)
        for one in before(definition):
            self._pending += [(part, outer) for part in self._without_registering(one, outer)]
        if not isinstance(definition, ast.ClassDef):
            self._pending += [(one, inside) for one in body(definition)]
            return
        foreign = any(self._is_foreign(one, outer) for one in definition.bases)
        for name, bounds in inside.names.items():
            if foreign or name in CALLED or name in self._named or is_pythons(name):
                self._take_bounds(bounds)
            else:
                self._members.setdefault(name, []).extend(bounds)
        self._pending += [
            (one, inside) for one in body(definition) if isinstance(one, ast.Expr)]

    def _without_registering(self, decorator: ast.expr, scope: Scope) -> list[ast.expr]:
        """`@optimizer` is not used: below it, the name may be torch's own optimizer."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not self._values.of(called, scope).names & registering():
            return [decorator]
        return given(decorator) if isinstance(decorator, ast.Call) else []

    def _is_foreign(self, base: ast.expr, scope: Scope) -> bool:
        """Whether a base class may call methods whose names are not known here."""
        while isinstance(base, ast.Subscript):
            base = base.value
        seen = self._values.of(base, scope)
        own = any(
            isinstance(bound.definition, ast.ClassDef)
            for owner, name in seen.keys for bound in owner.names.get(name, ()))
        name = getattr(base, "attr", "") or getattr(base, "id", "")
        return not own and name not in PLAIN_BASES

    def _take_key(self, key: Key) -> None:
        """Take in whatever a name of the submission is bound to."""
        if key in self._met:
            return
        for one in (key, *self._values.behind(key).keys):
            if one not in self._met:
                self._met.add(one)
                self._take_bounds(one[0].names.get(one[1], ()))

    def _take_bounds(self, bounds: Sequence[Bound]) -> None:
        for one in bounds:
            if one.definition is not None:
                outer = one.scope.parent
                assert outer is not None
                self.take(one.definition, one.scope, outer)
            elif one.value is not None:
                if one.whole:
                    self._excused.add(one.value)
                self._pending.append((one.value, one.scope))

    def _name_member(self, name: str) -> None:
        """An attribute is asked for: methods of that name are reached."""
        if name not in self._named:
            self._named.add(name)
            self._take_bounds(self._members.pop(name, ()))

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        inside = scope.top.inner.get(id(node), scope)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                # Made here; what is in it runs once its name is used.
                self._pending += [(one, scope) for one in before(node)]
            case ast.Lambda():
                self._pending += [(one, scope) for one in before(node)] + [(node.body, inside)]
            case ast.Attribute():
                self._visit_chain(node, scope)
            case ast.Name():
                if isinstance(node.ctx, ast.Load):
                    self._look_at(node, scope)
            case ast.Call():
                self._visit_call(node, scope)
            case _:
                if isinstance(node, ast.Subscript):
                    self._look_at(node, scope)
                self._excused.update(self._passed_on(node))
                where = inside if isinstance(node, COMPREHENSIONS) else scope
                self._pending += [(one, where) for one in running(node, scope)]

    def _visit_chain(self, node: ast.Attribute, scope: Scope) -> None:
        self._look_at(node, scope)
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            self._name_member(base.attr)
            base = base.value
        if not isinstance(base, ast.Name):
            self._excused.add(base)
            self._pending.append((base, scope))

    def _passed_on(self, node: ast.AST) -> list[ast.expr]:
        """Parts that do nothing with their value yet: `o = torch.optim` may want the base class."""
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.Expr):
            return [node.value] if node.value is not None else []
        if isinstance(node, ast.IfExp) and node in self._excused:
            return [node.body, node.orelse]
        return node.values if isinstance(node, ast.BoolOp) and node in self._excused else []

    def _visit_call(self, node: ast.Call, scope: Scope) -> None:
        called = self._values.of(node.func, scope).names
        texts = [text(one, scope, self._values) for one in node.args[:2]]
        for one in texts:
            if one and one.isidentifier():  # getattr(o, "step"), methodcaller("step")
                self._name_member(one)
        self._excused.update(node.args[:1] if called & NOT_USING else ())
        if called & {"builtins.eval", "builtins.exec"} and texts and texts[0]:
            self._run_text(texts[0], node, scope)
        self._look_at(node, scope)
        self._pending += [(part, scope) for part in (node.func, *given(node))]

    def _run_text(self, code: str, node: ast.Call, scope: Scope) -> None:
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        for one in ast.walk(tree):
            if hasattr(one, "lineno"):
                vars(one)["lineno"] = node.lineno
        inside = Scope("function", scope.path, scope.module, scope.package, scope, tree)
        read(tree.body, inside)
        self._pending += [(one, inside) for one in tree.body]

    def _look_at(self, node: ast.expr, scope: Scope) -> None:
        seen = self._values.of(node, scope)
        for name in seen.names:
            if is_forbidden(name, self._forbidden) or (
                    may_be_named(name) and name in self._forbidden and node not in self._excused):
                self.uses.add(Use(scope.path, node.lineno, name))
        for key in seen.keys:
            self._take_key(key)
