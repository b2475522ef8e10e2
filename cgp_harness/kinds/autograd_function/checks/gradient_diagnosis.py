"""Asks a Function for what its mistake is told by, and has it named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_harness.kinds.autograd_function.checks.linearity import Rows
from cgp_harness.kinds.autograd_function.checks.wrong_values import range_diagnosis
from cgp_harness.kinds.autograd_function.diagnosis.bank import Gradients, Probe
from cgp_harness.kinds.autograd_function.diagnosis.gradient import diagnose_gradient
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw
from cgp_harness.kinds.autograd_function.probes.numbers import agree
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.subject import SubjectError


def diagnosed(function: FunctionUnderTest, flaw: Flaw) -> Diagnosis:
    """The mistake, on the numbers of two shapes; or what is special about those where it shows."""
    if flaw.local and flaw.case is not None:
        wanted = function.wanted_gradients(flaw.case.sizes, *flaw.case.rows)
        return range_diagnosis(
            function.specification, flaw.case.rows[0], np.array([flaw.got]), wanted,
            "Your backward")
    first, second, *single = ground.told_apart_at(function.specification)
    try:
        return _named(function, (first, second, *single))
    except SubjectError as error:
        if error.kind not in RAISED or not single:
            raise
        return _named(function, (first, second))  # it raises for single numbers


def named_on_squares(function: FunctionUnderTest) -> Diagnosis | None:
    """Of a backward that raises: the mistake that it makes where all axes have one size.

    A product of matrices that are transposed by mistake raises unless they are square.
    """
    square = [one for one in function.specification.tried_sizes if len(_axes(one)) == 1]
    if function.specification.elementwise or not square:
        return None
    try:
        diagnosis = _named(function, [max(square, key=lambda one: one.numbers)])
    except SubjectError:
        return None
    return diagnosis if diagnosis.flags else None


def _axes(sizes: Sizes) -> set[int]:
    return {axis for shape in (*sizes.inputs, sizes.output) for axis in shape}


def _named(function: FunctionUnderTest, tried: Sequence[Sizes]) -> Diagnosis:
    probes: list[Probe] = []
    for sizes in tried:
        rows = Rows.asked(function, sizes)
        if not agree(rows.got, Rows.asked(function, sizes).got):
            return Diagnosis(("not_deterministic",), (
                "Your backward gives another gradient for the same numbers the second time: it "
                "draws at random, or remembers what came before."))
        outputs = function.forward(sizes, rows.points).values
        jacobians = _jacobians(function, sizes, rows.points)
        probes += [
            _probe(function.specification, sizes, *row)
            for row in zip(
                rows.points, rows.cotangents, rows.got, outputs, jacobians, strict=True)
        ]
    specification = function.specification
    return diagnose_gradient(
        probes, tuple(specification.inputs), specification.gradient_mistakes, specification.terms,
        specification.changes)


def _jacobians(
    function: FunctionUnderTest, sizes: Sizes, points: Floats
) -> list[Floats | None]:
    """(E, D) at each point, by differences, where no gradient is specified."""
    if function.specification.vjp is not None:
        return [None] * len(points)
    different, which = np.unique(points, axis=0, return_inverse=True)
    known = [function.jacobian(sizes, point).values for point in different]
    return [known[i] for i in which.reshape(-1)]


def _probe(
    specification: Specification, sizes: Sizes, point: Floats, cotangent: Floats, got: Floats,
    output: Floats, jacobian: Floats | None,
) -> Probe:
    vjp = specification.vjp
    inputs = tuple(sizes.parts(point))

    def right(g: Floats) -> Gradients:
        if jacobian is not None:
            return tuple(sizes.parts(np.reshape(g, -1) @ jacobian))
        assert vjp is not None  # else there is a Jacobian
        return tuple(vjp(g, *inputs))

    return Probe(
        inputs, cotangent.reshape(sizes.output), output.reshape(sizes.output), right, vjp,
        tuple(sizes.parts(got)))
