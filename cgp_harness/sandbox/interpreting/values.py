"""Keys, divisions by zero, conversions, recursion; files and prompts; what is not written yet."""

from __future__ import annotations

import re

from cgp_harness.sandbox.interpreting.meaning import Interpretation, Meaning, count, found, is_a
from cgp_harness.sandbox.protocol.scene import Scene


def prompt(scene: Scene) -> Meaning | None:
    """`input()`."""
    asks = any(
        "input(" in text
        for text in (scene.source, scene.statement, *(part.origin for part in scene.parts))
    )
    if not asks or not is_a(scene, "ValueError", "EOFError", "TypeError", "IndexError"):
        return None
    return Meaning(
        "`input()` asks somebody at a keyboard, and here nobody is: it gives an empty text",
        "write the value itself, or take it as an argument with a default",
    )


def no_file(scene: Scene) -> Meaning | None:
    """A file that is at home and not here."""
    told = found(r"No such file or directory: '([^']*)'", scene)
    if told is None and not (
        is_a(scene, "FileNotFoundError") and (told := found(r"'?([^'\s]+)'? not found", scene))
    ):
        return None
    return Meaning(
        f"there is no file '{told[1]}' here: only your own .py and .ipynb files are",
        "write what is needed from it into the code itself",
    )


def no_key(scene: Scene) -> Meaning | None:
    """A key that a dict has not."""
    if not is_a(scene, "KeyError") or scene.node != "Subscript" or len(scene.parts) < 2:
        return None
    if scene.inner:  # a table that a library keeps
        return None
    table, key = scene.parts[0], scene.parts[1]
    if re.match(r"['\"]?Node\(|<.* object at", scene.text):
        return Meaning(
            f"`{key.source}` is the node itself, and the entries of `{table.source}` have the "
            "names of nodes",
            f"write `{table.source}[{key.source}.name]`",
        )
    if scene.near:
        return Meaning(
            f"`{table.source}` has no entry {scene.text}",
            f"did you mean {' or '.join(map(repr, scene.near[:2]))}?",
        )
    holds = (
        f", which holds {count(table.value.shape[0], 'entry').replace('entrys', 'entries')}"
        if (table.value.type == "dict" and table.value.shape)
        else ""
    )
    if _adds(scene):
        return Meaning(
            f"`{scene.statement}` adds to an entry of `{table.source}` that is not there",
            f"begin with 0 for each: `{table.source} = {{name: 0.0 for name in …}}`",
        )
    return Meaning(
        f"there is no entry {scene.text} in `{table.source}`{holds}",
        f"make the entry before, or ask `if {key.source} in {table.source}`",
    )


def _adds(scene: Scene) -> bool:
    """Whether the entry itself is given a value there: `d[name] += …`, `d[name] = d[name] + …`."""
    target, sign, value = scene.statement.removeprefix("else: ").partition("=")
    return bool(sign) and not value.startswith("=") and (
        target.rstrip(" +-*/") == scene.source or target.strip() == scene.source)


def by_zero(scene: Scene) -> Meaning | None:
    """A division by 0 of plain numbers."""
    if not is_a(scene, "ZeroDivisionError"):
        return None
    if re.search(r"\bk\s*-\s*1\b", scene.source):
        return Meaning(
            f"`{scene.source}` divides by 0 in the first step: k begins at 1, and k - 1 at 0",
            "write k where k - 1 stands",
        )
    if "negative power" in scene.text:
        return Meaning(f"`{scene.source}` takes a negative power of 0")
    below = scene.parts[-1].source if scene.parts else ""
    if re.fullmatch(r"[\d.]*", below):
        return None
    return Meaning(
        f"`{scene.source}` divides by 0: `{below}` is 0 here" if below else "a division by 0"
    )


def too_large(scene: Scene) -> Meaning | None:
    """More than a float holds."""
    if not is_a(scene, "OverflowError"):
        return None
    return Meaning(
        f"`{scene.source}` is larger than a number can be (1.8e308)",
        "write it so that what stands in the exponent is never large and positive",
    )


def domain(scene: Scene) -> Meaning | None:
    """The root or the logarithm of what has none."""
    if not found("math domain error|expected a (?:nonnegative|positive) input", scene):
        return None
    return Meaning(
        f"`{scene.source}` is the root or the logarithm of a number that has none: it is "
        "negative, or 0"
    )


def endless(scene: Scene) -> Meaning | None:
    """A function that calls itself without end."""
    if not is_a(scene, "RecursionError"):
        return None
    name = scene.function.rpartition(".")[2]
    return Meaning(
        f"{name}() calls itself again and again, without an end",
        "leave the call out, or return before it when there is nothing left to do",
    )


def not_written(scene: Scene) -> Meaning | None:
    """The skeleton's own `raise NotImplementedError`."""
    if not is_a(scene, "NotImplementedError") or scene.node != "Raise":
        return None
    return Meaning(
        "it is not written yet: `raise NotImplementedError` still stands there",
        "put your own lines in its place",
    )


def conversion(scene: Scene) -> Meaning | None:
    """`float('…')` of what is no number."""
    told = found(
        r"could not convert string to float: (.*)|invalid literal for int\(\) .*: (.*)", scene
    )
    if told is None:
        return None
    return Meaning(
        f"{told[1] or told[2]} is no number that Python reads",
        "write the number itself, with a point for the decimals",
    )


TABLE: tuple[Interpretation, ...] = (
    prompt,
    no_file,
    no_key,
    by_zero,
    too_large,
    domain,
    endless,
    not_written,
    conversion,
)
