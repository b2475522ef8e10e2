"""Methods and attributes of one kind of value, asked of another."""

from __future__ import annotations

from collections.abc import Mapping

from cgp_harness.sandbox.interpreting.libraries import OF_BOTH
from cgp_harness.sandbox.interpreting.meaning import (
    TENSOR,
    Interpretation,
    Meaning,
    bracketed,
    found,
    noun,
)
from cgp_harness.sandbox.protocol.scene import Scene

_OF_TENSORS: Mapping[str, str] = {
    "clone": "{}.copy()", "detach": "{}", "numpy": "{}", "cpu": "{}", "unsqueeze": "{}[None]",
    "dim": "{}.ndim", "numel": "{}.size", "pow": "{} ** …", "t": "{}.T",
    "norm": "np.linalg.norm({})", "requires_grad": "{}", "float": "{}.astype(float)",
    "double": "{}.astype(float)", "type": "{}.dtype", "view": "{}.reshape(…)", "mul": "{} * …",
    "add": "{} + …", "sub": "{} - …", "div": "{} / …", "sigmoid": "1 / (1 + np.exp(-{}))"}
"""What tensors have -> how numpy writes it."""
_OF_ARRAYS: Mapping[str, str] = {
    "copy": "{}.clone()", "astype": "{}.to(…)", "fill": "{}.fill_(…)"}
_OF_NUMBERS = ("shape", "T", "item", "dtype")
_NOT_OF_LISTS = ("shape", "T", "sum", "mean", "reshape", "dtype", "ndim")

_OF_LISTS: Mapping[str, str] = {
    "reverse": "reversed({})", "append": "{} + (…,)", "sort": "sorted({})",
    "extend": "{} + (…)", "copy": "{}", "insert": "list({})", "pop": "list({})",
    "remove": "list({})"}
"""What lists have -> how it is written of a tuple."""
_OF_DICTS: Mapping[str, str] = {
    "items": "enumerate({})", "keys": "range(len({}))", "values": "{}", "get": "{}[…]"}


def of_another(scene: Scene) -> Meaning | None:
    """Who has no such attribute, and what is written there."""
    told = found(r"'([\w.]+)' object has no attribute '(\w+)'", scene)
    if told is None or not scene.parts:
        return None
    source, name, kind = scene.parts[0].source, told[2], told[1]
    if kind == "numpy.ndarray":
        return _array(source, name)
    if kind == TENSOR:
        known = _OF_ARRAYS.get(name) or (f"torch.{name}({{}})" if name in OF_BOTH else "")
        return Meaning(f"`{source}` is a torch tensor, and has no `{name}`",
                       f"write `{known.format(source)}`") if known else None
    if kind in ("float", "int") and name in (*OF_BOTH, *_OF_NUMBERS):
        write = f"np.{name}({source})" if name in OF_BOTH else source
        return Meaning(f"`{source}` is a plain number, and has no `{name}`", f"write `{write}`")
    return _sequence(source, name, kind)


def _sequence(source: str, name: str, kind: str) -> Meaning | None:
    if kind == "tuple" and name in _OF_LISTS:
        return Meaning(f"`{source}` is a tuple, which nothing can change: it has no `{name}`",
                       f"write `{_OF_LISTS[name].format(source)}`")
    if kind not in ("list", "tuple"):
        return None
    known = _OF_DICTS.get(name) or ("np.array({})" if name in _NOT_OF_LISTS else "")
    make = "make an array of it first:" if name in _NOT_OF_LISTS else "write"
    return Meaning(f"`{source}` is {noun(kind)}, and has no `{name}`",
                   f"{make} `{known.format(source)}`") if known else None


def _array(source: str, name: str) -> Meaning | None:
    if name in ("append", "extend"):
        return Meaning(
            f"`{source}` is a numpy array, and arrays have no {name}()",
            f"make a new array: `{source} = …`, or keep a list and make the array of it at last")
    if name in ("grad", "data"):
        return Meaning(f"`{source}` is a numpy array already, and has no `.{name}`",
                       f"write `{source}`")
    known = _OF_TENSORS.get(name) or (f"np.{name}({{}})" if name in OF_BOTH else "")
    return Meaning(
        f"`{source}` is a numpy array, and `{name}` belongs to torch's tensors",
        f"write `{known.format(source if '(' in known else bracketed(source))}`",
    ) if known else None


TABLE: tuple[Interpretation, ...] = (of_another,)
