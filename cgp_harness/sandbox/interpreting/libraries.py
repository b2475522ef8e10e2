"""numpy, torch and math: what is given to which, and what each of them refuses."""

from __future__ import annotations

import re

from cgp_harness.sandbox.interpreting.meaning import (
    ARRAY,
    TENSOR,
    Interpretation,
    Meaning,
    found,
    is_a,
    module,
    noun,
    of_type,
)
from cgp_harness.sandbox.protocol.scene import Part, Scene

OF_BOTH = (
    "exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "abs",
    "sign", "floor", "ceil", "maximum", "minimum", "where", "clip", "sum", "mean", "zeros_like",
    "ones_like", "matmul", "square", "round", "prod", "var", "std", "outer", "dot",
)
"""Functions that numpy and torch both have under one name."""
def tensor_to_numpy(scene: Scene) -> Meaning | None:
    """numpy's function, given a tensor that needs a gradient."""
    if not found(r"Can't call numpy\(\) on Tensor", scene):
        return None
    part = _given(scene)
    function = _function(scene)
    if function.startswith("np.") or function.startswith("numpy."):
        name = function.partition(".")[2]
        return Meaning(
            f"`{function}` is numpy's, and is given a torch tensor that needs a gradient",
            _in(scene, "torch", name, part.source if part else "…"),
        )
    return Meaning(
        f"`{scene.source}` makes a numpy array of a tensor that needs a gradient",
        "stay with torch's functions; where numbers alone are wanted, `.detach()` comes first",
    )


def array_to_torch(scene: Scene) -> Meaning | None:
    """torch's function, given an array or a number."""
    told = found(r"argument '?(\w+)'?.* must be Tensor, not ([\w.]+)", scene) or found(
        r"(expected) (?:a )?Tensor .*(?:but got|as element) ([\w.]+)", scene
    )
    function = _function(scene)
    if told is None or not function:
        return None
    kind, given = (
        told[2],
        next(
            (
                part.source
                for part in scene.parts[1:]
                if part.value.type == told[2].rpartition(".")[2]
            ),
            scene.parts[1].source if len(scene.parts) > 1 else "",
        ),
    )
    name = function.rpartition(".")[2]
    if kind.endswith(ARRAY):
        return Meaning(
            f"`{function}` is torch's, and `{given}` is a numpy array",
            _in(scene, "numpy", name, given))
    if kind in ("float", "int"):
        return Meaning(
            f"`{function}` takes tensors, and `{given}` is a number",
            f"write `torch.tensor({given})`, or `math.{name}({given})` for numbers",
        )
    return Meaning(f"`{function}` takes tensors, and `{given}` is {noun(kind)}")


def one_number(scene: Scene) -> Meaning | None:
    """math's functions, `float`, `int` and `.item()`, given an array."""
    if not found(
        r"converted to Python scalars?|converted to Scalar|convert an array of size \d+", scene
    ):
        return None
    part, function = _given(scene), _function(scene)
    what = f"`{part.source}` is {_noun(part)}" if part else "this is an array"
    if function.startswith("math."):
        tensor = (part and part.value.type == TENSOR) or "element tensor" in scene.text
        return Meaning(
            f"`{function}` takes one number, and {what}",
            _in(scene, "torch" if tensor else "numpy", function.partition(".")[2],
                part.source if part else "…"))
    name = function.rpartition(".")[2]
    return Meaning(
        f"`{scene.source}` asks for one number, and {what}",
        "leave the array as it is; arithmetic works on all its numbers at once"
        if name in ("float", "int", "item")
        else "",
    )


def _clamped(scene: Scene, function: str) -> str:
    """`max(x, 0)` of a tensor: torch.maximum takes no plain number."""
    numbers = [part for part in scene.parts[1:] if part.value.type in ("int", "float")]
    tensors = [part for part in scene.parts[1:] if part.value.type == TENSOR]
    if function not in ("max", "min") or len(numbers) != 1 or len(tensors) != 1:
        return ""
    bound = {"max": "min", "min": "max"}[function]
    return f"write `torch.clamp({tensors[0].source}, {bound}={numbers[0].source})`"


def truth(scene: Scene) -> Meaning | None:
    """The truth of a whole array."""
    if not found(r"truth value of an array|Boolean value of Tensor|bool value of Tensor", scene):
        return None
    library = "torch" if "Tensor" in scene.text else "np"
    function = _function(scene)
    if function in ("max", "min", "sorted"):
        name = {"max": "maximum", "min": "minimum"}.get(function, "sort")
        given = ", ".join(part.source for part in scene.parts[1:])
        return Meaning(
            f"`{function}` compares whole arrays, and some of their numbers are larger, others not",
            _clamped(scene, function) or f"write `{library}.{name}({given})`",
        )
    statement = scene.statement
    if re.search(r"\b(and|or|not)\b", statement) and not statement.startswith(("if ", "while ")):
        return Meaning(
            "`and`, `or` and `not` ask for one truth, and an array holds one for each number",
            "write `&`, `|` and `~`, with each comparison in parentheses",
        )
    condition = re.match(r"(?:el)?(?:if|while) (.*):", statement) or re.search(
        r" if (.+?) else ", statement
    )
    asked = f"`{condition[1]}`" if condition else f"`{scene.source}`"
    if told := re.fullmatch(r"`(.+?) (<=?|>=?) (\w+) (<=?|>=?) (.+)`", asked):
        low, one, name, two, high = told.groups()
        both = f"({low} {one} {name}) & ({name} {two} {high})"
        return Meaning(
            f"{asked} joins two questions by `and`, which asks for one truth, and an array holds "
            "one for each number", f"write `{library}.where({both}, a, b)`")
    return Meaning(
        f"{asked} is asked once of an array of numbers, of which some fulfil it and others do not",
        f"choose for each number: `{library}.where({condition[1] if condition else '…'}, a, b)`",
    )


