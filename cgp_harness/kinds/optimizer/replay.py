"""A rule's stored case, run once more: one run, whose numbers are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as changed
from typing import Any

import numpy as np

from cgp_harness.checks.loads import loads
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.counterexample import places, plain, run_of
from cgp_harness.model import CheckResult
from cgp_harness.probing.case import Replay, ReplayRow


def replay(context: RuleContext, check: CheckResult) -> Replay | None:
    """The case's numbers, stored and now; None if it is no run of the rule.

    A violated relation depends on all that was asked before it, so that check is run again.
    """
    case = check.counterexample or {}
    if "rule" not in case:
        return None
    if check.kind == "relations":
        violated = relations(changed(context, **loads(context).learned)).counterexample
        now = violated["got"] if violated else []
    else:
        now = plain(context.rules.trajectory(
            case["rule"], run_of(case), case["arrays"], writable=True).values)
    return _compared(case, now)


def _compared(case: Mapping[str, Any], now: list[list[float | None]]) -> Replay:
    run = run_of(case)
    rows = [
        ReplayRow(t + 1, parameter, index, float(run.gradients[t, i]), case["expected"][t][i],
                  case["got"][t][i], now[t][i] if now else None)
        for t in range(len(run.gradients))
        for i, (parameter, index) in enumerate(places(run.shapes))
    ]
    same = bool(now) and all(_same(row.stored, row.now) for row in rows)
    return Replay(tuple(rows), reproduced=same, case=case)


def _same(stored: float | None, now: float | None) -> bool:
    if stored is None or now is None:
        return stored is now
    return bool(np.isclose(stored, now, rtol=1e-9, atol=0.0))
