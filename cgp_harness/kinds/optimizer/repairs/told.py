"""What is said of a wrong rule once all is judged."""

from __future__ import annotations

from collections.abc import Mapping

from cgp_harness.checks.mended import mended
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.repairs.search import found
from cgp_harness.model import CheckResult, Diagnosis, Status


def with_repairs(
    context: RuleContext, results: Mapping[str, CheckResult]
) -> Mapping[str, Diagnosis]:
    """By check, its diagnosis with the place; nothing where none is found.

    Args:
        context: after all checks.
        results: of the task's checks.

    Raises:
        SubjectError: the worker is gone.
    """
    result = results.get("update_rule")
    if result is None or result.status is not Status.FAILED or result.diagnosis is None:
        return {}
    said = mended(context, result, found(context))
    return {"update_rule": said} if said else {}
