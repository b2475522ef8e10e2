"""Every demo of step-size rules, by the name that the command line knows it by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cgp_reference.demos import gd_vs_sgd, loss_surface, ravine
from cgp_reference.demos.demo import Demo

DEMOS: Mapping[str, Demo] = MappingProxyType(
    {demo.name: demo for demo in (ravine.DEMO, loss_surface.DEMO, gd_vs_sgd.DEMO)}
)
