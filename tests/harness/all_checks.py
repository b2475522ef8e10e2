"""Every check of the harness's own, by name, whichever kind of task it is of."""

from cgp_harness import pipeline
from cgp_harness.checks.grading import grading_of
from cgp_harness.checks.loads import loads
from cgp_harness.installed import kinds
from cgp_harness.kind import LOADS

CONTRACTS = [kind.contract for kind in kinds().values()]
CHECKS_OF = {name: ("loads", *kind.checks) for name, kind in kinds().items()}
CHECKS = {"loads": loads, **{
    name: check for kind in kinds().values() for name, check in grading_of(kind).checks.items()}}
INFO = {"loads": LOADS, **{
    name: info for kind in kinds().values() for name, info in kind.checks.items()}}


def replace_check(monkeypatch, name, check):
    """Have the pipeline run another check in the place of one."""
    theirs = pipeline.check_of
    monkeypatch.setattr(
        pipeline, "check_of", lambda kind, one: check if one == name else theirs(kind, one))
