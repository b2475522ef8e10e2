"""A script that trains: nothing in it is decorated, and every file may be one."""

from __future__ import annotations

import sys
from types import ModuleType

from cgp_harness.errors import PluginError
from cgp_harness.registering.contract import Contract, Registered

KIND, PACKAGE = "primer_training", "ComputationalGraphPrimer"
NETWORKS, RULES = ("one_neuron", "multi_neuron"), ("sgd_plus", "adam")
NAMES = tuple(f"{network}_{rule}" for network in NETWORKS for rule in RULES)
"""What tasks of this kind are called."""


def script() -> str:
    """What stands for a submission's files: which training is whose shows when they run."""
    return PACKAGE


def _registered(module: ModuleType) -> tuple[list[Registered], list[PluginError]]:
    """Every task, in every file: one and the same, so that it counts once.

    Only in a worker that holds the stand-in for the course's package.
    """
    if not getattr(sys.modules.get(PACKAGE), "watched", False):
        return [], []
    where = f"{module.__file__}:1"
    return [Registered(KIND, name, script, where) for name in NAMES], []


CONTRACT = Contract(KIND, "training", "a script", "", _registered)
