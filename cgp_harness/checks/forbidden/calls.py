"""What calls and indices give back that reach for a module by its name, or for an attribute."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Protocol

from cgp_harness.checks.forbidden.scopes import Scope
from cgp_harness.checks.forbidden.seen import DICT, NOTHING, UNKNOWN, Key, Seen

MOST_PARTS = 20
"""Constants that a text is put together from; more of it is no homework."""
GETTER = "operator.attrgetter()"
ITEMS = ("get", "pop", "__getitem__")


class Values(Protocol):
    """What expressions may be: what of `values.Values` is needed here."""

    def attribute(self, seen: Seen, name: str) -> Seen:
        """An attribute of it."""
        ...

    def key(self, name: str, scope: Scope) -> Key | None:
        """Where a name is bound."""
        ...

    def named(self, dotted: str) -> Seen:
        """What is called so."""
        ...

    def of(self, node: ast.expr, scope: Scope) -> Seen:
        """What an expression may be."""
        ...


def given_back(node: ast.Call | ast.Subscript, scope: Scope, values: Values) -> Seen:
    """What a call gives back, or what stands at an index."""
    if isinstance(node, ast.Subscript):
        return _item(values.of(node.value, scope), node.slice, scope, values)
    called = values.of(node.func, scope)
    found = [Seen(keys=called.keys)]
    if node.args:
        found += [_of_known(name, node, scope, values) for name in called.names]
    if "builtins.globals" in called.names:
        found.append(Seen(frozenset({f".{scope.module}{DICT}"})))
    return Seen.either(found)


def text(node: ast.expr, scope: Scope, values: Values, left: int = MOST_PARTS) -> str | None:
    """The text that an expression is, if it is put together from constants."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    elif isinstance(node, ast.JoinedStr):
        parts = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
    elif isinstance(node, ast.Name) and (key := values.key(node.id, scope)):
        bound = key[0].names.get(key[1], [])
        parts = [one.value for one in bound if one.value is not None and one.whole]
        parts = parts if len(bound) == len(parts) == 1 else []
        scope = bound[0].scope if bound else scope
    if not parts or len(parts) > left:
        return None
    texts = [text(one, scope, values, left - len(parts)) for one in parts]
    return None if None in texts else "".join(filter(None, texts))


def _item(seen: Seen, index: ast.expr, scope: Scope, values: Values) -> Seen:
    """`sys.modules["torch.optim"]`, `vars(torch)["optim"]`."""
    name, found = text(index, scope, values), [Seen(keys=seen.keys)]
    for one in seen.names:
        if one == "sys.modules":
            found.append(values.named(name) if name else NOTHING)
        elif one.endswith(DICT):
            owner = Seen(frozenset({one.removesuffix(DICT)}))
            found.append(values.attribute(owner, name or UNKNOWN))
    return Seen.either(found)


def _of_known(name: str, node: ast.Call, scope: Scope, values: Values) -> Seen:
    known = KNOWN.get(name)
    if known is not None:
        return known(node, scope, values)
    if name.startswith(GETTER):
        found = values.of(node.args[0], scope)
        for part in name.removeprefix(GETTER).split("."):
            found = values.attribute(found, part)
        return found
    owner, _, method = name.rpartition(".")
    if method in ITEMS:
        return _item(Seen(frozenset({owner})), node.args[0], scope, values)
    if method == "__getattribute__":
        attribute = text(node.args[0], scope, values)
        return values.attribute(Seen(frozenset({owner})), attribute or UNKNOWN)
    return NOTHING


def _imported(node: ast.Call, scope: Scope, values: Values) -> Seen:
    name = text(node.args[0], scope, values)
    return values.named(name) if name else NOTHING


def _imported_top(node: ast.Call, scope: Scope, values: Values) -> Seen:
    """`__import__("torch.optim")` gives torch, unless it is told what to take from it."""
    if len(node.args) > 3 or any(word.arg == "fromlist" for word in node.keywords):
        return _imported(node, scope, values)
    name = text(node.args[0], scope, values)
    return values.named(name.partition(".")[0]) if name else NOTHING


def _getattr(node: ast.Call, scope: Scope, values: Values) -> Seen:
    if len(node.args) < 2:
        return NOTHING
    name = text(node.args[1], scope, values)
    return values.attribute(values.of(node.args[0], scope), name or UNKNOWN)


def _vars(node: ast.Call, scope: Scope, values: Values) -> Seen:
    return values.attribute(values.of(node.args[0], scope), "__dict__")


def _getter(node: ast.Call, scope: Scope, values: Values) -> Seen:
    name = text(node.args[0], scope, values)
    return Seen(frozenset({f"{GETTER}{name}"})) if name else NOTHING


KNOWN: dict[str, Callable[[ast.Call, Scope, Values], Seen]] = {
    "importlib.import_module": _imported, "importlib.__import__": _imported_top,
    "builtins.__import__": _imported_top, "builtins.getattr": _getattr, "builtins.vars": _vars,
    "operator.attrgetter": _getter,
}
"""Function -> what it gives back."""
