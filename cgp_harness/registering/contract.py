"""How a file of a submission registers a kind of thing: the worker's and the grader's common part.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from cgp_harness.errors import PluginError


@dataclass(frozen=True)
class Registered:
    """What is registered as a kind of thing under a name; `where` it stands.

    `undeclared`: by what it looks like alone; what says itself what it is comes before it.
    """

    kind: str
    name: str
    target: Any
    where: str
    undeclared: bool = False


class UndeclaredError(PluginError):
    """What only looks like a thing that is asked for cannot be it.

    Attributes:
        name: what is asked for; if that is registered elsewhere, this is nobody's mistake.
    """

    name = ""


@dataclass(frozen=True)
class Contract:
    """One kind of thing.

    Args:
        kind: what the decorator is called, and `kind` in an `assignment.toml`.
        noun: as people say it: `rule`, `autograd function`.
        above: what the decorator stands above, `a function` or `a class`.
        hook: which names all such things of a file.
        registered: those of an imported module that fit the contract, in its order, and what is
            wrong with others. What is imported from another file counts there.
        code: the function or class by whose code it is recognised in another file.
        undecorated: what to say of a class without the decorator, if it is such a thing.
        answers: what holds of a solution, where an answer may be more or less than a student's.
        told: what holds where a homework says more of what it asks for (`Kind.told`).
    """

    kind: str
    noun: str
    above: str
    hook: str
    registered: Callable[[ModuleType], tuple[list[Registered], list[PluginError]]]
    code: Callable[[Any], Any] = lambda target: target
    undecorated: Callable[[type], PluginError | None] = lambda _: None
    answers: Contract | None = None
    told: Callable[[Mapping[str, Any]], Contract] | None = None


def a(noun: str) -> str:
    """A noun with `a` or `an` before it.

    >>> a("rule"), a("activation")
    ('a rule', 'an activation')
    """
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
