"""What a script writes by a relative path, and its own `savefig`, kept in one folder.

Homework saves its figures as `../output/loss.png`, as `/home/me/plot.png`, or beside itself. With
`--save DIR` all of that goes to DIR, under its last name; what a script writes elsewhere by an
absolute path is left alone. What it has written so it finds again, by the name that it used.
"""

from __future__ import annotations

import builtins
import io
import os
from pathlib import Path
from typing import Any

_WRITING = frozenset("wax+")


def redirect(folder: Path) -> None:
    """From here on, for the whole interpreter. `folder` is absolute, and there."""
    from matplotlib.figure import Figure

    opened, saved = io.open, Figure.savefig

    def kept_open(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        place = _kept(file, folder)
        if place is not None and (_WRITING & set(mode) or (
                not os.path.exists(file) and place.exists())):
            file = place
        return opened(file, mode, *arguments, **named)

    def kept_savefig(figure: Figure, fname: Any, *arguments: Any, **named: Any) -> None:
        if isinstance(fname, str | os.PathLike):
            fname = folder / Path(fname).name
        saved(figure, fname, *arguments, **named)

    # `builtins.open` and `io.open` are one function by two names, pathlib's the second.
    for owner, name, kept in ((builtins, "open", kept_open), (io, "open", kept_open),
                              (Figure, "savefig", kept_savefig)):
        setattr(owner, name, kept)


def _kept(file: Any, folder: Path) -> Path | None:
    """Where a file of a relative path is kept."""
    if not isinstance(file, str | os.PathLike):
        return None
    path = os.fspath(file)
    if not isinstance(path, str) or os.path.isabs(path) or not path:
        return None
    return folder / Path(path).name
