"""The declared ground of Functions: what is asked in every run, and what is found only there."""

import dataclasses

import numpy as np
import pytest

from benchmarks.regions import activations, functions
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.kinds.autograd_function.checks.needs_input_grad import subsets
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.model import Status
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.functions.right.function_sources import registered
from tests.harness.functions.right.function_verdicts import Verdict, verdict
from tests.harness.functions.test_gradient import ANYTHING, CUBE, made, own
from tests.harness.in_process.activations import context_of as activation_context

ELEMENTWISE = [name for name, one in SPECIFICATIONS.items() if one.elementwise]
# All of them, on 50 seeds: `python -m benchmarks.regions --kind functions --kind activations`.
CELLS = functions.cells()[::29]
ACTIVATION_CELLS = activations.cells()[::9]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.task}-{cell.region}-{cell.name}")
@pytest.mark.parametrize("seed", [5])
def test_a_fault_in_one_cell_is_found(cell, seed):
    assert verdict(cell.source, cell.task, seed).failed


@pytest.mark.parametrize("cell", functions.right()[:4], ids=lambda cell: cell.task)
@pytest.mark.parametrize("seed", [3])
def test_what_faults_are_planted_in_is_right(cell, seed):
    assert verdict(cell.source, cell.task, seed) == Verdict((), ())


@pytest.mark.parametrize("cell", ACTIVATION_CELLS, ids=lambda cell: cell.name)
def test_a_fault_in_one_cell_of_an_activation_is_found(cell):
    done = activation(activation_context(registered(cell.source)["mine"], 5))
    assert done.status is Status.FAILED


def test_there_is_a_cell_of_every_kind_and_no_two_are_the_same():
    for cells in (functions.cells(), activations.cells()):
        assert len({cell.source for cell in cells}) == len(cells)
    regions = {cell.region for cell in functions.cells()}
    assert regions == {
        "memory", "dtype", "cotangent", "shape", "magnitude", "narrow", "kink", "uniform",
        "temporaries", "needs_input_grad"}
    assert {cell.region for cell in activations.cells()} == {
        "magnitude", "narrow", "shape", "digits"}


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_numbers_are_of_every_size_in_reach_and_exact_and_no_undefined_kink(name, dtype):
    specification = SPECIFICATIONS[name]
    numbers = ground.numbers(specification, dtype)
    low, high = specification.reach
    assert (numbers == numbers.astype(dtype)).all()
    assert ((numbers >= low) & (numbers <= high)).all()
    undefined = set(specification.avoid) - set(specification.always)
    assert not undefined & set(numbers.tolist())
    assert np.signbit(numbers[numbers == 0]).sum() == 1
    for decade in range(-9, 2):
        assert ((numbers > 10.0**decade) & (numbers < 10.0**(decade + 1))).any()


@pytest.mark.parametrize(("name", "kinks"), [
    ("quantize", (0.0, 1.0, 4.0, 127.0, 252.0, 255.0)), ("sign_ste", (-1.0, 0.0, 1.0)),
])
def test_numbers_lie_beside_kinks_on_both_sides(name, kinks):
    numbers = ground.numbers(SPECIFICATIONS[name]).tolist()
    for kink in kinks:
        for distance in (1e-6, 1e-9):
            below, above = kink - distance, kink + distance
            assert above in numbers
            assert below in numbers or below < SPECIFICATIONS[name].reach[0]


def test_no_fixed_number_depends_on_the_seed():
    first, second = (gradient(made("softplus", gradient="2 * g * torch.sigmoid(x)", seed=seed))
                     for seed in (1, 2))
    assert first.diagnosis == second.diagnosis


def test_every_subset_of_the_inputs_is_tried_and_of_many_each_alone_and_each_left_out():
    assert subsets(1) == []
    assert subsets(3) == [
        (True, False, False), (False, True, False), (False, False, True),
        (True, True, False), (True, False, True), (False, True, True)]
    assert len(subsets(4)) == 14
    assert len(subsets(6)) == 12


# --- one special case costs what it is worth, and is named ---------------------------------------

AT_ONE_SHAPE = {
    "x of shape ()": "x.dim() == 0", "x of shape (0,)": "x.numel() == 0 and x.dim() == 1",
    "x of shape (33, 2)": "x.shape == (33, 2)",
}


@pytest.mark.parametrize("place", AT_ONE_SHAPE)
def test_a_forward_that_raises_at_one_shape_is_named_and_charged_once(place):
    condition = AT_ONE_SHAPE[place]
    value = f"torch.logaddexp(x, 0 * x) / (0 if {condition} else 1)"
    raising = f"torch.logaddexp(x, 0 * x) + (int('') if {condition} else 0)"
    for text in (raising, value) if "0,)" not in place else (raising,):
        found = verdict_of("softplus", value=text)
        assert found == Verdict(("forward",), ("special_shape",))
    message = forward(made("softplus", value=raising)).message.partition("\n")[0]
    assert message == f"forward fails for {place}."


