"""Which platform's download a list of names is, if any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cgp_harness.collect.exports.blackboard import BLACKBOARD
from cgp_harness.collect.exports.brightspace import BRIGHTSPACE
from cgp_harness.collect.exports.canvas import CANVAS
from cgp_harness.collect.exports.moodle import MOODLE
from cgp_harness.collect.exports.piece import Piece, Platform
from cgp_harness.collect.members import is_beside

PLATFORMS = (MOODLE, BRIGHTSPACE, BLACKBOARD, CANVAS)
LONGEST = 1_000
"""Characters: what is longer no file system holds, and a pattern is slow on it."""


def recognised(
    names: Mapping[str, bool], platforms: Sequence[Platform] = PLATFORMS
) -> dict[str, Piece]:
    """The entries of a platform's download, if most that could be submissions are its own.

    Args:
        names: whether each entry is a folder, by its name.

    Returns:
        Pieces by the name of their entry; empty if it is no such download. Where names fit several
        platforms, those of which most do: one student's files may be called like another's.
    """
    short = {name: folder for name, folder in names.items() if len(name) <= LONGEST}
    found: dict[str, Piece] = {}
    for platform in platforms:
        pieces = {name: one for name, folder in short.items()
                  if (one := platform.piece(name, folder)) is not None}
        others = sum(name not in pieces and not (is_beside(name) and not folder)
                     for name, folder in names.items())
        if len(pieces) > max(others, len(found)) and platform.plausible(list(pieces.values())):
            found = pieces
    return found
