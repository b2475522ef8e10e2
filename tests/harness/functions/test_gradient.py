"""The checks `forward`, `gradient` and `autograd`: what passes, what fails, what is said of it."""

import pytest
import torch

from cgp_harness.kinds.autograd_function.checks.autograd import autograd
from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.kinds.autograd_function.probes.case import short_run
from cgp_harness.kinds.autograd_function.specifications import installed as specs
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.model import Status
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.in_process.functions import context_of

CHECKS = {"forward": forward, "gradient": gradient, "autograd": autograd}
SOURCE = '''
@autograd_function("{name}")
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, {inputs}):
        ctx.save_for_backward({inputs})
        return {value}
    @staticmethod
    def backward(ctx, g):
        {inputs}, = ctx.saved_tensors
        return {gradient}
'''
RIGHT = {
    "quantize": ("x", "x.floor().double()", "g + (x - x.floor())"),
    "softplus": ("x", "torch.logaddexp(x, torch.zeros_like(x))", "g * torch.sigmoid(x)"),
    "affine": ("x, W, b", "x @ W.T + b", "tuple(one() if need else None for one, need in zip("
               "(lambda: g @ W, lambda: g.T @ x, lambda: g.sum(0)), ctx.needs_input_grad))"),
    "sign_ste": ("x", "torch.where(x >= 0, 1.0, -1.0).to(x)", "g * (x.abs() < 1)"),
}


def made(name, value=None, gradient=None, seed=0):
    """The right Function, with another value or gradient."""
    inputs, right, backward = RIGHT[name]
    source = SOURCE.format(
        name=name, inputs=inputs, value=value or right, gradient=gradient or backward)
    return context_of(source.replace("W, b, =", "W, b ="), name, seed)


def found(context, kind="gradient"):
    outcome = CHECKS[kind](context)
    return outcome.status, outcome.diagnosis.flags if outcome.diagnosis else ()


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("seed", [2])  # more of them: test_function_forms.py
def test_a_right_function_passes_everything(name, seed):
    for check in CHECKS.values():
        outcome = check(made(name, seed=seed))
        assert outcome.status is Status.PASSED, outcome.message


def test_all_three_checks_take_some_hundred_requests():
    # 0.1 ms of CPU each, both processes together; Hypothesis itself 0.3 s once per process.
    for name in RIGHT:
        context = made(name)
        for check in CHECKS.values():
            check(context)
        assert context.subject.asked < 130


# --- what torch.autograd.gradcheck passes ------------------------------------------------------

FOOLS = {
    "absolute_cotangent": "g.abs() * torch.sigmoid(x)",
    "relu_cotangent": "g.clamp(min=0) * torch.sigmoid(x)",
    "clipped_cotangent": "g.clamp(-1, 1) * torch.sigmoid(x)",
    "normalised_cotangent": "g / g.norm().clamp(min=1e-300) * torch.sigmoid(x)",
    "factor": "1.0009 * g * torch.sigmoid(x)",
    "offset": "g * (torch.sigmoid(x) + 5e-6)",
    "squared_cotangent": "g * g * torch.sigmoid(x)",
}


