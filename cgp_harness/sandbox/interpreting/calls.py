"""Calls in a line of the student's: how many arguments, what is no function, what comes back."""

from __future__ import annotations

import builtins
import re

from cgp_harness.sandbox.interpreting.meaning import (
    ARRAY,
    Interpretation,
    Meaning,
    count,
    found,
    is_a,
    noun,
    shown,
)
from cgp_harness.sandbox.interpreting.operators import SAVED, nothing_saved
from cgp_harness.sandbox.protocol.scene import Scene

_NUMBERS = ("float", "int", "ndarray", "numpy.ndarray", "Tensor", "float64", "numpy.float64")


def arguments(scene: Scene) -> Meaning | None:
    """A call with too few or too many arguments."""
    if not is_a(scene, "TypeError"):
        return None
    name = scene.parts[0].source if scene.node == "Call" and scene.parts else ""
    missing = found(r"missing (\d+) required positional arguments?: (.+)", scene)
    if missing and name:
        names = re.findall(r"'(\w+)'", missing[2])
        return Meaning(
            f"`{scene.source}` does not say what {' and '.join(names)} "
            f"{'is' if len(names) == 1 else 'are'}",
            f"write `{name}({', '.join((*(part.source for part in scene.parts[1:]), *names))})`",
        )
    takes = found(
        r"(?:takes|expected) (?:at most |from \d+ to |exactly )?(\w+) (?:positional )?"
        r"arguments?,? (?:but|got) (\d+)",
        scene,
    )
    if takes and name:
        return Meaning(
            f"`{scene.source}` gives {count(len(scene.parts) - 1, 'value')}, and {name}() takes "
            f"another number of them"
        )
    unknown = found(r"unexpected keyword argument '(\w+)'|'(\w+)' is an invalid keyword", scene)
    if unknown and name:
        return Meaning(f"{name}() has no argument called `{unknown[1] or unknown[2]}`")
    return None


def not_callable(scene: Scene) -> Meaning | None:
    """A number with parentheses behind it; an attribute that is no method."""
    told = found(r"'([\w.]+)' object is not callable", scene)
    if told is None or not scene.parts:
        return None
    # Of a loop the things that it goes through: `for node in graph.nodes():`.
    whole = scene.parts[-1].source if scene.node == "For" else scene.source
    called = whole.rpartition("(")[0] if scene.node == "For" else scene.parts[0].source
    before, _, inside = whole.rpartition("(")
    if re.fullmatch(r"[\w.]+\.\w+", called) and inside == ")":
        return Meaning(f"`{called}` is {noun(told[1])}, and no function", f"write `{called}`")
    if called in vars(builtins):
        return Meaning(
            f"`{called}` is {noun(told[1].removeprefix('numpy.'))} here: a line above gives this "
            f"name another value, and Python's own {called}() is not found by it any more",
            f"call that value by another name than `{called}`",
        )
    if told[1] in _NUMBERS:
        return Meaning(
            f"`{whole}` calls {noun(told[1].removeprefix('numpy.'))} as if it were a "
            f"function: "
            "a sign is missing before the parentheses",
            f"write `{before} * ({inside}`",
        )
    return Meaning(f"`{called}` is {noun(told[1])}, and cannot be called")


def not_subscriptable(scene: Scene) -> Meaning | None:
    """Brackets behind what holds nothing."""
    told = found(
        r"'([\w.]+)' object (?:is not subscriptable|does not support item assignment)", scene
    )
    if told is None or not scene.parts:
        return None
    source = scene.parts[0].source
    if told[1] in (
        "builtin_function_or_method",
        "function",
        "method",
        "type",
        "numpy.ufunc",
        "ufunc",
    ):
        index = scene.parts[1].source if len(scene.parts) > 1 else "…"
        return Meaning(
            f"`{source}` is a function, and is called with round parentheses",
            f"write `{source}({index})`",
        )
    return Meaning(
        f"`{source}` is {noun(told[1])}, and has no parts to take by `[…]`",
        f"write `{source}`" if told[1] in ("float", "int", "float64", "numpy.float64") else "",
    )


def behind_a_star(scene: Scene) -> Meaning | None:
    """`lr, * m`: a comma that is too much makes the sign of a product take things apart."""
    told = found(r"Value after \* must be an iterable, not ([\w.]+)", scene)
    if told is None:
        return None
    return Meaning(
        f"a `*` behind a comma or a parenthesis takes apart what follows, and {noun(told[1])} has "
        "no parts",
        "leave out the comma in front of `*` if a product is meant",
    )


def taking_apart(scene: Scene) -> Meaning | None:
    """More or fewer values than names."""
    value = scene.parts[-1].source if scene.parts else ""
    of_saved = value == SAVED or (scene.parts and SAVED in scene.parts[-1].origin)
    told = found(r"not enough values to unpack \(expected (?:at least )?(\d+), got (\d+)\)", scene)
    many = found(r"too many values to unpack \(expected (\d+)", scene)
    if of_saved and told and told[2] == "0":
        return nothing_saved()
    if of_saved and (told or many):
        wanted = told[1] if told else many[1] if many else ""
        there = told[2] if told else "more"
        return Meaning(
            f"forward has saved {there if told else 'more'} "
            f"tensor{'' if there == '1' else 's'}, and "
            f"`{scene.source}` takes {wanted}",
            "take as many as `ctx.save_for_backward(…)` was given, in its order",
        )
    if (told or many) and scene.node == "For":
        return _going_through(scene, value)
    if told or many:
        names = told[1] if told else many[1] if many else ""
        there = told[2] if told else "more"
        return Meaning(
            f"`{scene.source}` has {names} names on its left, and `{value}` gives {there}",
            "take as many as there are",
        )
    return None


