"""Whether a zip whose names are of no known platform looks like several students' submissions.

That cannot be known for sure: a student may hand in a folder for each task. So it is asked only of
a zip that is graded by itself, and the answer is to unzip it, never to grade it as a class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cgp_harness.collect.members import is_hidden, is_notebook, is_python, is_zip

SEVERAL = 3
"""Folders that hold a file of the same name; two may be an old and a new version of one's own."""


def looks_like_a_class(names: Iterable[str]) -> bool:
    """Several zips and no Python beside them, or one file's name in each of several folders.

    >>> looks_like_a_class(["hw3/ada.zip", "hw3/ben.zip"])
    True
    >>> looks_like_a_class(["ada/adam.py", "ben/adam.py", "eva/x/adam.py"])
    True
    >>> looks_like_a_class(["adam/main.py", "adam/test.py", "sgd/sgd.py", "plots/plot.py"])
    False
    """
    members = [parts for name in names if (parts := _parts(name))]
    while len({parts[0] for parts in members}) == 1 and all(len(parts) > 1 for parts in members):
        members = [parts[1:] for parts in members]
    files = [parts for parts in members if is_python(parts[-1]) or is_notebook(parts[-1])]
    if not files:
        return sum(len(parts) == 1 and is_zip(parts[0]) for parts in members) > 1
    if any(len(parts) == 1 for parts in files) or any(
            len(parts) == 2 and parts[1] == "__init__.py" for parts in files):
        return False
    each = {(parts[0], parts[-1].lower()) for parts in files if parts[-1] != "__init__.py"}
    return max(Counter(name for _, name in each).values(), default=0) >= SEVERAL


def _parts(name: str) -> list[str]:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    folder = name.endswith(("/", "\\"))
    return [] if folder or any(is_hidden(part) for part in parts) else parts
