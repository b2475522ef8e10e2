"""The bank of gradient mistakes: each is named, alone and with another, and nothing is guessed."""

import numpy as np
import pytest

from cgp_harness.kinds.autograd_function.diagnosis.bank import COTANGENT, bank, singles
from cgp_harness.kinds.autograd_function.diagnosis.gradient import diagnose_gradient, diagnose_value
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.functions.right.gradient_probes import probes, values_of
from tests.long import some

FUNCTIONS = sorted(SPECIFICATIONS)
SAME = {
    # q is an integer, so that nothing is cut off it.
    ("quantize", "output_for_input"): "straight_through",
    ("softplus", "derivative_of_exp"): "no_outer_derivative",
    ("sign_ste", "divides_by_derivative"): "not_finite",
    # |y| = 1 everywhere, so that the window at the output is empty.
    ("sign_ste", "output_for_input"): "zero_gradient",
    # y = +1 or -1, and the window keeps only itself.
    ("sign_ste", "straight_through"): "no_window",
    ("softplus", "derivative_of_softplus"): "",
    ("sign_ste", "slope_twice"): "",
}
"""True identities: what each is called, which may be nothing at all, since it is right."""


def diagnosed(name, gradients, **options):
    specification = SPECIFICATIONS[name]
    return diagnose_gradient(
        probes(name, gradients, **options), tuple(specification.inputs),
        specification.gradient_mistakes, specification.terms)


def banked(name):
    specification = SPECIFICATIONS[name]
    probe = probes(name, lambda g, probe: probe.vjp(g))[0]
    return list(bank(singles(probe, specification.gradient_mistakes)))


SINGLES = [
    pytest.param(name, one, id=f"{name}-{one.flags[0]}-{i}") for name in FUNCTIONS
    for i, one in enumerate(banked(name)) if len(one.flags) == 1
    # In [0, 256) nearly all sigmoids are 1 and all their slopes 0: nothing to tell apart.
    and not (name == "quantize" and one.flags[0].startswith("derivative_of"))
]


@pytest.mark.parametrize(("name", "known"), some(SINGLES, 2))
def test_every_single_mistake_is_named(name, known):
    wanted = SAME.get((name, known.flags[0]), known.flags[0])
    if name == "sign_ste" and known.phrase == "multiplies by the output as well":
        wanted = "times_output"  # the same by the specification's own list
    # Another order of operations differs by 1e-13.
    found = diagnosed(name, known.gradients, noise=1e-13, seed=1)
    right = all(
        np.allclose(one, other, 1e-12, equal_nan=True)
        for probe in probes(name, known.gradients, seed=1)
        for one, other in zip(probe.got, probe.vjp(probe.cotangent), strict=True))
    if name == "affine" and known.flags == ("transposed",):
        return  # shows at square shapes only: see test_gradient.py
    if wanted == "" or right:
        assert right
    else:
        assert wanted in found.flags


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(("factor", "flag"), [
    (1.0009, "factor"), (-1.0, "sign_flipped"), (2.0, "factor"), (-0.5, "factor"),
])
def test_a_factor_is_found_and_told(name, factor, flag):
    found = diagnosed(name, lambda g, probe: tuple(factor * one for one in probe.vjp(g)))
    assert found.flags == (flag,)
    assert (f"{factor:.6g} times" in found.text) == (flag == "factor")


@pytest.mark.parametrize(("name", "gradient"), [
    ("softplus", lambda g, probe: 0.7 * g), ("sign_ste", lambda g, probe: -0.7 * g),
    ("softplus", lambda g, probe: 1.3 * g * probe.output)])
def test_a_multiple_of_what_a_mistake_gives_has_no_name(name, gradient):
    assert diagnosed(name, lambda g, probe: (gradient(g, probe),)).flags == ()


@pytest.mark.parametrize("outer", COTANGENT, ids=lambda outer: outer[0])
def test_a_mistake_behind_one_in_the_cotangent_is_named_as_a_pair(outer):
    flag, _, _, change = outer
    found = diagnosed("softplus", lambda g, probe: (
        change(g) * (1 - np.tanh(probe.inputs[0])**2),))
    assert found.flags == (flag, "derivative_of_tanh")


