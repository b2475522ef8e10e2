"""Graphs that differ in one respect, asked one after the other: what a call keeps must not show.

Whatever a submission may keep its answers by, short of the whole graph and all numbers, is the
same for some two of these: names, their set, their count, arcs, operators, numbers written, which
node reads which parameter, outputs, and all numbers but one, or all of them in another order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.kinds.backprop.probes.ground_paths import case

NEAR = 4e-6


@dataclass(frozen=True)
class Family:
    """A graph, and others each of which differs from it in one respect."""

    first: Case
    others: tuple[Case, ...]


@lru_cache(maxsize=1)
def families() -> Mapping[str, tuple[Family, ...]]:
    """By the stage of `backpropagation` that they belong to."""
    return {"chains": (_one(), _near(), *_written(), _names(), _sums()),
            "shared": (_arcs(),), "reused": (_readers(),),
            "outputs": (_outputs(), _errors()),
            "all": (_ends(), _unread())}


@lru_cache(maxsize=8)
def in_turn(*stages: str) -> tuple[Case, ...]:
    """The families of these stages, each graph between two times of that which it is like."""
    return tuple(
        one for stage in stages for family in families()[stage]
        for one in (*_between(family), family.first))


def _between(family: Family) -> Iterator[Case]:
    for other in family.others:
        yield family.first
        yield other


def pairs() -> Iterator[tuple[Case, Case]]:
    """Each graph after that which it is like."""
    for stage in families().values():
        for family in stage:
            yield from ((family.first, other) for other in family.others)


def _single(
    form: str = "a*xa", xa: float = 0.5, a: float = 1.5, error: float = 0.5
) -> Case:
    return case([f"xp = {form}"], errors=[error], xa=xa, a=a)


def _one() -> Family:
    """One node: other numbers, another error, another expression of the same names."""
    return Family(_single(), (
        _single(xa=0.8, a=-0.5), _single(error=-2.0), _single("a*xa + a"),
        _single(xa=1.5, a=0.5), _single(xa=0.8), _single(a=-0.8), _single(xa=-0.5),
        _single(a=-1.5), _single(error=-0.5), _single("a + xa"), _single("a - xa"),
        _single("xa - a"), _single("xa/a"), _single("a*xa*xa"), _single("a*xa - xa"),
        case(["xp = a*xa", "xq = b*xp"], errors=[0.5], xa=0.5, a=1.5, b=-0.8),
    ))


def _near() -> Family:
    """Numbers that are equal to five digits; their product is none of float32."""
    def near(xa: float = 0.8, a: float = -0.6, error: float = -0.7) -> Case:
        return _single("a*xa", xa, a, error)

    return Family(
        near(), (near(xa=0.8 + NEAR), near(a=NEAR - 0.6), near(error=NEAR - 0.7)))


def _written() -> tuple[Family, ...]:
    """The same text but for its numbers, or for its activation."""
    return (
        Family(_single("2*a*xa"), (_single("3*a*xa"), _single("0.5*a*xa"))),
        Family(_single("a + xa^2"), (_single("a + xa^1.5"),)),
        Family(_single("tanh(a*xa)"), (_single("sigmoid(a*xa)"), _single("identity(a*xa)"))),
    )


def _names() -> Family:
    """Two or three nodes: other names, the same ones in other places, fewer nodes, more."""
    def chain(*texts: str, **numbers: float) -> Case:
        return case(texts, (), [0.5], 0, **({"xa": 0.5, "a": 1.5, "b": -0.8} | numbers))

    return Family(chain("xp = a*xa", "xq = b*xp"), (
        chain("xp = b*xa", "xq = a*xp", a=-0.8, b=1.5), chain("xp = b*xa", "xq = a*xp"),
        chain("xq = a*xa", "xp = b*xq"), chain("xq = a*b*xa"),
        chain("xp = c*xa", "xq = b*xp", c=1.5), chain("xp = A*xa", "xq = b*xp", A=1.5),
        chain("xp = ab*xa", "xq = b*xp", ab=1.5), chain("xp = a*xb", "xq = b*xp", xb=0.5),
        chain("xr = a*xa", "xq = b*xr"), chain("xp = a*xa", "xr = b*xp"),
        chain("xp = a*xa", "xr = b*xp", "xq = -xr"), chain("xp = -a*xa", "xq = b*xp"),
        chain("xp = a*xa", "xr = b*xp", "xq = xr"), chain("xr = a*xa", "xp = b*xr", "xq = xp"),
    ))


def _sums() -> Family:
    """All partials and all values but one are the same, or they have changed their places."""
    def sums(**numbers: float) -> Case:
        return case(["xp = a*xa", "xq = xp + b*xb", "xr = xq - c*xc"], (), [0.5], 0, **(
            {"xa": 0.5, "xb": -0.8, "xc": 1.2, "a": 1.5, "b": 0.6, "c": -0.5} | numbers))

    return Family(sums(), (
        *(sums(**{name: 0.8}) for name in ("xa", "xb", "xc", "a", "b", "c")),
        sums(xa=-0.8, xb=0.5), sums(xb=1.2, xc=-0.8), sums(xa=1.2, xc=0.5), sums(a=0.6, b=1.5),
        sums(b=-0.5, c=0.6),
    ))


def _arcs() -> Family:
    """The same names and numbers; another node is read."""
    return Family(_read("c*xp", "xq - xr"), (
        _read("c*xq", "xq - xr"), _read("c*xq", "xp - xr"), _read("c*xp", "xr - xq"),
        _read("c*xp", "xq + xr"), _read("c + xp", "xq - xr"),
    ))


def _read(third: str, last: str) -> Case:
    """`b` is 1, so that xp and xq are equal."""
    return case(["xp = a*xa", "xq = b*xp", f"xr = {third}", f"xs = {last}"], ["xs"],
                errors=[0.5], xa=0.5, a=1.5, b=1.0, c=-0.8)


def _readers() -> Family:
    """The same names, arcs and numbers; another node reads a parameter."""
    def readers(*texts: str) -> Case:
        return case(texts, errors=[0.5], xa=0.5, a=1.5, b=1.5)

    return Family(readers("xp = a*xa + b", "xq = a*xp"), (
        readers("xp = a*xa + b", "xq = b*xp"), readers("xp = b*xa + a", "xq = a*xp"),
        readers("xp = b*xa + a", "xq = b*xp"), readers("xp = a*xa - b", "xq = a*xp"),
    ))


def _outputs() -> Family:
    """The same graph; other outputs, or the same ones in another order."""
    return Family(_ending("xq", "xr"), (
        _ending("xr", "xq"), _ending("xp", "xr"), _ending("xp", "xq", "xr")))


def _ending(*outputs: str) -> Case:
    return case(["xp = a*xa", "xq = b*xp", "xr = c*xq"], outputs, errors=[0.5, -2.0],
                xa=0.5, a=1.5, b=-0.8, c=1.2)


def _ends() -> Family:
    """The same graph with nodes behind the last output, or beside it."""
    return Family(_ending("xr"), (_ending("xq"), _ending("xp"), _ending("xp", "xq")))


def _unread() -> Family:
    """The same names; a node that nothing reads any more."""
    return Family(_read("c*xp", "xq - xr"), (_read("c*xp", "xp - xr"),))


def _errors() -> Family:
    """The same errors at other outputs; all the same but one."""
    def errors(*numbers: float) -> Case:
        return case(["xp = a*xa", "xq = b*xa", "xr = c*xa"], ["xp", "xq", "xr"], errors=numbers,
                    xa=0.5, a=1.5, b=-0.8, c=1.2)

    return Family(errors(0.5, -2.0, 1.5), (
        errors(1.5, 0.5, -2.0), errors(0.5, 1.5, -2.0), errors(-2.0, 0.5, 1.5),
        errors(1.5, -2.0, 0.5), errors(0.8, -2.0, 1.5), errors(0.5, 0.8, 1.5),
        errors(0.5, -2.0, 0.8), errors(-0.5, 2.0, -1.5), errors(0.5, -2.0, 1.5 + NEAR),
    ))
