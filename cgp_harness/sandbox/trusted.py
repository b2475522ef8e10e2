"""What the grader trusts and a submission uses: imported in its worker before the lock-down.

torch and matplotlib write temporary files, look for a compiler or start threads when they are
imported, differently in each build. All of that is their own affair and not the student's, so it
happens while it still may. What no file imports is left out: torch takes 1.2 s of CPU time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cgp_harness.model import Submission

MODULES = {"torch": "torch", "matplotlib": "matplotlib.pyplot", "pylab": "matplotlib.pyplot"}
"""A word in an `import`, or in quotes -> the module to import. numpy the worker has anyway."""

_WORDS = "|".join(MODULES).encode()
_NAMED = re.compile(rb"\b(?:" + _WORDS + rb")\b")
_QUOTED = re.compile(rb"[\"'](" + _WORDS + rb")(?:\.\w+)?[\"']")


def trusted(submission: Submission, forbid: Sequence[str] = ()) -> tuple[str, ...]:
    """The modules to import before the submission is; none that it may not use.

    >>> from cgp_harness.model import SourceFile
    >>> text = b"import numpy as np, torch  # not pylab"
    >>> trusted(Submission("ada", (SourceFile("adam.py", text),)))
    ('torch',)
    """
    words = {
        word.decode() for file in submission.files if file.path.endswith(".py")
        for word in _imported(file.content)}
    return tuple(dict.fromkeys(
        module for word, module in MODULES.items()
        if word in words and not {module, module.partition(".")[0]} & set(forbid)))


def _imported(text: bytes) -> set[bytes]:
    """The words that the text imports, by its looks: it is not parsed, and read once."""
    found = set(_QUOTED.findall(text))
    for statement in re.split(rb"[\n\r;:]", text):
        if statement.lstrip().startswith((b"import", b"from")):
            found |= set(_NAMED.findall(statement.partition(b"#")[0]))
    return found
