"""A word where Python reads none: misspelt, of another language, or half of a name."""

from __future__ import annotations

import keyword
import re
from difflib import get_close_matches

from cgp_harness.sandbox.interpreting.meaning import Interpretation, Meaning, found
from cgp_harness.sandbox.protocol.scene import Scene

_BEGINS = (
    "return", "import", "from", "def", "class", "for", "while", "if", "elif", "else", "try",
    "except", "finally", "with", "assert", "raise")
_JOINS = ("import", "and", "else", "lambda", "as", "in", "or", "is", "if", "not")
_ELSEWHERE = {"function": "def", "func": "def", "fn": "def", "elseif": "elif", "elsif": "elif"}
_OF_TYPES = ("let", "var", "const", "auto", "int", "float", "double", "long", "bool")


def misspelt(scene: Scene) -> Meaning | None:
    """`retrun v`, `from numpy improt exp`: beside other words, one that is nearly Python's."""
    if not found("invalid syntax", scene):
        return None
    line = re.sub(r"""(["']).*?\1""", "0", scene.source.partition("#")[0])
    first = re.match(r"\s*([A-Za-z]+)(?:\s+[\w(\[{-]|\s*:\s*$)", line)
    later = re.finditer(r"(?<=[\w)\]=,(])\s+([A-Za-z]+)(?=\s+[\w(\[{-])", line)
    for word, known in (
            (first[1] if first else "", _BEGINS), *((one[1], _JOINS) for one in later)):
        if word and word not in keyword.kwlist and (meant := _near(word, known)):
            return Meaning(f"`{word}` is no word of Python's", f"write `{meant}`")
    return None


def _near(word: str, known: tuple[str, ...]) -> str:
    """Which is meant: with its letters in another order or case, or nearly these; else empty."""
    small = word.lower()
    if known is _BEGINS and small in _ELSEWHERE:
        return _ELSEWHERE[small]
    same = [one for one in known if sorted(one) == sorted(small)]
    close = same or get_close_matches(small[:12], known, n=1, cutoff=0.75)
    return close[0] if close else ""


def declared(scene: Scene) -> Meaning | None:
    """`float v = 0`, `step size = 1`: a name is made by `=` alone, and is one word."""
    told = re.match(r"\s*([A-Za-z_]\w*)\s+([A-Za-z_]\w*)\s*=(?!=)", scene.source)
    if told is None or not found("invalid syntax", scene) or told[1] in keyword.kwlist:
        return None
    if told[1] in _OF_TYPES:
        return Meaning(
            f"Python has no `{told[1]}` in front of a new name", f"write `{told[2]} = …`")
    return Meaning(
        f"`{told[1]} {told[2]}` is no name: a name is one word",
        f"write `{told[1]}_{told[2]}`, here and wherever it is used")


TABLE: tuple[Interpretation, ...] = (misspelt, declared)