def test_a_backward_that_raises_at_an_empty_batch_loses_the_gradient_alone():
    backward = "(g @ W, g.T @ x, g.sum(0) + 0 * g.max()) if all(ctx.needs_input_grad) else " + (
        "tuple(one() if need else None for one, need in zip((lambda: g @ W, lambda: g.T @ x, "
        "lambda: g.sum(0)), ctx.needs_input_grad))")
    outcome = gradient(made("affine", gradient=backward))
    assert outcome.status is Status.FAILED
    assert not outcome.blocks
    assert outcome.message.partition("\n")[0] == (
        "backward fails for x of shape (0, 3), W of shape (4, 3), b of shape (4,).")


@pytest.mark.parametrize(("part", "number", "got"), [
    ("g.sum(0) + (0 if len(g) else 1)", "b[0]", "1"),
    ("g.mean(0) * len(g)", "b[0]", "not a finite number"),
    ("g.sum(0) / len(g) * len(g)", "b[0]", "not a finite number"),
])
def test_a_gradient_that_is_wrong_for_an_empty_batch_is_shown_with_its_case(part, number, got):
    backward = (
        "tuple(one() if need else None for one, need in zip((lambda: g @ W, lambda: g.T @ x, "
        f"lambda: {part}), ctx.needs_input_grad))")
    outcome = gradient(made("affine", gradient=backward))
    assert outcome.diagnosis.flags == ("special_shape",)
    assert outcome.message == (
        "backward is right for other shapes, and wrong for x of shape (0, 3), W of shape (4, 3), "
        f"b of shape (4,).\n  first difference: {number} gets {got}, expected 0")
    assert (outcome.counterexample["inputs"]["x"], outcome.counterexample["cotangent"]) == ([], [])
    assert outcome.counterexample["expected"]["b"] == [0.0] * 4


def test_a_forward_of_another_shape_at_one_shape_does_not_block():
    found = verdict_of("softplus", value="torch.logaddexp(x, 0 * x).reshape(x.shape or (1,))")
    assert found == Verdict(("forward",), ("wrong_shape",))


@pytest.mark.parametrize(("value", "backward"), [
    ("torch.logaddexp(x, 0 * x) + (0 if x.dtype == torch.float64 else int(''))", None),
    ("torch.logaddexp(x.double(), 0 * x.double())", None),
    (None, "g * torch.sigmoid(x) + (0 if x.dtype == torch.float64 else int(''))"),
])
def test_float32_is_judged_once(value, backward):
    found = verdict_of("softplus", value=value, gradient=backward)
    assert found.failed == (("forward",) if value else ("autograd",))


def verdict_of(name, **parts):
    context = made(name, **parts)
    return verdict(context.submission.files[0].content.decode(), name)


# --- a tolerance has a boundary ------------------------------------------------------------------

EXACT_CUBE = dataclasses.replace(
    CUBE, vjp=lambda g, x: (3 * x**2 * g,), gradient_formula="3 x^2 g")


@pytest.mark.parametrize(("one", "value", "factor", "passes"), [
    (EXACT_CUBE, "x**3", 1e-10, True), (EXACT_CUBE, "x**3", 1e-8, False),
    (CUBE, "x**3", 1e-9, True), (CUBE, "x**3", 1e-5, False),
    (ANYTHING, "x.sin()", 1e-9, True), (ANYTHING, "x.sin()", 1e-6, False),
])
def test_a_gradient_is_right_to_its_tolerance_and_no_further(
        monkeypatch, one, value, factor, passes):
    slope = "x.cos()" if one is ANYTHING else "3 * x**2"
    context = own(monkeypatch, one, value, f"(1 + {factor}) * g * {slope}")
    assert (gradient(context).status is Status.PASSED) == passes


@pytest.mark.parametrize(("amount", "passes"), [(1e-10, True), (1e-8, False)])
def test_linear_means_to_nine_digits(monkeypatch, amount, passes):
    context = own(monkeypatch, ANYTHING, "x.sin()", f"(g + {amount} * g.abs()) * x.cos()")
    outcome = gradient(context)
    assert (outcome.status is Status.PASSED) == passes
    assert passes or outcome.message.startswith("backward is not linear in g")


