"""What the checks say of a trusted text, in this process: `forward`, `gradient`, `autograd`."""

from dataclasses import dataclass

from cgp_harness.checks.context import stopped
from cgp_harness.kinds.autograd_function.checks.autograd import autograd
from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.model import Status
from cgp_harness.subject import SubjectError
from tests.harness.in_process.functions import context_of

CHECKS = {"forward": forward, "gradient": gradient, "autograd": autograd}


@dataclass(frozen=True)
class Verdict:
    """Kinds of check that failed, in their order, and every name that was given."""

    failed: tuple[str, ...]
    named: tuple[str, ...]


def verdict(text, task, seed=0):
    """Run the checks as the pipeline does: none after one that blocks."""
    context, outcomes = context_of(text, task, seed), {}
    for kind, check in CHECKS.items():
        try:
            outcomes[kind] = check(context)
        except SubjectError as error:
            outcomes[kind] = stopped(error.problem)
        if outcomes[kind].blocks:
            break
    return Verdict(
        tuple(kind for kind, one in outcomes.items() if one.status is not Status.PASSED),
        tuple(dict.fromkeys(
            flag for one in outcomes.values() if one.diagnosis for flag in one.diagnosis.flags)),
    )
