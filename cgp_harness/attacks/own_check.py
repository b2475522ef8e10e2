"""A check of an instructor's own, installed as a plugin while an attack on it is tried.

Its question is known to the attacks, which are right until it is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cgp_harness import installed, temporary

NAME, MODULE = "first_step", "cgp_attacked"
_PLUGIN = '''
import numpy as np

from cgp_harness import hookimpl
from cgp_harness.checks.context import failed, passed
from cgp_harness.kinds.optimizer.questions import Trajectory

RUN = Trajectory(((3,),), np.array([[1.0, -2.0, 4.0]]), {"lr": 0.5})
EXPECTED = np.array([0.5, -1.0, 2.0])


def first_step(context):
    steps = context.subject.of("optimizer").trajectory("sgd", RUN, "numpy")
    if np.allclose(steps.values[0], EXPECTED):
        return passed("The first step is right.")
    return failed(f"The first step is {steps.values[0]}.")


@hookimpl
def cgp_checks():
    return {"first_step": first_step}
'''


@contextmanager
def there() -> Iterator[None]:
    """It is installed, as a package with an entry point."""
    with temporary.folder("cgp-plugin-") as folder:
        described = folder / f"{MODULE}-1.dist-info"
        described.mkdir()
        (described / "METADATA").write_text(f"Name: {MODULE}\nVersion: 1\n", "ascii")
        (described / "entry_points.txt").write_text(
            f"[cgp_harness]\nattacked = {MODULE}\n", "ascii")
        (folder / f"{MODULE}.py").write_text(_PLUGIN, "ascii")
        sys.path.append(str(folder))
        installed.checks.cache_clear()
        try:
            yield
        finally:
            sys.path.remove(str(folder))
            sys.modules.pop(MODULE, None)
            installed.checks.cache_clear()
