"""Which dotted name an expression stands for: `o.Adam` after `import torch.optim as o`.

Followed through imports, assignments and other files; `calls.py` knows what some calls give back.
What only running it would tell stays unknown: it is refused while it runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from cgp_harness.checks.forbidden import calls
from cgp_harness.checks.forbidden.exports import exported
from cgp_harness.checks.forbidden.files import FOREIGN, Files
from cgp_harness.checks.forbidden.scopes import Bound, Scope
from cgp_harness.checks.forbidden.seen import DICT, NOTHING, Key, Seen

MOST_ALIASES = 50
"""`a1 = a0`, `a2 = a1` and so on, followed at once; what stands behind is reached all the same."""
_BASICS = frozenset({"builtins", "cgp_harness", "importlib", "operator", "sys"})


class Values:
    """Evaluates expressions of one submission.

    Args:
        tops: the packages that matter; names of others are not followed.
    """

    def __init__(self, files: Files, tops: Iterable[str]) -> None:
        self._files = files
        self._tops = {*tops} | _BASICS
        self._seen: dict[ast.AST, Seen] = {}
        self._bound: dict[Key, Seen] = {}
        self._aliases = 0

    def of(self, node: ast.expr, scope: Scope) -> Seen:
        """What an expression of this scope stands for."""
        if node not in self._seen:
            self._seen[node] = NOTHING  # what needs itself
            self._seen[node] = self._of(node, scope)
        return self._seen[node]

    def key(self, name: str, scope: Scope) -> Key | None:
        """Where a name of the submission is bound, as Python looks it up."""
        here: Scope | None = scope
        while here is not None:
            if here is scope or here.kind != "class":
                owner = here.outside.get(name, here)
                if name in owner.names:
                    return owner, name
            if here.kind == "module":
                for star in here.stars:
                    module = self._files.module(star)
                    if module is not None and module is not here and name in module.names:
                        return module, name
            here = here.parent
        return None

    def behind(self, key: Key) -> Seen:
        """What a name of the submission stands for."""
        if key not in self._bound:
            if self._aliases == MOST_ALIASES:
                return NOTHING
            self._bound[key] = NOTHING
            self._aliases += 1
            self._bound[key] = Seen.either(
                self._of_bound(bound) for bound in key[0].names.get(key[1], ()))
            self._aliases -= 1
        return self._bound[key]

    def _of_bound(self, bound: Bound) -> Seen:
        if bound.imported:
            return self.named(bound.imported)
        if bound.value is not None and bound.whole:
            return self.of(bound.value, bound.scope)
        return NOTHING

    def named(self, dotted: str) -> Seen:
        """What an import of this dotted name brings."""
        top, _, rest = dotted.partition(".")
        found = self._module(top)
        for part in rest.split(".") if rest else ():
            found = self.attribute(found, part)
        return found

    def _module(self, name: str) -> Seen:
        if name not in FOREIGN and self._files.holds(name):
            return Seen(frozenset({f".{name}"}))
        return Seen(frozenset({name})) if name in self._tops else NOTHING

    def attribute(self, seen: Seen, name: str) -> Seen:
        """What an attribute of it stands for."""
        return Seen.either([Seen(keys=seen.keys), *(
            self._of_own(one.removesuffix(DICT)[1:], name)
            if one.startswith(".") and name != "__dict__" else Seen(frozenset({f"{one}.{name}"}))
            for one in seen.names)])

    def _of_own(self, module: str, name: str) -> Seen:
        inner = f"{module}.{name}"
        found = [Seen(frozenset({f".{inner}"}))] if self._files.holds(inner) else []
        scope = self._files.module(module)
        if scope is not None and (key := self.key(name, scope)):
            found += [Seen(keys=(key,)), self.behind(key)]
        elif scope is not None:
            found.append(self._starred(name, scope))
        return Seen.either(found)

    def _of(self, node: ast.expr, scope: Scope) -> Seen:
        match node:
            case ast.Name():
                return self._of_name(node.id, scope)
            case ast.Attribute():
                return self._of_chain(node, scope)
            case ast.Call() | ast.Subscript():
                return calls.given_back(node, scope, self)
            case ast.NamedExpr():
                return self.of(node.value, scope)
        parts: list[ast.expr] = []
        if isinstance(node, ast.IfExp):
            parts = [node.body, node.orelse]
        elif isinstance(node, ast.BoolOp):
            parts = node.values
        return Seen.either(self.of(one, scope) for one in parts)

    def _of_name(self, name: str, scope: Scope) -> Seen:
        key = self.key(name, scope)
        if key is not None:
            return Seen.either([Seen(keys=(key,)), self.behind(key)])
        found = self._starred(name, scope.top)
        return found if found.names else Seen(frozenset({f"builtins.{name}"}))

    def _starred(self, name: str, module: Scope) -> Seen:
        """What `from torch.optim import *` brought under a name."""
        return Seen.either(
            self.attribute(self.named(star), name) for star in module.stars
            if star.partition(".")[0] in self._tops
            and _gives(star, name, alone=len(module.stars) == 1))

    def _of_chain(self, node: ast.Attribute, scope: Scope) -> Seen:
        parts, base = [node.attr], node.value
        while isinstance(base, ast.Attribute):
            parts.append(base.attr)
            base = base.value
        found = self.of(base, scope)
        for part in reversed(parts):
            if not found.names:
                break
            found = self.attribute(found, part)
        return found


def _gives(module: str, name: str, *, alone: bool) -> bool:
    names = exported(module)
    return alone if names is None else name in names
