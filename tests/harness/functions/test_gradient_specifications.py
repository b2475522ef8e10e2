"""The four specifications: right by torch, by long decimals, by differences of their surrogates."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
import torch

from cgp_harness.kinds.autograd_function.probes.numbers import allowed, points
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.probing.derivatives.ridders import ridders
from tests.closed_forms import quantize, sign_ste
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS

FUNCTIONS = sorted(SPECIFICATIONS)
SOFTPLUS = SPECIFICATIONS["softplus"]
IN_TORCH = {
    "quantize": lambda x: (x.to(torch.uint8).double() - x).detach() + x,
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "affine": torch.nn.functional.linear,
    "sign_ste": lambda x: torch.nn.functional.hardtanh(x) + (
        torch.where(x >= 0, 1.0, -1.0).double() - torch.nn.functional.hardtanh(x)).detach(),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("seed", range(5))
def test_values_and_gradients_are_those_of_torch(name, seed):
    specification, draw = SPECIFICATIONS[name], np.random.default_rng(seed)
    for sizes in specification.tried_sizes:
        point = points(specification, sizes, draw, 1)[0]
        g = draw.normal(size=sizes.outputs)
        inputs = [torch.tensor(part, requires_grad=True) for part in sizes.parts(point)]
        output = IN_TORCH[name](*inputs)
        assert output.shape == sizes.output
        assert np.allclose(specification.values(sizes, point), output.detach().reshape(-1), 1e-13)
        right = torch.autograd.grad(output, inputs, torch.tensor(g).reshape(sizes.output))
        right = torch.cat([one.reshape(-1) for one in right]).numpy()
        if name == "quantize":  # torch has the straight-through part; the feedback comes on top
            right = right + point % 1
        assert np.allclose(specification.gradients(sizes, point, g), right, 1e-12, 1e-12)


@pytest.mark.parametrize("x", [
    -1000.0, -745.0, -709.0, -700.0, -300.0, -37.0, -20.5, -1.0, -1e-9, 0.0, 1e-9, 1.0, 20.5, 37.0,
    700.0, 1000.0,
])
def test_softplus_is_right_to_the_last_digits(x):
    with localcontext() as context:
        context.prec = 900  # e^-1000 has 434 zeros
        exp = Decimal(x).exp()
        value, slope = float((1 + exp).ln()), float(exp / (1 + exp))
    sizes = Sizes(((),), ())
    got = SOFTPLUS.values(sizes, np.array([x]))[0]
    assert abs(got - value) <= 5e-15 * value or value < 2.3e-308
    got = SOFTPLUS.gradients(sizes, np.array([x]), np.array([1.0]))[0]
    assert abs(got - slope) <= 5e-15 * slope or slope < 2.3e-308


@pytest.mark.parametrize(("name", "surrogate"), [
    ("quantize", quantize.surrogate), ("sign_ste", sign_ste.surrogate)])
def test_a_surrogates_gradient_is_the_specified_backward(name, surrogate):
    specification, draw = SPECIFICATIONS[name], np.random.default_rng(3)
    sizes = Sizes(((7,),), (7,))
    x0 = points(specification, sizes, draw, 1)[0]
    g = draw.normal(size=7)

    def values(offsets):
        return np.array([
            [surrogate(x0 + move * np.eye(7)[i], g, x0)
             for i, move in enumerate(row)] for row in offsets])

    slope = ridders(values, np.full(7, 1 / 32))
    wanted = specification.gradients(sizes, x0, g)
    assert (np.abs(slope.derivative - wanted) <= slope.tolerance).all()


def test_a_quantizers_true_derivative_is_zero_and_so_not_what_is_specified():
    specification = SPECIFICATIONS["quantize"]
    sizes, x = Sizes(((1,),), (1,)), np.array([2.75])
    assert specification.values(sizes, x + 1e-3) == specification.values(sizes, x) == 2.0
    assert specification.gradients(sizes, x, np.zeros(1)) == 0.75


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("seed", range(20))
def test_no_number_is_drawn_near_a_kink(name, seed):
    specification = SPECIFICATIONS[name]
    drawn = points(
        specification, specification.tried_sizes[0], np.random.default_rng(seed), 50).reshape(-1)
    for kink in specification.avoid:
        assert (np.abs(drawn - kink) >= specification.margin).all()
    assert ((drawn >= specification.domain[0]) & (drawn <= specification.domain[1])).all()
    assert not np.signbit(drawn[drawn == 0]).any()
    assert allowed(specification, np.array(specification.avoid)).sum() == 0


def test_elementwise_functions_are_tried_at_every_kind_of_shape():
    shapes = {sizes.inputs[0] for sizes in SOFTPLUS.tried_sizes}
    assert shapes >= {(), (1,), (0,), (2, 3)}


def test_shapes_of_letters_are_all_different_then_one_then_equal_then_empty():
    tried = [sizes.inputs for sizes in SPECIFICATIONS["affine"].tried_sizes]
    assert tried == [
        ((2, 3), (4, 3), (4,)), ((5, 7), (4, 7), (4,)),
        ((1, 3), (4, 3), (4,)), ((2, 1), (4, 1), (4,)), ((2, 3), (1, 3), (1,)),
        ((1, 1), (1, 1), (1,)), ((3, 3), (3, 3), (3,)), ((2, 2), (4, 2), (4,)),
        ((2, 3), (2, 3), (2,)), ((2, 3), (3, 3), (3,)), ((0, 3), (4, 3), (4,)),
        ((33, 3), (4, 3), (4,)),
        ((1662, 3), (4, 3), (4,)), ((2, 833), (4, 833), (4,)), ((2, 3), (1249, 3), (1249,)),
    ]


def test_tolerance_is_relative_down_to_the_least_normal_number_and_absolute_below():
    expected = np.array([1.0, 1e-305, 1e-310, 0.0])
    assert SOFTPLUS.tolerance(expected).tolist() == pytest.approx(
        [1e-12, 1e-317, 1e-300, 1e-300], rel=1e-6)


def test_a_specification_can_be_three_words():
    cube = Specification(name="cube", formula="x^3", forward=lambda x: x**3)
    sizes = Sizes(((2,),), (2,))
    assert cube.values(sizes, np.array([1.0, 2.0])).tolist() == [1.0, 8.0]
    assert cube.gradients(sizes, np.array([1.0, 2.0]), np.ones(2)) is None
