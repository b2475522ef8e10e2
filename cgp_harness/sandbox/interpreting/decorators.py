"""What stands in the parentheses of a decorator."""

from __future__ import annotations

import re

from cgp_harness.sandbox.interpreting.meaning import Interpretation, Meaning, found, is_a
from cgp_harness.sandbox.protocol.scene import Scene


def state_by_itself(scene: Scene) -> Meaning | None:
    """`@optimizer("m", "v")`, `@optimizer([m, v])`: a state without the value that it begins with.
    """
    told = re.fullmatch(r"@optimizer\((.*)\)", scene.statement)
    by_name = is_a(scene, "NameError") and scene.node == "Name"
    if told is None or "=" in told[1] or not (
            by_name or found(r"optimizer\(\) takes .* positional arguments? but", scene)):
        return None
    state = ", ".join(f"{one}=0" for one in re.findall(r"[^\W\d]\w*", told[1]))
    return Meaning(
        f"`{scene.statement}` names a state, and does not say with which value it begins",
        f"write `@optimizer({state})`")


def without_name(scene: Scene) -> Meaning | None:
    """`@activation()`, which asks for a name."""
    told = re.fullmatch(r"@(\w+)\(\)", scene.statement)
    if told is None or not found(rf"{told[1]}\(\) missing 1 required positional argument", scene):
        return None
    return Meaning(
        f"`{scene.statement}` does not say under which name it is registered",
        f'write `@{told[1]}("…")`, with the name that the handout asks for')


TABLE: tuple[Interpretation, ...] = (state_by_itself, without_name)