@pytest.mark.parametrize("flag", FOOLS)
def test_what_gradcheck_passes_fails_and_is_named(flag):
    context = made("softplus", gradient=FOOLS[flag])
    function = context.subject.targets["softplus"]
    x = torch.tensor([0.3, -1.2, 2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(function.apply, x)
    assert found(context) == (Status.FAILED, (flag,))


def test_a_cotangent_changed_in_place_passes_gradcheck_and_fails():
    context = made("softplus", gradient="g.mul_(torch.sigmoid(x))")
    x = torch.tensor([0.3, -1.2, 2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(context.subject.targets["softplus"].apply, x)
    outcome = autograd(context)
    assert gradient(context).status is Status.PASSED  # the numbers are right
    assert outcome.diagnosis.flags == ("cotangent_changed",)
    assert outcome.message == (
        "backward changes g in place. The same tensor may be on its way to other nodes: make a new "
        "one, as `g * h` does and `g *= h` and `g.mul_(h)` do not.")


# --- messages ----------------------------------------------------------------------------------


def test_a_wrong_gradient_is_shown_at_the_smallest_case_and_named():
    outcome = gradient(made("softplus", gradient="2 * g * torch.sigmoid(x)"))
    assert outcome.message == (
        "backward does not return g / (1 + e^-x).\n"
        "At x = 0, g = 1:\n"
        "  backward gives 1; expected 0.5")
    assert outcome.diagnosis.text == (
        "Your backward is 2 times what it should be. This holds to within 1e-15 on 208 numbers.")
    assert outcome.counterexample == {
        "function": "softplus", "inputs": {"x": 0.0}, "cotangent": 1.0,
        "expected": {"x": 0.5}, "got": {"x": 1.0},
        "first_difference": {"of": "x", "index": [], "got": 1.0, "expected": 0.5},
    }
    assert not outcome.blocks


def test_a_declared_non_derivative_is_explained_instead_of_being_called_wrong():
    outcome = gradient(made("quantize", gradient="g"))
    assert outcome.message == (
        "backward does not return g + (x - q).\n"
        "At x = 0.5, g = 1:\n"
        "  backward gives 1; expected 1.5\n"
        "The derivative of q is 0 wherever there is one, and g + (x - q) is not meant to be it. It "
        "is the gradient of <g, STE(x)> + 1/2 ||x - q||^2, with q held fixed: the straight-through "
        "estimate STE, which takes the cut for the identity, plus a penalty that draws x to q.")
    assert outcome.diagnosis.text == (
        "Your backward passes g alone, straight through. The specified backward is g + (x - q): "
        "straight through, plus what was cut off. This holds to within 1e-15 on 208 numbers.")


def test_of_several_gradients_the_one_that_differs_is_pointed_at():
    outcome = gradient(made("affine", gradient="(g @ W, g.T @ x, g.mean(0))"))
    assert outcome.message == (
        "backward does not return g W of x, g^T x of W, and g summed over the batch of b.\n"
        "At x = [[0], [0]], W = [[0]], b = [0], g = [[1], [1]]:\n"
        "  backward gives [[0], [0]] for x, [[0]] for W, [1] for b; expected [[0], [0]] for x, "
        "[[0]] for W, [2] for b\n"
        "  first difference: b[0] gets 1, expected 2")
    assert outcome.counterexample["first_difference"] == {
        "of": "b", "index": [0], "got": 1.0, "expected": 2.0}


def test_what_is_not_linear_is_said_to_be_so():
    outcome = gradient(made("softplus", gradient="g.abs() * torch.sigmoid(x)"))
    assert outcome.message == (
        "backward is not linear in g: for a g + b h it must return a times what it returns for g, "
        "plus b times what it returns for h, for negative numbers and large ones too.\n"
        "At x = 0, g = -1:\n"
        "  backward gives 0.5; expected -0.5")
    outcome = gradient(made("softplus", gradient="g * torch.sigmoid(x) + 0.25"))
    assert outcome.message == (
        "backward does not return 0 when a g of zeros arrives.\n"
        "At x = 1.788, g = 0:\n"
        "  backward gives 0.25; expected 0")


@pytest.mark.parametrize(("name", "returned", "flag", "message"), [
    ("softplus", "None", "detached",
     "backward returns None for x, so that no gradient arrives there."),
    ("affine", "None, g.T @ x, g.sum(0)", "missing_gradient",
     "backward returns None for x, so that no gradient arrives there."),
    ("affine", "g @ W, g.T @ x", "wrong_count",
     "backward returns 2 gradients; forward has 3 inputs, each of which gets one."),
    ("affine", "g.T @ x, g @ W, g.sum(0)", "swapped_gradients",
     "backward returns a gradient of shape (4, 3) for x, which has the shape (2, 3). That is the "
     "shape of W: return the gradients in the order of forward's inputs."),
    ("affine", "g @ W, x.T @ g, g.sum(0)", "transposed",
     "backward returns a gradient of shape (3, 4) for W, which has the shape (4, 3). It is the "
     "transpose of what is wanted."),
    ("affine", "g @ W, g.T @ x, g", "not_reduced",
     "backward returns a gradient of shape (2, 4) for b, which has the shape (4,). Autograd sums "
     "it without a word. Sum it yourself, over the axes along which b was broadcast."),
    ("softplus", "(g * torch.sigmoid(x)).flatten()", "wrong_shape",
     "backward returns a gradient of shape (6,) for x, which has the shape (2, 3)."),
    ("softplus", "(g * torch.sigmoid(x)).float()", "wrong_dtype",
     "backward returns a gradient of dtype float32 for x, which has float64. Autograd casts it "
     "without a word, but the digits are lost."),
    ("affine", "[g @ W, g.T @ x, g.sum(0)]", "wrong_type",
     "backward returns a list, where torch wants a tuple: write `return g_x, g_W, g_b`, without "
     "brackets."),
    ("softplus", "[g * torch.sigmoid(x)]", "wrong_type",
     "backward returns a list, where torch wants a tuple: write `return g_x`, without brackets."),
    ("softplus", "(x for x in [g])", "wrong_type",
     "torch refuses what backward returns, which is no tensor: expected Variable or None (got "
     "generator)"),
    ("softplus", "1.0", "wrong_type",
     "torch refuses what backward returns, which is no tensor: expected Variable or None (got "
     "float)"),
])
def test_what_backward_must_return_is_looked_at_before_autograd_repairs_it(
        name, returned, flag, message):
    outcome = gradient(made(name, gradient=returned))
    assert (outcome.status, outcome.message) == (Status.FAILED, message)
    assert outcome.diagnosis.flags == (flag,)


@pytest.mark.parametrize("returned", [
    "g * torch.sigmoid(x), None", "(g * torch.sigmoid(x),)",
])
def test_a_surplus_none_and_a_tuple_of_one_are_legitimate(returned):
    for check in CHECKS.values():
        assert check(made("softplus", gradient=returned)).status is Status.PASSED


def test_a_product_that_raises_is_named_by_what_it_does_to_square_matrices():
    outcome = gradient(made("affine", gradient="(g @ W.T, g.T @ x, g.sum(0))"))
    assert (outcome.status, outcome.blocks) == (Status.FAILED, False)  # square ones run
    assert outcome.diagnosis.flags == ("transposed",)
    assert outcome.message == (
        "backward fails for x of shape (2, 3), W of shape (4, 3), b of shape (4,).\n"
        "affine raised RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x4 and 3x4)\n"
        "  at plugin.py:14\n"
        "It runs for x of shape (1, 1), W of shape (1, 1), b of shape (1,).")


@pytest.mark.parametrize(("backward", "flag", "first"), [
    ("g * torch.sigmoid(x) if x.dim() else g", "special_shape",
     "backward is right for other shapes, and wrong for x of shape ()."),
    ("g * torch.sigmoid(x) / (1 if x.numel() else x.item())", "special_shape",
     "backward fails for x of shape (0,)."),
    ("g * torch.sigmoid(x) * (2 if g.stride() == (0, 0) else 1)", "expanded_cotangent",
     "backward is wrong after `output.sum().backward()`, where g is one number, expanded to the "
     "shape of the output."),
    ("g * torch.sigmoid(x) / (1 // int(g.stride() != (0, 0)))", "expanded_cotangent",
     "backward fails after `output.sum().backward()`, where g is one number, expanded to the "
     "shape of the output."),
    ("g * torch.sigmoid(x) * (1 if x.is_contiguous() else 2)", "non_contiguous_input",
     "backward is wrong where the inputs are non-contiguous: every second number of a wider "
     "tensor."),
    ("g * torch.sigmoid(x) / (1 // int(x.is_contiguous()))", "non_contiguous_input",
     "backward fails where the inputs are non-contiguous: every second number of a wider "
     "tensor."),
    ("(g.view(-1) * torch.sigmoid(x).reshape(-1)).reshape(x.shape)", "non_contiguous_cotangent",
     "backward fails where g is non-contiguous: every second number of a wider tensor."),
    ("g * torch.sigmoid(x) * (1 if g.stride() != (1, 2) else 2)", "non_contiguous_cotangent",
     "backward is wrong where g is non-contiguous: a transposed tensor, as `.T` and `.permute()` "
     "give."),
    ("g * torch.sigmoid(x) * (1 if g.stride() != (0, 1) else 2)", "non_contiguous_cotangent",
     "backward is wrong where g is non-contiguous: one row for all, as `.expand()` gives."),
    ("g.clamp(-1e5, 1e5) * torch.sigmoid(x)", "cotangent_size",
     "backward is right for a g of ordinary size, and wrong for one of 1e+08."),
    ("g * (g.abs() > 1e-9) * torch.sigmoid(x)", "cotangent_size",
     "backward is right for a g of ordinary size, and wrong for one of 1e-12."),
    ("g * torch.exp(x) / (1 + torch.exp(x))", "overflow",
     "backward does not return g / (1 + e^-x)."),
    ("g * (1 - 1 / (1 + torch.exp(x)))", "loses_accuracy",
     "backward does not return g / (1 + e^-x)."),
    ("g * torch.sigmoid(x) * (1 + 1e-3 * torch.rand(()))", "not_deterministic", None),
])
def test_what_goes_wrong_in_special_cases_only_is_found(backward, flag, first):
    outcome = gradient(made("softplus", gradient=backward))
    assert outcome.diagnosis.flags == (flag,)
    assert first in (None, outcome.message.partition("\n")[0])


ONLY_FAR_OUT = "((x < -900) & (g.abs() > 1e6)).any()"


@pytest.mark.parametrize(("name", "backward", "message"), [
    ("softplus", "g * torch.sigmoid(x.clamp(-709, 709))",
     "backward does not return g / (1 + e^-x).\n"
     "At x = -750, g = -1.437e+08:\n"
     "  backward gives -1.74851e-300; expected 0"),
    ("softplus", "g * torch.sigmoid(x) + 1e-15 * (x < -900)",
     "backward does not return g / (1 + e^-x).\n"
     "At x = -1000, g = -2.113:\n"
     "  backward gives 1e-15; expected 0"),
    ("quantize", "g + (x - x.floor()).round(decimals=9)",
     "backward does not return g + (x - q).\n"
     "At x = 2.154e-09, g = -1.98e-12:\n"
     "  backward gives 1.99802e-09; expected 2.15202e-09"),
    ("softplus", f"g * torch.sigmoid(x) / (1 // int(not {ONLY_FAR_OUT}))",
     "backward runs for a g of ordinary size, and fails at some numbers for one of 1e+08.\n"
     "softplus raised ZeroDivisionError: integer division or modulo by zero"),
])
def test_what_is_wrong_at_some_numbers_alone_is_not_laid_to_the_size_of_g(name, backward, message):
    outcome = gradient(made(name, gradient=backward))
    assert "\n".join(outcome.message.splitlines()[:len(message.splitlines())]) == message
    assert outcome.diagnosis is None or "cotangent_size" not in outcome.diagnosis.flags


@pytest.mark.parametrize("backward", [
    "(g + (x - x.floor())) if g.any() else g",
    "torch.where(g == 0, 0 * g, g + (x - x.floor()))",
    "g + (x - x.floor()) * (g.abs() > 1e-9)",
])
def test_what_is_wrong_for_a_g_of_zeros_alone_is_shown_there(backward):
    outcome = gradient(made("quantize", gradient=backward))
    assert outcome.message.splitlines()[:3] == [
        "backward is not linear in g, up to a constant: for a g + b h it must return a times what "
        "it returns for g, plus b times what it returns for h, for negative numbers and large ones "
        "too.", "At x = 185.203, g = 0:", "  backward gives 0; expected 0.203"]


def test_feedback_that_is_always_shown_holds_no_numbers_of_the_case():
    for name, backward in (("softplus", "g"), ("quantize", "g"), ("softplus", "g + 1")):
        outcome = gradient(made(name, gradient=backward))
        assert "At x" not in outcome.diagnosis.text
        assert "expected" not in outcome.diagnosis.text


LOST = (
    "Often a small number is added to a large one, or subtracted from it, and its digits are gone.")


@pytest.mark.parametrize(("check", "part", "text"), [
    (forward, {"value": "torch.log(1 + torch.exp(-x.abs())) + x.clamp(min=0)"},
     "Your forward is right for numbers of ordinary size, and loses digits elsewhere: at x = -37 "
     f"it is off by 100 % of the right number. {LOST}"),
    (forward, {"value": "torch.nn.functional.softplus(x)"},
     "Your forward is right for numbers of ordinary size, and loses digits elsewhere: at x = "
     f"20.269 it is off by 1e-10 of the right number. {LOST}"),
    (gradient, {"gradient": "g * (1 - 1 / (1 + torch.exp(x)))"},
     "Your backward is right for numbers of ordinary size, and loses digits elsewhere: at x = -37 "
     f"it is off by 100 % of the right number. {LOST}"),
])
def test_how_many_digits_are_lost_is_a_share_of_the_number(check, part, text):
    assert check(made("softplus", **part)).diagnosis.text == text


@pytest.mark.parametrize(("factor", "got", "said"), [
    ("(1 + 1e-7)", "0.5000001", "1.0000001"), ("(1 - 2e-8)", "0.49999999", "0.99999998"),
    ("1.0009", "0.50045", "1.0009"),
])
def test_numbers_have_as_many_digits_as_tell_them_apart(factor, got, said):
    outcome = gradient(made("softplus", gradient=f"g * torch.sigmoid(x) * {factor}"))
    assert outcome.message == (
        "backward does not return g / (1 + e^-x).\n"
        f"At x = 0, g = 1:\n  backward gives {got}; expected 0.5")
    assert outcome.diagnosis.text.partition(". ")[0] == (
        f"Your backward is {said} times what it should be")


# --- forward -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "value", "flags", "message"), [
    ("softplus", "torch.log(1 + torch.exp(x))", ("overflow", "loses_accuracy"),
     "forward does not compute log(1 + e^x).\nAt x = [750]:\n"
     "  forward gives [not a finite number]; expected [750]"),
    ("softplus", "torch.nn.functional.softplus(x)", ("loses_accuracy",),
     "forward does not compute log(1 + e^x).\nAt x = [20.5]:\n"
     "  forward gives [20.5]; expected [20.500000001]"),
    ("sign_ste", "torch.sign(x)", ("zero_at_zero",),
     "forward does not compute +1 where x >= 0, else -1.\nAt x = [0]:\n"
     "  forward gives [0]; expected [1]"),
    ("affine", "x @ W.T", ("no_bias",),
     "forward does not compute x W^T + b.\nAt x = [[0]], W = [[0]], b = [1]:\n"
     "  forward gives [[0]]; expected [[1]]"),
    ("softplus", "x.sum()", ("wrong_shape",),
     "forward gives an output of shape () where (2, 3) is expected (x of shape (2, 3))."),
    ("quantize", "x.to(torch.uint8)", ("wrong_dtype",),
     "forward gives an output of dtype uint8 for an input of dtype float64; expected float64."),
    ("softplus", "x.mul_(1) * 1", ("input_changed",),
     "forward changes its input x in place. Whoever passed it in still needs it: compute with a "
     "copy."),
    ("softplus", "x * torch.rand(())", ("not_deterministic",),
     "forward gives another output for the same numbers the second time: something is drawn at "
     "random, or remembered from one call to the next."),
    ("softplus", "(lambda y: ctx.mark_non_differentiable(y) or y)(torch.logaddexp(x, 0 * x))",
     ("not_differentiable",),
     "The output of forward requires no gradient, so that backward is never called: it is marked "
     "as not differentiable, or has integers."),
])
def test_what_is_wrong_with_forward_is_said(name, value, flags, message):
    outcome = forward(made(name, value=value))
    assert (outcome.message, outcome.diagnosis.flags) == (message, flags)


@pytest.mark.parametrize(("off", "flags"), [
    ("1e-9 * x", ("loses_accuracy",)), ("1e-7 * x", ()), ("1e-3", ())])
def test_more_than_digits_are_not_said_to_be_lost_where_numbers_are_large(off, flags):
    value = f"torch.logaddexp(x, 0 * x) + {off} * (x > 50)"
    assert found(made("softplus", value=value), "forward") == (Status.FAILED, flags)


def test_an_output_that_float32_inputs_get_must_follow_the_specification():
    assert found(made("quantize", value="x.floor()"), "forward") == (
        Status.FAILED, ("wrong_dtype",))
    assert found(made("softplus", value="torch.logaddexp(x, 0 * x).double()"), "forward") == (
        Status.FAILED, ("wrong_dtype",))


# --- without a vjp -----------------------------------------------------------------------------

CUBE = Specification(name="cube", formula="x^3", forward=lambda x: x**3, domain=(-2.0, 2.0))
ANYTHING = Specification(name="any", formula="", forward=None, domain=(-2.0, 2.0))
OUTER = Specification(
    name="outer", formula="x y^T", forward=None, inputs={"x": "n", "y": "m"}, output="n m")


def own(monkeypatch, specification, value, backward):
    monkeypatch.setitem(specs.specifications(), specification.name, specification)
    inputs = ", ".join(specification.inputs)
    source = SOURCE.format(
        name=specification.name, inputs=inputs, value=value, gradient=backward)
    if "," in inputs:
        source = source.replace(f"{inputs}, =", f"{inputs} =")
    return context_of(source, specification.name)


@pytest.mark.parametrize(("one", "value", "backward"), [
    (CUBE, "x**3", "3 * g * x**2"),
    (ANYTHING, "x.sin() * x", "g * (x.cos() * x + x.sin())"),
    (ANYTHING, "x.clamp(min=0)", "g * (x > 0)"),
    (ANYTHING, "x.clamp(min=0)", "g * (x >= 0)"),  # at the kink either is right
    (ANYTHING, "x.round()", "0 * g"),
    (OUTER, "x[:, None] * y", "(g @ y, x @ g)"),
])
def test_without_a_specified_gradient_the_derivative_of_forward_is_right(
        monkeypatch, one, value, backward):
    context = own(monkeypatch, one, value, backward)
    for check in CHECKS.values():
        outcome = check(context)
        assert outcome.status is Status.PASSED, outcome.message


@pytest.mark.parametrize(("one", "value", "backward", "flags"), [
    (CUBE, "x**3", "3 * 1.0009 * g * x**2", ("factor",)),
    (CUBE, "x**3", "3 * g * x**2 + 5e-6", ("offset",)),
    (ANYTHING, "x.sin() * x", "g * x.cos() * x", ()),
    (ANYTHING, "x.clamp(min=0)", "g * torch.sigmoid(x)", ("derivative_of_softplus",)),
    (ANYTHING, "x.round()", "g", ("straight_through",)),
    (OUTER, "x[:, None] * y", "(g @ y, 2 * x @ g)", ("factor",)),
])
def test_without_a_specified_gradient_all_else_fails(monkeypatch, one, value, backward, flags):
    context = own(monkeypatch, one, value, backward)
    assert found(context) == (Status.FAILED, flags)
    assert gradient(context).message.partition("\n")[0] != ""


# --- determinism, and names --------------------------------------------------------------------


def test_the_same_seed_gives_the_same_outcome():
    first, second = (
        gradient(made("softplus", gradient="g * torch.sigmoid(2 * x)", seed=7)) for _ in range(2))
    assert first == second


def test_drawn_shapes_differ_and_keep_off_kinks():
    for one in SPECIFICATIONS.values():
        cases = short_run(one, 1)
        assert len({case.sizes for case in cases}) > 3
        for case in cases:
            assert all(abs(x - kink) >= one.margin for x in case.point for kink in one.avoid)
            assert 0 not in case.cotangent


# --- autograd ----------------------------------------------------------------------------------

MEMORY = '''
kept = []
@autograd_function("softplus")
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        {save}
        return torch.logaddexp(x, torch.zeros_like(x))
    @staticmethod
    def backward(ctx, g):
        {load}
        return g * torch.sigmoid(x)
'''


@pytest.mark.parametrize(("save", "load", "flag", "message"), [
    ("ctx.x = x", "x = ctx.x", "tensor_on_ctx",
     "forward keeps a tensor in ctx.x. Autograd then neither notices a change in place nor frees "
     "it in time: hand tensors to ctx.save_for_backward() and take them from ctx.saved_tensors."),
    ("kept.append(x)", "x = kept.pop()", "shared_state",
     "Two calls before the first backward disturb each other: something is kept on the class, in "
     "a global or in a list, which all calls share. What belongs to one call belongs to its ctx."),
    ("ctx.save_for_backward(x); ctx.n = [1]", "x, = ctx.saved_tensors; ctx.n.pop()",
     "second_backward",
     "A second backward through the same node, after `backward(retain_graph=True)`, does not give "
     "the same gradient: the first one changes or uses up what forward saved.\n"
     "softplus raised IndexError: pop from empty list\n  at plugin.py:14"),
    ("ctx.save_for_backward(x); ctx.me = ctx", "x, = ctx.saved_tensors", "reference_cycle",
     "The node stays alive after its output is gone, so that memory grows with every call: "
     "something that ctx refers to refers back to it."),
    ("ctx.x = x.detach().numpy()", "x = torch.from_numpy(ctx.x)", "input_not_guarded",
     "x, changed in place between forward and backward, changes the gradient, and nothing is said. "
     "torch raises if tensors are handed to ctx.save_for_backward() as they came, not as an array, "
     "as `.data` or in a container."),
    ("ctx.save_for_backward(x)", "x, = ctx.saved_tensors; x.data.mul_(1.5)", "input_changed",
     "backward changes x in place. What was saved is not a copy: compute with a new tensor."),
    ("ctx.save_for_backward(x)", "x, = ctx.saved_tensors; assert x.dtype == torch.float64",
     "float32_gradient",
     "backward fails for float32 inputs.\nsoftplus raised AssertionError\n  at plugin.py:14"),
])
def test_the_first_leak_in_causal_order_is_named(save, load, flag, message):
    outcome = autograd(context_of(MEMORY.format(save=save, load=load), "softplus"))
    assert (outcome.diagnosis.flags, outcome.message) == ((flag,), message)


def test_what_needs_no_gradient_gets_none_and_costs_nothing():
    outcome = autograd(made("affine", gradient="(g @ W, g.T @ x, g.sum(0))"))
    assert outcome.diagnosis.flags == ("needs_input_grad",)
    assert outcome.message == (
        "Where x alone needs a gradient, backward computes that of W and b too. Look at "
        "ctx.needs_input_grad, and return None for an input that needs none: in the first layer of "
        "a network x never does.")


ALL_OR = "(g @ W, g.T @ x, g.sum(0)) if all(ctx.needs_input_grad) else "
ALONE = "Where x alone needs a gradient, backward "


@pytest.mark.parametrize(("otherwise", "message"), [
    ("(None, None, None)", f"{ALONE}returns None for it."),
    ("(2 * g @ W, None, None)", f"{ALONE}gives another gradient for it than where all need one."),
    ("(g @ W, None, 1 // 0)", f"{ALONE}fails.\n"
     "affine raised ZeroDivisionError: integer division or modulo by zero"),
    ("(g @ W if ctx.needs_input_grad[0] else None, "
     "g.T @ x if ctx.needs_input_grad[1] else None, "
     "g.sum(0) if ctx.needs_input_grad == (False, False, True) else None)",
     "Where x and b alone need a gradient, backward returns None for b."),
])
def test_a_gradient_that_is_right_only_if_all_are_wanted_is_said_to_be_none_or_wrong(
        otherwise, message):
    outcome = autograd(made("affine", gradient=ALL_OR + otherwise))
    assert outcome.diagnosis.flags == ("needs_input_grad",)
    assert "\n".join(outcome.message.splitlines()[:message.count("\n") + 1]) == message


def test_numbers_that_are_not_finite_end_in_a_verdict():
    for value in ("float('nan')", "float('inf')"):
        assert found(made("softplus", gradient=f"g * {value}")) == (
            Status.FAILED, ("not_finite",))
