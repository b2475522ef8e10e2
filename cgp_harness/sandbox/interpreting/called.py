"""Functions of the student's that are called by torch or by a grader: what they are given."""

from __future__ import annotations

import re

from cgp_harness.sandbox.interpreting.meaning import (
    Interpretation,
    Meaning,
    count,
    found,
)
from cgp_harness.sandbox.interpreting.operators import SAVED
from cgp_harness.sandbox.protocol.scene import Scene


def of_function(scene: Scene) -> Meaning | None:
    """forward and backward, called as torch calls them."""
    method = scene.function.rpartition(".")[2]
    of_torch = method in ("forward", "backward", "setup_context") and (
        scene.arguments[:1] != ("graph",))
    if scene.node != "Called" or not of_torch:
        return None
    taken = ", ".join(scene.arguments)
    if "self" in scene.arguments:
        # Of a graph it is given that; of a Function ctx.
        first = () if {"ctx", "graph"} & {*scene.arguments} else ("ctx",)
        own = (*first, *(one for one in scene.arguments if one != "self"))
        return Meaning(
            f"{method}() belongs to the class and not to an object, so that it is given no self, "
            f"and takes ({taken})",
            f"write `def {method}({', '.join(own)}):`",
        )
    if "ctx" not in scene.arguments:
        return Meaning(
            f"{method}() is given ctx first, and takes ({taken})",
            f"write `def {method}({', '.join(('ctx', *scene.arguments))}):`",
        )
    if method == "backward" and len(scene.arguments) > 2:
        further = ", ".join(scene.arguments[2:])
        return Meaning(
            f"backward() is given ctx and the gradient of each output, and takes ({taken})",
            f"have forward keep it, `ctx.save_for_backward({further})`, and read it in backward: "
            f"`{further}{',' * (len(scene.arguments) == 3)} = {SAVED}`",
        )
    told = found(r"takes (\d+) positional arguments? but (\d+)", scene)
    given = f"{int(told[2]) - 1} more" if told else ""
    return told and Meaning(
        f"{method}() is given ctx and {given}, and takes ({taken})",
        "take one argument for each, in the order of the handout",
    )


def as_called(scene: Scene) -> Meaning | None:
    """A function of the student's that is called with another number of values than it takes."""
    missing = found(r"missing \d+ required positional arguments?: (.+)", scene)
    takes = found(r"takes (\d+) positional arguments? but (\d+)", scene)
    if scene.node != "Called" or not (missing or takes):
        return None
    names = re.findall(r"'(\w+)'", missing[1]) if missing else []
    given = int(takes[2]) if takes else len(scene.arguments) - len(names)
    says = (
        f"{scene.function}() is given {count(given, 'value')}, and takes "
        + (f"({', '.join(scene.arguments)})" if scene.arguments else "none")
    )
    if names and "." not in scene.function:
        own = ", ".join(f"{one}=…" if one in names else one for one in scene.arguments)
        return Meaning(
            says, f"give {' and '.join(names)} a value of its own: `def {scene.function}({own}):`"
        )
    return Meaning(says, "take one argument for each")


TABLE: tuple[Interpretation, ...] = (of_function, as_called)
