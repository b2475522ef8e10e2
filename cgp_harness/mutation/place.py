"""A change at one place of a source, and what it has in common with the same change elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cgp_harness.mutation.change import Replacement, Said, text
from cgp_harness.mutation.source import BEFORE, COUNT


@dataclass(frozen=True, eq=False)
class Place:
    """One edit.

    Args:
        operator: identifies the kind of change.
        node: what is changed.
        by: what stands there instead.
        cost: how far it is from what was meant.
        said: in words.
        same: identifies the same change; it may be made at all its places at once.
        alike: identifies the same change of what looks alike, whatever the names; empty if none.
    """

    operator: str
    node: ast.AST
    by: Replacement
    cost: float
    said: Said
    same: str = ""
    alike: str = ""


@dataclass(frozen=True)
class Scope:
    """What may be named in a function.

    Args:
        names: its arguments and what it computes; the state of before among them.
        hyperparameters: names and defaults.
        state: names of the states.
        held: names of what holds values under names of their own: `group` of `group["lr"]`.
        items: hyperparameters that are no arguments: such values.
        functions: of one value, that it calls: by what they are called.
        constants: names of numbers that stand beside it.
        count: the name of the step number; empty where nothing is one.
        made: of a rule: small values that it computes by a function, a power or a division.
        counts: whether it may ask for the step number.
    """

    names: tuple[str, ...]
    hyperparameters: Mapping[str, float]
    state: tuple[str, ...]
    held: frozenset[str] = frozenset()
    items: tuple[str, ...] = ()
    functions: Mapping[str, ast.expr] = field(default_factory=dict)
    constants: tuple[str, ...] = ()
    count: str = ""
    made: tuple[ast.expr, ...] = ()
    counts: bool = False

    def role(self, name: str) -> str:
        """What a name stands for: who takes one for another takes it for one of its role.

        Values of arrays, of the step number, of decays (from 0.5 to below 1), of other numbers.
        """
        if name == self.count:
            return "count"
        if name not in self.hyperparameters:
            return "value"
        return "decay" if 0.5 <= self.hyperparameters[name] < 1 else "number"


UNLIKELY = 0.7
"""What it costs more to take a name for another that has another role."""
_ALIKE = ("left_out", "regrouped", "operands", "operator", "function", "one_minus", "keepdim",
          "before")


def place(
    operator: str, node: ast.AST, by: Replacement, cost: float, general: str, full: str,
    alike: str = "",
) -> Place:
    """A place whose change is the same wherever the same code becomes the same other code."""
    before, after = text(node), text(by) if isinstance(by, ast.AST) else ""
    if not alike and operator in _ALIKE:
        alike = f"{operator}: {_shape(before, after)}"
    return Place(
        operator, node, by, cost, Said(general, full), f"{operator}: {before} -> {after}", alike)


def _shape(before: str, after: str) -> str:
    """Both codes with their names numbered, the step number's apart, so that their form is left."""
    known = {COUNT: COUNT}
    before, after = before.replace(BEFORE, "before "), after.replace(BEFORE, "before ")
    return re.sub(
        r"(?<![\w.])[A-Za-z_]\w*(?!\w*\s*\()",
        lambda found: known.setdefault(found[0], f"${len(known)}"), f"{before} -> {after}")


def parts(node: ast.expr, count: int) -> bool:
    """Whether an expression has at most so many nodes."""
    return sum(isinstance(one, ast.expr) for one in ast.walk(node)) <= count


def factors(node: ast.expr) -> list[ast.expr]:
    """Of a product, in their order; of anything else itself."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*factors(node.left), *factors(node.right)]
    return [node]


def product(of: Sequence[ast.expr]) -> ast.expr:
    """Of one factor or more."""
    made, *rest = of
    for one in rest:
        made = ast.BinOp(made, ast.Mult(), one)
    return made
