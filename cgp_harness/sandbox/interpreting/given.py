"""What a library's function is given and does not take: slips, by what the library says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from cgp_harness.sandbox.interpreting.meaning import (
    Interpretation,
    Meaning,
    bracketed,
    count,
    found,
)
from cgp_harness.sandbox.protocol.scene import Scene

Says = Callable[[Scene, Sequence[str], re.Match[str]], Meaning]
"""Of a scene: the arguments of the call as they are written, and what the library says."""


def misgiven(scene: Scene) -> Meaning | None:
    """A call of numpy or torch with one value for another."""
    whole = scene.parts[-1].source if scene.node == "For" and scene.parts else scene.source
    given = [part.source for part in scene.parts[1:]]
    return next((
        says(scene, given, told) for pattern, says in _SLIPS
        if whole and (told := found(pattern, scene))), None)


def _sizes(scene: Scene, given: Sequence[str], told: re.Match[str]) -> Meaning:
    name = scene.parts[0].source if scene.parts else "zeros"
    return Meaning(
        f"`{scene.source}` gives the sizes one by one, and {name}() takes all of them as one value",
        f"write `{name}(({', '.join(given)}))`, with two pairs of parentheses")


def _where(scene: Scene, given: Sequence[str], told: re.Match[str]) -> Meaning:
    first = ", ".join([*given[:2], "…"][:3])
    return Meaning(
        f"`{scene.source}` says what to take where the condition holds, and not what elsewhere",
        f"write `{scene.parts[0].source if scene.parts else 'np.where'}({first})`")


def _place(scene: Scene, given: Sequence[str], told: re.Match[str]) -> Meaning:
    name = scene.parts[0].source if scene.parts else "it"
    return Meaning(
        f"`{scene.source}` gives {count(len(given), 'value')}, and {name}() computes with the "
        "first alone: the last is where the result would be stored",
        f"write `{name}({' + '.join(given)})` if it is of their sum")


def neighbours(scene: Scene) -> Meaning | None:
    """`np.gradient(y, x)` for the derivative of a formula."""
    told = re.match(r"(\w+)\.(gradient|diff)\(", scene.source)
    return told and Meaning(
        f"`{scene.source}` takes differences between neighbours in the array, and the derivative "
        "at a number has nothing to do with its neighbours",
        "write the derivative as a formula of its own")


def _several(scene: Scene, given: Sequence[str], told: re.Match[str]) -> Meaning:
    return Meaning(
        f"`{scene.source}` gives tensors one by one, and {told[1]}() takes all of them as one "
        "value",
        f"write `torch.{told[1]}(({', '.join(given)}))`, with two pairs of parentheses")


def _argument(scene: Scene, given: Sequence[str], told: re.Match[str]) -> Meaning:
    name = told[1]
    if unknown := re.search(r"got \(.*?(\w+)=", scene.text):
        fix = "dim" if unknown[1] in ("dims", "axes", "dimension", "ax") else ""
        return Meaning(
            f"{name}() has no argument called `{unknown[1]}`", f"did you mean `{fix}`?" if fix
            else "")
    method = next((one for one in given if re.search(r"\.\w+$", one)), "")
    if "builtin_function_or_method" in scene.text or "(method" in scene.text:
        shape = f"write `{method.rpartition('.')[0]}.shape`" if method.endswith(".size") else (
            f"write `{method}()`" if method else "write `()` behind it")
        return Meaning(
            f"`{method or scene.source}` is a function that is not called here", shape)
    return Meaning(f"`{scene.source}` gives {name}() what it does not take")


def _with_index(scene: Scene, given: Sequence[str], told: re.Match[str]) -> Meaning:
    call = next((one.source for one in scene.parts if "torch.m" in one.source), scene.source)
    which, side = ("smallest", "max") if "torch.min" in call else ("largest", "min")
    return Meaning(
        f"`{call}` takes the {which} along an axis, and gives two things: the values, and where "
        "they stand", f"to compare each number with 0, write `torch.clamp(x, {side}=0)`")


def _fewer(scene: Scene, given: Sequence[str], told: re.Match[str]) -> Meaning:
    power = f"write `{bracketed(given[0])} ** …`" if told[1] == "pow" and given else ""
    return Meaning(
        f"`{scene.source}` gives {count(len(given), 'value')}, and {told[1]}() needs more", power)


_SLIPS: Sequence[tuple[str, Says]] = (
    (r"Cannot interpret '\d+' as a data type|data type '\d+' not understood", _sizes),
    (r"either both or neither of x and y", _where),
    (r"return arrays must be of ArrayType", _place),
    (r"(cat|stack)\(\): argument 'tensors' .*must be tuple of Tensors, not Tensor", _several),
    (r"(\w+)\(\) received an invalid combination of arguments", _argument),
    (r'can only concatenate tuple \(not "Tensor"\)', _with_index),
    (r"(\w+)\(\) missing required argument", _fewer),
)


def half(scene: Scene) -> Meaning | None:
    """`range(k / 2)`."""
    told = found(r"'float' object cannot be interpreted as an integer", scene)
    whole = scene.parts[-1].source if scene.node == "For" and scene.parts else scene.source
    if told is None or "/" not in whole or "//" in whole or "(" not in whole:
        return None
    inside = whole.partition("(")[2].removesuffix(")")
    return Meaning(
        f"`{whole}` needs whole numbers, and `{inside}` is none: `/` gives no whole number, not "
        "even 4 / 2", f"write `{whole.replace('/', '//')}`")


TABLE: tuple[Interpretation, ...] = (neighbours, misgiven, half)
