"""From easy to hard: the stages of the checks on graphs, and their cases for a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.kinds.backprop.probes.covering import covering, far, mixed
from cgp_harness.kinds.backprop.probes.ground_paths import ground
from cgp_harness.kinds.backprop.probes.in_turn import families, in_turn
from cgp_harness.kinds.backprop.probes.texts import (
    ACTIVATIONS,
    POWERS,
    SUMS,
    Draw,
    Shape,
    drawn,
    expressions,
    paths,
    several,
)

COUNT = 4
"""Graphs of a stage that are drawn. They only add: what decides is the same in every run."""


@dataclass(frozen=True, eq=False)
class Stage:
    """Graphs that are hard in one way.

    Args:
        title: continues "right on …".
        fixed: those that are asked in every run.
        draw: draws another.
        share: of the check's points.
        kind: of the forms that are asked far out too.
    """

    title: str
    fixed: Callable[[], tuple[Case, ...]]
    draw: Draw
    share: float
    kind: str = ""

    @property
    def far(self) -> tuple[tuple[Case, tuple[Case, ...]], ...]:
        """Forms near, and far: see `covering.FAR`."""
        return far(self.kind) if self.kind else ()



def _paths(stage: str) -> tuple[Case, ...]:
    return (*ground(stage), *in_turn(stage))


PARTIALS = (
    Stage("sums and products", partial(covering, "sums"), expressions(SUMS, SUMS), 0.2, "sums"),
    Stage("powers and quotients", partial(covering, "powers"), expressions(*POWERS), 0.2,
          "powers"),
    Stage("activations", partial(covering, "calls"), expressions(*ACTIVATIONS), 0.25, "calls"),
    Stage("names that stand in an expression twice", partial(covering, "twice"),
          expressions(("*",), SUMS, ("x", "a")), 0.2),
    Stage("graphs of several nodes",
          lambda: (*ground("nodes"), *mixed(), *in_turn(*families())),
          several, 0.15),
)
GRADIENTS = (
    Stage("chains", partial(_paths, "chains"), paths(Shape()), 0.2),
    Stage("nodes that several others read", partial(_paths, "shared"), paths(Shape(shared=True)),
          0.3),
    Stage("parameters that several nodes read", partial(_paths, "reused"),
          paths(Shape(reused=True)), 0.2),
    Stage("several outputs", partial(_paths, "outputs"), paths(Shape(outputs=True)), 0.2),
    Stage("all of it together", partial(_paths, "all"),
          paths(Shape(shared=True, reused=True, outputs=True)), 0.1),
)


@lru_cache(maxsize=1024)
def cases(stage: Stage, seed: int) -> tuple[Case, ...]:
    """The graphs that every submission is asked about, some of them twice, the first again last.

    Made once per process, stage and seed.
    """
    fixed = stage.fixed()
    return (*fixed, *drawn(stage.draw, seed, COUNT), fixed[0])
