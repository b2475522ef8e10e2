"""All interpretations, in the order in which they are tried: the first that knows the scene speaks.
"""

from __future__ import annotations

from cgp_harness.sandbox.interpreting import (
    called,
    calls,
    decorators,
    given,
    libraries,
    methods,
    names,
    operators,
    shapes,
    syntax,
    values,
)
from cgp_harness.sandbox.interpreting.meaning import Interpretation, Meaning, is_a
from cgp_harness.sandbox.protocol.scene import Scene

TABLE: tuple[Interpretation, ...] = (
    *decorators.TABLE,
    *values.TABLE,
    *operators.TABLE,
    *shapes.TABLE,
    *libraries.TABLE,
    *given.TABLE,
    *methods.TABLE,
    *names.TABLE,
    *called.TABLE,
    *calls.TABLE,
)
OWN = ("Raise", "Assert")
"""What raises by a line of the student's own is no mistake of these."""
WITHOUT_SOURCE = (
    *called.TABLE, names.not_begun, calls.returned, libraries.saved_number, libraries.modified)
"""Of what torch raises where no line of the student's is running."""


def interpreted(scene: Scene | None) -> Meaning | None:
    """What it means; None if nothing is known of such a scene.

    A scene comes from a worker: whatever it holds, this raises nothing.
    """
    if scene is None:
        return None
    table = syntax.TABLE if is_a(scene, "SyntaxError") else TABLE if scene.source else (
        WITHOUT_SOURCE)
    if scene.node in OWN:
        table = (values.not_written,)
    return next(filter(None, (one(scene) for one in table)), None)
