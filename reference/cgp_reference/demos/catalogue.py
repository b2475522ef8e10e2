"""Every demo, by the name that the command line knows it by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cgp_reference.demos import (
    dag,
    errata,
    extend_autograd,
    gd_vs_sgd,
    jacobian,
    loss_surface,
    multi_neuron,
    one_neuron,
    ravine,
    verify_torchnn,
)
from cgp_reference.demos.demo import Demo

DEMOS: Mapping[str, Demo] = MappingProxyType({
    module.DEMO.name: module.DEMO
    for module in (
        dag, one_neuron, multi_neuron, verify_torchnn, jacobian, ravine, loss_surface, gd_vs_sgd,
        extend_autograd, errata,
    )
})
