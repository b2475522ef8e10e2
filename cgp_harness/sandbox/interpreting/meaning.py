"""What an interpretation says, and what all of them ask of a scene."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cgp_harness.sandbox.protocol.scene import Part, Scene, Value


@dataclass(frozen=True)
class Meaning:
    """One plain sentence, and what to write instead where that is sure."""

    says: str
    write: str = ""


Interpretation = Callable[[Scene], Meaning | None]

ARRAY, TENSOR = "ndarray", "Tensor"
NOUNS = {
    ARRAY: "a numpy array",
    TENSOR: "a torch tensor",
    "tuple": "a tuple",
    "list": "a list",
    "dict": "a dict",
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "True or False",
    "NoneType": "None",
    "function": "a function",
    "module": "a module",
    "builtin_function_or_method": "a function",
    "method": "a function",
    "numpy.ndarray": "a numpy array",
    "set": "a set",
    "type": "a class",
    "Size": "the sizes of a tensor",
}


def is_a(scene: Scene, *errors: str) -> bool:
    """Whether what was raised is of one of these classes, or below one."""
    return any(one in scene.error for one in errors)


def noun(value: Value | str) -> str:
    """`a tensor of shape (2, 3)`, `the text '0.001'`, `None`."""
    if isinstance(value, str):
        return NOUNS.get(value, f"{'an' if value[:1].lower() in tuple('aeiou') else 'a'} {value}")
    if value.type in (ARRAY, TENSOR):
        return f"{NOUNS[value.type]} of shape {shown(value.shape)}"
    if value.type in ("tuple", "list") and value.shape:
        return f"{NOUNS[value.type]} of {count(value.shape[0], 'value')}"
    if value.type in ("int", "float", "str", "bool") and value.text:
        return {"str": "the text", "bool": "the truth value"}.get(
            value.type, "the number"
        ) + f" {value.text}"
    return noun(value.type)


def shown(shape: tuple[int, ...]) -> str:
    """A shape as Python writes it."""
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def count(number: int, thing: str) -> str:
    """`1 value`, `2 values`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def found(pattern: str, scene: Scene) -> re.Match[str] | None:
    """Where the text of the exception says so."""
    return re.search(pattern, scene.text)


def bracketed(source: str) -> str:
    """An operand as it can stand beside any operator."""
    plain = re.fullmatch(r"[\w.]+(\([^()]*\)|\[[^\[\]]*\])?|\([^()]*\)", source)
    return source if plain else f"({source})"


def of_type(scene: Scene, *types: str) -> Part | None:
    """The first part that is one of these."""
    return next((part for part in scene.parts if part.value.type in types), None)


def module(scene: Scene, name: str) -> str:
    """What a module is called in the file; empty if it is not imported."""
    for one in scene.modules:
        alias, _, known = one.partition("=")
        if known == name:
            return alias
    return ""


def operands(scene: Scene) -> tuple[str, str]:
    """Types of the two operands, as the scene or the exception tells."""
    told = found(r"'([\w.]+)' and '([\w.]+)'", scene)
    known = [part.value.type for part in scene.parts[:2]]
    known += [""] * (2 - len(known))
    left, right = (told[1], told[2]) if told else ("", "")
    return known[0] or left, known[1] or right