def _going_through(scene: Scene, value: str) -> Meaning:
    """`for name, number in table:`, which takes the keys apart, letter by letter."""
    target = scene.parts[0].source
    if scene.parts[-1].value.type == "dict":
        return Meaning(
            f"a loop over the dict `{value}` gets its keys alone, and `{target}` takes more",
            f"write `for {target} in {value}.items():`")
    return Meaning(
        f"`{target}` takes another number of values than each of `{value}` has",
        f"take as many as there are; of a dict, `{value}.items()` gives keys and values")


def one_for_several(scene: Scene) -> Meaning | None:
    """What is one value, where several are taken or gone through."""
    value = scene.parts[-1].source if scene.parts else ""
    single = found(
        r"cannot unpack non-iterable ([\w.]+) object|'?([\w.]+)'? object is not iterable|"
        r"iteration over a 0-d (array|tensor)",
        scene,
    )
    if single is None:
        return None
    kind = single[1] or single[2] or "float"
    if scene.node == "For" and kind in ("int", "float"):
        return Meaning(
            f"`{value}` is {noun(kind)}, and a loop needs things to go through",
            f"write `range({value})`" if kind == "int" else "",
        )
    if kind == "NoneType":
        return Meaning(
            f"`{value}` gives None: the function that it calls ends without a `return`",
            "end that function with `return`, and what it is to give",
        )
    return Meaning(
        f"`{value}` is {noun(kind)}, not several values",
        "take it as one" if scene.node == "Assign" else "",
    )


def index(scene: Scene) -> Meaning | None:
    """An index where there is nothing, or that is no whole number."""
    if scene.parts and scene.parts[0].source == SAVED and is_a(scene, "IndexError"):
        return (
            nothing_saved()
            if scene.parts[0].value.shape == (0,) or "[0]" in scene.source
            else Meaning(
                f"`{scene.source}` asks for more than forward has saved",
                "save it in forward: `ctx.save_for_backward(…)`")
        )
    if found(r"(?:tuple|list) index out of range|index -?\d+ is out of (?:bounds|range)", scene):
        return _beyond(scene)
    if found(r"too many indices|invalid index (of a 0-dim|to scalar)|slice of a 0-dim", scene):
        value = scene.parts[0].value if scene.parts else None
        what = noun(value) if value and value.type else "an array of fewer axes"
        return Meaning(
            f"`{scene.source}` takes more axes than there are: `{_first(scene)}` is {what}",
            "arithmetic works on all numbers at once, without an index",
        )
    if found(
        r"cannot be interpreted as an integer|only integer scalar arrays|indices must be integers",
        scene,
    ):
        given = scene.parts[-1] if scene.parts else None
        what = noun(given.value) if given and given.value.type else "no whole number"
        return Meaning(
            f"`{scene.source}` needs a whole number, and "
            f"`{given.source if given else '…'}` is {what}"
        )
    if found(r"len\(\) of (unsized object|a 0-d tensor)", scene):
        return Meaning(f"`{scene.source}` counts what has no length: it is a single number")
    return None


def _beyond(scene: Scene) -> Meaning | None:
    """A place behind the last."""
    if scene.node != "Subscript" or not scene.parts:
        return None
    whole = scene.parts[0]
    if whole.source == "sys.argv":
        return Meaning(
            f"`{scene.source}` is not there: a submission is started without arguments",
            "write the value itself")
    if whole.value.shape == (0,) or scene.source in (f"{whole.source}[0]", f"{whole.source}[-1]"):
        return Meaning(f"`{scene.source}` is not there: `{whole.source}` has nothing in it")
    has = (
        ", which has one value for each input of forward besides ctx"
        if whole.source == "ctx.needs_input_grad" else
        f", which has {count(whole.value.shape[0], 'value')}" if whole.value.shape else "")
    return Meaning(
        f"`{scene.source}` takes what stands behind the last of `{whole.source}`{has}",
        "count from 0")


def _shape(sizes: str) -> str:
    return shown(tuple(map(int, re.findall(r"\d+", sizes))))


def _first(scene: Scene) -> str:
    return scene.parts[0].source if scene.parts else scene.source


def returned(scene: Scene) -> Meaning | None:
    """What torch refuses of what backward returned."""
    shape = found(
        r"returned an invalid gradient at index (\d+) - got \[([\d, ]*)\] but expected shape "
        r"compatible with \[([\d, ]*)\]",
        scene,
    )
    if shape:
        return Meaning(
            f"backward returns a gradient of shape {_shape(shape[2])} for input "
            f"{int(shape[1]) + 1}, which "
            f"has the shape {_shape(shape[3])}",
            "a gradient has the shape of its input: sum over the axes along which the input was "
            "used "
            "again and again",
        )
    number = found(r"incorrect number of gradients \(expected (\d+), got (\d+)\)", scene)
    if number:
        return Meaning(
            f"backward returns {count(int(number[2]), 'gradient')}, and forward takes "
            f"{count(int(number[1]), 'input')} besides ctx",
            "return one gradient for each input of forward, in their order; None for what needs "
            "none",
        )
    kind = found(
        r"expected Variable or None \(got ([\w.]+)\)|expected a Variable argument, but got "
        r"([\w.]+)",
        scene,
    )
    if kind:
        name = (kind[1] or kind[2]).rpartition(".")[2]
        return Meaning(
            f"backward returns {noun(name)} where torch wants a tensor, or None",
            "write it with torch's functions"
            if name == ARRAY
            else "end it with `return` and one tensor for each input of forward",
        )
    return None


TABLE: tuple[Interpretation, ...] = (
    arguments,
    not_callable,
    not_subscriptable,
    behind_a_star,
    taking_apart,
    one_for_several,
    index,
    returned,
)
