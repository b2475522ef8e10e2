"""A graph on which something is wrong, as text to read and as plain numbers to keep."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.probing.case_table import table


@dataclass(frozen=True)
class Difference:
    """One number that is wrong: `what` it is, what came (None for nothing) and what is right."""

    what: str
    got: float | None
    expected: float


def differs(got: float, expected: float, tolerance: float) -> bool:
    """Whether a number is off by more; one that is not finite always is."""
    return not abs(got - expected) <= tolerance


def is_single(value: float) -> bool:
    """Whether this is a number of float32."""
    return abs(value) < 1e38 and struct.unpack("f", struct.pack("f", value))[0] == value


def listed(titles: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, [", ".join(titles[:-1]), titles[-1] if titles else ""]))


def as_given(case: Case, method: str) -> str:
    """The graph and the numbers that the method was given, a line for each expression."""
    if method == "forward":
        return "\n".join([*(f"  {text}" for text in case.texts), f"at {_numbers(case.given)}"])
    rows = [
        f"  {node.text},  with "
        + _numbers({f"d{node.name}/d{name}": value for name, value in row.items()})
        for node, row in zip(case.graph.nodes, case.partials.values(), strict=True)
    ]
    errors = {f"dL/d{name}": error for name, error in case.error_of.items()}
    return "\n".join([*rows, f"and {_numbers(errors)}"])


def counterexample(
    name: str, method: str, case: Case, differences: Sequence[Difference],
    first: Case | None = None,
) -> dict[str, Any]:
    """What was asked, and a table of what is wrong; `first` is a graph that has to come before."""
    rows = [
        (one.what, "not returned" if one.got is None else one.got, one.expected)
        for one in differences
    ]
    heading = f"{method}() on this graph" + ("" if first is None else ", after the other")
    return {
        **table(heading, ("number", "got", "expected"), rows, 0),
        "backprop": name, "method": method, **_asked(case),
        **({} if first is None else {"first": _asked(first)}),
    }


def _asked(case: Case) -> dict[str, Any]:
    return {"expressions": list(case.texts), "outputs": list(case.outputs), "values": case.given,
            "errors": case.error_of}


def _numbers(given: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {value:.6g}" for name, value in given.items())
