"""What the first worker is forked from, started before this process has imported what grades.

Both take their time: side by side, that of the slower one. Started by the main thread: who starts a
worker from a thread that ends ends the worker too.
"""

from __future__ import annotations

from cgp_harness.installed import imports
from cgp_harness.model import Submission
from cgp_harness.sandbox.host.processes import zygotes
from cgp_harness.sandbox.host.trusted import held_by
from cgp_harness.sandbox.host.view import view_for
from cgp_harness.task import Assignment


def begin(submission: Submission, assignment: Assignment) -> None:
    """Start it, and do not wait for it. Where it does not come up, a worker says why.

    Raises:
        MachineError: the folder that it imports from cannot be built.
    """
    held = held_by(submission, assignment.forbid, assignment.packages, imports(assignment))
    zygotes.begin(view_for(held, assignment.packages).root, held)
