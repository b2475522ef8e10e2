"""Operators and what stands beside them."""

from __future__ import annotations

import re

from cgp_harness.sandbox.interpreting.meaning import (
    ARRAY,
    TENSOR,
    Interpretation,
    Meaning,
    found,
    is_a,
    noun,
    of_type,
    operands,
)
from cgp_harness.sandbox.protocol.scene import Part, Scene

SAVED = "ctx.saved_tensors"
_ARITHMETIC = ("BinOp", "UnaryOp", "AugAssign", "Call", "Compare")
_FUNCTIONS = ("function", "method", "builtin_function_or_method")
_NUMBERS = ("int", "float", "ndarray", "Tensor", "numpy.ndarray", "float64")


def evaluated(scene: Scene) -> Meaning | None:
    """The expression of a node, given to Python as it stands."""
    if not (re.search(r"\beval\(", scene.source) and found(r"for \^: ", scene)):
        return None
    return Meaning(
        "`eval` reads the expression as Python, where `^` is not the power",
        "write `node.value(values)`, with the values of that moment",
    )


def caret(scene: Scene) -> Meaning | None:
    """`^` where a power is meant."""
    if scene.operator != "^":
        return None
    # As it stands: what `^` takes together, being weaker than all other signs, was not meant.
    return Meaning(
        "`^` is not the power in Python", f"write `{scene.source.replace('^', '**')}`")


def saved_tuple(scene: Scene) -> Meaning | None:
    """`x = ctx.saved_tensors`, without the comma."""
    part = next((one for one in scene.parts if _is_saved(one)), None)
    called = found(r"is not callable", scene)
    if part is None or called or scene.node not in (*_ARITHMETIC, "Attribute"):
        return None
    if part.value.shape == (0,):
        return nothing_saved()
    number = part.value.shape[0] if part.value.shape else 1
    if number == 1 and part.source != SAVED:
        return Meaning(
            f"`{part.source}` is a tuple with the tensor in it: {SAVED} is always a tuple",
            f"write `{part.source}, = {SAVED}`, with the comma",
        )
    return Meaning(
        f"`{part.source}` is all that forward saved, a tuple of {number}",
        f"take it apart: `{', '.join(f't{i + 1}' for i in range(number))}"
        f"{',' * (number == 1)} = {SAVED}`",
    )


def _is_saved(part: Part) -> bool:
    return SAVED in (part.source, part.origin.partition(" = ")[2]) and (
        part.value.type in ("tuple", "")
    )


def nothing_saved() -> Meaning:
    """What backward finds where forward saved nothing."""
    return Meaning(
        f"{SAVED} is empty: forward has saved nothing for backward",
        "write `ctx.save_for_backward(…)` in forward, with the tensors that backward needs",
    )


def none(scene: Scene) -> Meaning | None:
    """Arithmetic with None, or something asked of it."""
    part = of_type(scene, "NoneType") or next((
        one for one, kind in zip(scene.parts, operands(scene), strict=False)
        if kind == "NoneType" and scene.node in ("BinOp", "AugAssign")), None)
    if part is None or not is_a(scene, "TypeError", "AttributeError"):
        return None
    if part.source == "None":
        return Meaning(
            f"`{scene.source}` has None where a number belongs", "put the number in its place")
    if part.source.endswith(")"):
        return Meaning(
            f"`{part.source}` gives None: it does its work, and gives nothing back",
            "call it on a line of its own, or end the function that it calls with `return`")
    if part.origin and "(" in part.origin:
        return Meaning(
            f"`{part.source}` is None: what `{part.origin}` calls gives nothing back",
            "end the function that is called with `return` and its result; a method that changes "
            "something in place is called on a line of its own",
        )
    came = f", from `{part.origin}`" if part.origin else ""
    return Meaning(f"`{part.source}` is None{came}, and no number", "give it a number first")


def text(scene: Scene) -> Meaning | None:
    """Arithmetic with a text."""
    part = of_type(scene, "str")
    if (
        part is None
        or scene.node not in ("BinOp", "AugAssign", "Compare", "UnaryOp")
        or (scene.operator in ("in", "%"))
    ):
        return None
    if part.origin and "input(" in part.origin:
        return None
    what = "a text" if part.source[:1] in ("'", '"') else noun(part.value)
    return Meaning(
        f"`{part.source}` is {what}, and no number",
        "leave out the quotation marks, or write `float(…)` around it",
    )


def sequence(scene: Scene) -> Meaning | None:
    """Arithmetic with a list or a tuple."""
    part = of_type(scene, "list", "tuple")
    if part is None or scene.node not in ("BinOp", "AugAssign", "UnaryOp"):
        return None
    return Meaning(
        f"`{part.source}` is {noun(part.value)}, and Python does no arithmetic on the numbers "
        f"in it",
        f"take its numbers one by one, or make an array of it: `np.array({part.source})`",
    )


def uncalled(scene: Scene) -> Meaning | None:
    """Arithmetic with a function that was to be called."""
    if scene.node not in ("BinOp", "AugAssign", "Compare", "UnaryOp"):
        return None
    for part, kind in zip(scene.parts, operands(scene), strict=False):
        if kind in _FUNCTIONS and "(" not in part.source:
            return Meaning(
                f"`{part.source}` is a function that is not called here",
                f"write `{part.source}(…)`, with its arguments",
            )
    return None


def two_libraries(scene: Scene) -> Meaning | None:
    """A tensor and an array in one expression."""
    kinds = {one.removeprefix("numpy.") for one in operands(scene)}
    if scene.node not in ("BinOp", "AugAssign") or kinds != {ARRAY, TENSOR}:
        return None
    array = next(
        (
            part.source
            for part, kind in zip(scene.parts, operands(scene), strict=False)
            if kind.endswith(ARRAY)
        ),
        "",
    )
    return Meaning(
        f"`{scene.source}` joins a torch tensor and a numpy array",
        f"make both tensors: `torch.as_tensor({array})`",
    )


def other_operands(scene: Scene) -> Meaning | None:
    """Whatever else has no such operator."""
    left, right = operands(scene)
    if scene.node != "BinOp" or not (left and right) or "unsupported operand" not in scene.text:
        return None
    odd = [
        part for part, kind in zip(scene.parts, (left, right), strict=False) if kind not in _NUMBERS
    ]
    if len(odd) != 1:
        return None
    kind = left if odd[0] is scene.parts[0] else right
    return Meaning(
        f"`{odd[0].source}` is {noun(kind)}, and `{scene.operator}` needs a number there"
    )


TABLE: tuple[Interpretation, ...] = (
    evaluated,
    caret,
    saved_tuple,
    none,
    text,
    sequence,
    uncalled,
    two_libraries,
    other_operands,
)
