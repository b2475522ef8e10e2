"""What the grader trusts and a submission uses: imported in its worker before the lock-down.

torch and matplotlib write temporary files, look for a compiler or start threads when they are
imported, differently in each build. All of that is their own affair and not the student's, so it
happens while it still may. What no file imports is left out: torch takes 1.2 s of CPU time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cgp_harness.installed import kinds
from cgp_harness.model import Submission
from cgp_harness.sandbox.host.view import modules_of
from cgp_harness.sandbox.protocol.messages import Held

MODULES = {"torch": "torch", "matplotlib": "matplotlib.pyplot", "pylab": "matplotlib.pyplot"}
"""A word in an `import`, or in quotes -> the module to import. numpy the worker has anyway."""


def trusted(
    submission: Submission, forbid: Sequence[str] = (), further: Sequence[str] = (),
    imports: Sequence[str] = (),
) -> tuple[str, ...]:
    """The modules to import before the submission is; none that it may not use.

    Args:
        further: modules that this homework's submissions may import besides.
        imports: modules that its kinds of task import, whatever the submission does.

    >>> from cgp_harness.model import SourceFile
    >>> text = b"import numpy as np, torch  # not pylab"
    >>> trusted(Submission("ada", (SourceFile("adam.py", text),)))
    ('torch',)
    """
    known = MODULES | {module: module for module in further}
    names = "|".join(map(re.escape, known)).encode()
    words = {
        word.decode() for file in submission.files if file.path.endswith(".py")
        for word in _imported(file.content, names)}
    wanted = [module for word, module in known.items() if word in words]
    return tuple(dict.fromkeys(
        module for module in (*wanted, *imports)
        if not {module, module.partition(".")[0]} & set(forbid)))


def held_by(
    submission: Submission, forbid: tuple[str, ...], packages: Sequence[str],
    imports: Sequence[str],
) -> Held:
    """What a submission's workers have imported before it comes near them.

    Args:
        packages: distributions that it may import besides those that all may.
        imports: see `trusted`.
    """
    further = [name for one in packages for name in modules_of(one)]
    return Held(forbid, trusted(submission, forbid, further, imports), tuple(
        kind.package for kind in kinds().values()))


def _imported(text: bytes, names: bytes) -> set[bytes]:
    """Which names the text imports, by its looks: it is not parsed, and read once."""
    named = re.compile(rb"\b(?:" + names + rb")\b")
    found = set(re.findall(rb"[\"'](" + names + rb")(?:\.\w+)?[\"']", text))
    for statement in re.split(rb"[\n\r;:]", text):
        if statement.lstrip().startswith((b"import", b"from")):
            found |= set(named.findall(statement.partition(b"#")[0]))
    return found
