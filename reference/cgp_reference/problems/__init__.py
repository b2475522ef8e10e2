"""Optimization problems, on which step-size rules are compared."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cgp_reference.problems.dag import DAG
from cgp_reference.problems.multi_neuron import MULTI_NEURON
from cgp_reference.problems.one_neuron import ONE_NEURON
from cgp_reference.problems.problem import Course, Evaluate, Problem
from cgp_reference.problems.ravine import RAVINE
from cgp_reference.problems.rosenbrock import ROSENBROCK
from cgp_reference.problems.sparse import SPARSE

__all__ = ["PROBLEMS", "Course", "Evaluate", "Problem"]

PROBLEMS: Mapping[str, Problem] = MappingProxyType({
    each.name: each for each in (ONE_NEURON, MULTI_NEURON, DAG, RAVINE, SPARSE, ROSENBROCK)
})
"""Every problem here, by its name."""