def test_float32_arithmetic_is_told_from_a_factor_and_from_an_unknown_mistake():
    found = diagnosed("softplus", lambda g, probe: (
        np.float32(probe.vjp(g)[0]).astype(float),))
    assert found.flags == ("float32_arithmetic",)
    assert diagnosed("softplus", lambda g, probe: (
        probe.vjp(g)[0] * (1 + 1e-3 * np.sin(9 * probe.inputs[0])),)).flags == ()


@pytest.mark.parametrize(("off", "flags"), [
    (1e-8, ("float32_arithmetic",)), (1e-5, ()), (1e-3, ())])
def test_numbers_of_float32_that_are_farther_off_than_its_rounding_have_no_name(off, flags):
    assert diagnosed("softplus", lambda g, probe: (np.float32(
        probe.vjp(g)[0] * (1 + off * np.sin(9 * probe.inputs[0]))).astype(float),)).flags == flags


@pytest.mark.parametrize("seed", range(10))
def test_what_is_unknown_is_said_to_be_unknown(seed):
    draw = np.random.default_rng(seed)
    a, b = draw.uniform(0.5, 2, 2)
    found = diagnosed("softplus", lambda g, probe: (
        g * np.exp(-a * probe.inputs[0]**2) + b * np.sin(g),), seed=seed)
    assert found.flags == ()
    assert found.text == "It matches no known mistake (compared on 33 numbers)."
    assert found.max_relative_error is None


def test_each_gradient_of_several_is_diagnosed_by_itself():
    def gradients(g, probe):
        of_x, of_weights, of_bias = probe.vjp(g)
        return of_x, -of_weights, of_bias / len(g)

    found = diagnosed("affine", gradients)
    assert found.flags == ("sign_flipped", "mean_over_batch")
    assert found.text == (
        "Your gradient of W has the wrong sign. Your gradient of b is divided by the size of the "
        "batch. If the loss is a mean, its own backward has divided by it already. This holds to "
        "within 1e-15 on 267 numbers.")


def test_the_unknown_part_of_several_is_said_to_be_unknown():
    found = diagnosed("affine", lambda g, probe: (
        probe.vjp(g)[0] * 2, np.sin(probe.vjp(g)[1]), probe.vjp(g)[2]))
    assert found.flags == ("factor",)
    assert found.text == (
        "Your gradient of x is 2 times what it should be. That of W matches no known mistake. This "
        "holds to within 1e-15 on 267 numbers.")


@pytest.mark.parametrize(("weights", "text"), [
    ((1, 2), "Your backward returns 1 g + 2 (x - q). Each term counts once: g + (x - q). "),
    ((0.5, 1), "Your backward returns 0.5 g + 1 (x - q). Each term counts once: g + (x - q). "),
])
def test_a_term_with_a_wrong_weight_is_told(weights, text):
    a, b = weights
    found = diagnosed("quantize", lambda g, probe: (a * g + b * (probe.inputs[0] % 1),))
    assert found.flags == ("factor",)
    assert found.text.startswith(text)


def test_a_constant_is_told_whether_it_is_in_the_gradient_or_in_the_derivative():
    found = diagnosed("softplus", lambda g, probe: (probe.vjp(g)[0] + 5e-6,))
    assert found.text.startswith("Your backward has 5e-06 added to each gradient. ")
    found = diagnosed("softplus", lambda g, probe: (probe.vjp(g)[0] + 5e-6 * g,))
    assert found.text.startswith("Your backward has 5e-06 added to the derivative. ")


@pytest.mark.parametrize(("name", "mistake"), [
    pytest.param(name, one, id=f"{name}-{one.id}-{i}") for name in FUNCTIONS
    for i, one in enumerate(SPECIFICATIONS[name].value_mistakes)
])
def test_every_mistake_in_the_values_is_named(name, mistake):
    got, right, simulated = values_of(name, mistake, SPECIFICATIONS[name].value_mistakes)
    assert mistake.id in diagnose_value(got, right, simulated).flags
