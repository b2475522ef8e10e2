"""From easy to hard: the stages of the checks on graphs, and their cases for a seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from hypothesis.strategies import SearchStrategy

from cgp_harness.checks.graphs.graph_case import Case
from cgp_harness.checks.graphs.graph_texts import (
    CALLS,
    POWERS,
    REPEATED,
    SUMS,
    Shape,
    expressions,
    paths,
    several,
)
from cgp_harness.checks.search import drawn

COUNT = 8
"""Graphs of a stage. Over 50 seeds every mistake of the banks shows on its stage."""


@dataclass(frozen=True, eq=False)
class Stage:
    """Graphs that are hard in one way.

    Args:
        title: continues "right on …".
        cases: draws one.
        share: of the check's points.
    """

    title: str
    cases: SearchStrategy[Case]
    share: float


PARTIALS = (
    Stage("sums and products", expressions(*SUMS), 0.2),
    Stage("powers and quotients", expressions(*POWERS), 0.2),
    Stage("activations", expressions(*CALLS), 0.25),
    Stage("names that stand in an expression twice", expressions(*REPEATED), 0.2),
    Stage("graphs of several nodes", several(*SUMS, *POWERS, *CALLS), 0.15),
)
GRADIENTS = (
    Stage("chains", paths(Shape()), 0.2),
    Stage("nodes that several others read", paths(Shape(shared=True)), 0.3),
    Stage("parameters that several nodes read", paths(Shape(reused=True)), 0.2),
    Stage("several outputs", paths(Shape(outputs=True)), 0.2),
    Stage("all of it together", paths(Shape(shared=True, reused=True, outputs=True)), 0.1),
)


@lru_cache(maxsize=64)
def cases(stage: Stage, seed: int) -> tuple[Case, ...]:
    """The graphs that every submission is asked about; drawn once per process, stage and seed."""
    return tuple(dict.fromkeys(drawn(stage.cases, seed, COUNT)))
