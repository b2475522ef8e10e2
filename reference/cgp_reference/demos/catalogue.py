"""Every demo, by the name that the command line knows it by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cgp_reference.demos import extend_autograd, sparse
from cgp_reference.demos.classifiers import (
    jacobian,
    learning_rate,
    multi_neuron,
    one_neuron,
    verify_torchnn,
)
from cgp_reference.demos.dag import demo as dag
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.errata import demo as errata
from cgp_reference.demos.graphs import operators, static_dynamic
from cgp_reference.demos.loss_surfaces import gd_vs_sgd, local_minimum, loss_surface, ravine

DEMOS: Mapping[str, Demo] = MappingProxyType({
    module.DEMO.name: module.DEMO
    for module in (
        dag, one_neuron, multi_neuron, verify_torchnn, jacobian, ravine, loss_surface, gd_vs_sgd,
        local_minimum, learning_rate, sparse, operators, static_dynamic, extend_autograd, errata,
    )
})