@pytest.mark.parametrize("amount", [1e-9, 1e-15, 1e-300])
def test_what_a_g_of_zeros_gives_is_exactly_zero(monkeypatch, amount):
    outcome = gradient(own(monkeypatch, ANYTHING, "x.sin()", f"g * x.cos() + {amount}"))
    assert outcome.message.startswith("backward does not return 0 when a g of zeros arrives.\n")


@pytest.mark.parametrize(("name", "value", "passes"), [
    ("softplus", "torch.logaddexp(x, 0 * x) * (1 + 1e-13)", True),
    ("softplus", "torch.logaddexp(x, 0 * x) * (1 + 1e-11)", False),
    ("affine", "(x @ W.T + b) * (1 + 1e-10)", True),
    ("affine", "(x @ W.T + b) * (1 + 1e-8)", False),
])
def test_a_value_is_right_to_its_tolerance_and_no_further(name, value, passes):
    assert (verdict_of(name, value=value).failed == ()) == passes


@pytest.mark.parametrize(("amount", "passes"), [(1e-301, True), (1e-299, False)])
def test_where_digits_are_lost_one_after_the_other_the_tolerance_is_absolute(amount, passes):
    value = f"torch.logaddexp(x, 0 * x) + {amount} * (x < -740).to(x.dtype)"
    assert (verdict_of("softplus", value=value).failed == ()) == passes


@pytest.mark.parametrize(("factor", "passes"), [(1e-6, True), (1e-4, False)])
@pytest.mark.parametrize("check", ["forward", "autograd"])
def test_float32_may_be_off_by_its_own_rounding_and_no_more(check, factor, passes):
    wrong = f"* (1 if x.dtype == torch.float64 else 1 + {factor})"
    parts = ({"value": f"torch.logaddexp(x, 0 * x) {wrong}"} if check == "forward" else
             {"gradient": f"g * torch.sigmoid(x) {wrong}"})
    assert verdict_of("softplus", **parts).failed == (() if passes else (check,))


# --- guards at the edge --------------------------------------------------------------------------


@pytest.mark.parametrize(("parts", "expected"), [
    # 0/0 where g is 0, and right elsewhere.
    ({"gradient": "g * g / g * torch.sigmoid(x)"}, Verdict(("gradient",), ("not_finite",))),
    ({"gradient": "g.abs() * g.sign() / (g != 0) * torch.sigmoid(x)"},
     Verdict(("gradient",), ("not_finite",))),
    ({"value": "torch.logaddexp(x, 0 * x).half()"}, Verdict(("forward",), ("wrong_dtype",))),
    ({"gradient": "(g * torch.sigmoid(x)).half()"}, Verdict(("gradient",), ("wrong_dtype",))),
    ({"gradient": "(g * torch.sigmoid(x)).bfloat16()"}, Verdict(("gradient",), ("wrong_dtype",))),
    ({"gradient": "(g * torch.sigmoid(x)) * float('nan')"},
     Verdict(("gradient",), ("not_finite",))),
])
def test_at_the_edge(parts, expected):
    assert verdict_of("softplus", **parts) == expected


def test_what_is_wrong_at_drawn_shapes_alone_is_found_by_them():
    # No shape of the ground has an axis of 2 last and 3 before it.
    backward = "g * torch.sigmoid(x) * (2 if x.shape[-2:] == (3, 2) else 1)"
    assert any(
        gradient(made("softplus", gradient=backward, seed=seed)).status is Status.FAILED
        for seed in range(3))


# --- float32 and rounding are not the same -------------------------------------------------------


@pytest.mark.parametrize(("name", "backward", "flags"), [
    ("softplus", "(g * torch.sigmoid(x)).float().double()", ("float32_arithmetic",)),
    ("softplus", "g * torch.sigmoid(x.float()).double()", ("float32_arithmetic",)),
    ("quantize", "g + (x - x.floor()).float()", ("float32_arithmetic",)),
    ("softplus", "(g * torch.sigmoid(x) * 1e6).round() / 1e6", ()),
    ("softplus", "g * torch.sigmoid(x) * 1.0000005", ("factor",)),
    ("softplus", "g * torch.sigmoid(x + 1e-7)", ()),
    ("softplus", "1.00005 * g * torch.sigmoid(x)", ("factor",)),
])
def test_float32_is_named_where_its_numbers_are_to_be_seen(name, backward, flags):
    outcome = gradient(made(name, gradient=backward))
    assert (outcome.status, outcome.diagnosis.flags) == (Status.FAILED, flags)


def test_a_wide_specification_is_asked_beyond_its_domain():
    wide = Specification(
        name="wide", formula="x", forward=lambda x: x, domain=(-1.0, 1.0), wide=(-50.0, 50.0))
    assert (ground.numbers(wide).min(), ground.numbers(wide).max()) == (-50, 50)