def in_place(scene: Scene) -> Meaning | None:
    """A change of what was given."""
    if not found(r"read-only|leaf Variable that requires grad|in-place operation on a leaf", scene):
        return None
    part = scene.parts[0].source if scene.parts else ""
    name = part.partition("[")[0].partition(".")[0]
    copied = "clone" if "Variable" in scene.text or "leaf" in scene.text else "copy"
    return Meaning(
        f"`{scene.statement}` changes what was given to the function",
        f"make a new one instead: `{name} = {name}.{copied}()` above it"
        if name.isidentifier()
        else "make a copy first",
    )


def modified(scene: Scene) -> Meaning | None:
    """A saved tensor that was changed after it was saved."""
    if not found("has been modified by an inplace operation", scene):
        return None
    return Meaning(
        "a tensor that was saved for backward has been changed in place since",
        "write `y = x * 2` instead of `x *= 2`, and leave out methods that end in `_`",
    )


def dtypes(scene: Scene) -> Meaning | None:
    """Tensors of two dtypes in one product."""
    told = found(r"same dtype, but got:? (\w+) (?:and|!=) (\w+)", scene) or found(
        r"expected (?:scalar type|m1 and m2 to have the same dtype, but got:) (\w+) (?:but "
        r"found|!=) "
        r"(\w+)",
        scene,
    )
    if told is None:
        return None
    first, second = (
        {"double": "float64", "float": "float32"}.get(one.lower(), one.lower())
        for one in told.groups()
    )
    odd = next(
        (
            part.source
            for part in scene.parts
            if part.value.dtype == "float32" or (not part.value.type and "torch." in part.source)
        ),
        "",
    )
    return Meaning(
        f"`{scene.source}` multiplies {first} by {second}, and torch wants one dtype for both",
        f"make `{odd}` of the dtype of x: `dtype=x.dtype` where it is made"
        if odd
        else "give what you make yourself `dtype=x.dtype`",
    )


def saved_number(scene: Scene) -> Meaning | None:
    """`save_for_backward` of what is no tensor."""
    told = found(
        r"save_for_backward can only save variables, but argument (\d+) is of type (\w+)", scene
    )
    if told is None:
        return None
    return Meaning(
        f"`ctx.save_for_backward` takes tensors, and its argument {int(told[1]) + 1} is "
        f"{noun(told[2])}",
        "give the tensors one by one: `ctx.save_for_backward(x, y)`"
        if told[2] in ("list", "tuple")
        else "keep it as an attribute, as in `ctx.number = 2.0`",
    )


def _in(scene: Scene, library: str, name: str, given: str) -> str:
    """The same function of another library, and how that is imported."""
    if name not in OF_BOTH:
        return f"write it with {library}'s functions"
    alias = module(scene, library)
    usual = {"numpy": "np"}.get(library, library)
    line = f"import {library}{f' as {usual}' * (usual != library)}"
    write = f"write `{alias or usual}.{name}({given})`"
    return write if alias else f"{write}, with `{line}` at the top of the file"


def _function(scene: Scene) -> str:
    """The function that is called, as it is written."""
    return scene.parts[0].source if scene.node == "Call" and scene.parts else ""


def _given(scene: Scene) -> Part | None:
    """What it is given: the first tensor or array, else the first argument."""
    if scene.node != "Call" or not scene.parts:
        return scene.parts[0] if scene.parts else None
    known = of_type(scene, TENSOR, ARRAY)
    function = scene.parts[0]
    if known is None and len(scene.parts) == 1:  # x.item()
        return Part(function.source.rpartition(".")[0] or function.source)
    return known or (scene.parts[1] if len(scene.parts) > 1 else None)


def _noun(part: Part) -> str:
    return noun(part.value) if part.value.type else "an array"


def conversion(scene: Scene) -> Meaning | None:
    """numpy makes objects of tensors: `loop of ufunc does not support argument 0 of type "
    "Tensor`."""
    told = found(r"loop of ufunc does not support argument \d+ of type (\w+)", scene)
    if told is None or not is_a(scene, "TypeError"):
        return None
    given = _given(scene)
    return Meaning(
        f"`{scene.source}` is numpy's, and `{given.source if given else '…'}` is {noun(told[1])}",
        "give it an array of numbers",
    )


TABLE: tuple[Interpretation, ...] = (
    tensor_to_numpy,
    array_to_torch,
    one_number,
    truth,
    in_place,
    modified,
    dtypes,
    saved_number,
    conversion,
)
