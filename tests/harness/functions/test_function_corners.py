"""Corners in which a Function may be wrong: each fails, and is called no wrong name."""

import pytest

from cgp_harness.kinds.autograd_function.probes.words import exactly
from cgp_harness.model import Status
from tests.harness.functions.right.function_verdicts import CHECKS, verdict
from tests.harness.in_process.functions import context_of

RIGHT = {
    "softplus": {
        "inputs": "x", "value": "torch.logaddexp(x, 0 * x)", "save": "ctx.save_for_backward(x)",
        "load": "x, = ctx.saved_tensors", "gradient": "g * torch.sigmoid(x)"},
    "quantize": {
        "inputs": "x", "value": "x.double().floor()", "save": "ctx.save_for_backward(x)",
        "load": "x, = ctx.saved_tensors", "gradient": "g + (x - x.floor())"},
    "sign_ste": {
        "inputs": "x", "value": "torch.where(x >= 0, 1.0, -1.0).to(x.dtype)",
        "save": "ctx.save_for_backward(x)", "load": "x, = ctx.saved_tensors",
        "gradient": "g * (x.abs() < 1)"},
    "affine": {
        "inputs": "x, W, b", "value": "x @ W.T + b", "save": "ctx.save_for_backward(x, W)",
        "load": "x, W = ctx.saved_tensors",
        "gradient": "tuple(one() if need else None for one, need in zip((lambda: {x}, lambda: {W}, "
                    "lambda: {b}), ctx.needs_input_grad))"},
}
PARTS = {"x": "g @ W", "W": "g.T @ x", "b": "g.sum(0)"}
SOURCE = '''
{above}


@autograd_function("{task}")
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, {inputs}):
        y = {value}
        {save}
        return y

    @staticmethod
    def backward(ctx, g):
        {load}
        return {gradient}
'''


def source(task, above="", **parts):
    """The right Function with some parts put differently; of `affine` the gradients of x, W, b."""
    of_inputs = {**PARTS, **{name: parts.pop(name) for name in PARTS if name in parts}}
    phrases = {**RIGHT[task], **parts}
    if task == "affine" and "gradient" not in parts:
        phrases["gradient"] = phrases["gradient"].format(**of_inputs)
    return SOURCE.format(task=task, above=above, **phrases)


S = "torch.sigmoid(x)"
COUNTED_BACK = {"above": "N = []", "load": "x, = ctx.saved_tensors; N.append(0)"}
AGAIN = (
    "SEEN = []\n\n\ndef again(x):\n    SEEN.append(x.flatten().tolist())\n"
    "    return SEEN.count(SEEN[-1]) > 1")
COUNTED = {"above": "N = []", "save": "ctx.save_for_backward(x); N.append(0)"}
WRONG = {
    # numbers: what is added against a division by 0, and the last bit beside a kink
    "floor of x + 1e-12": ("quantize", {"value": "(x.double() + 1e-12).floor()"}, "forward", ()),
    "through 255": ("quantize", {"value": "(x.double() * (1 / 255) * 255).floor()"}, "forward", ()),
    "hundredths": ("quantize", {"value": "(x.double() / 100 * 100).floor()"}, "forward", ()),
    "sign of x + 1e-12": ("sign_ste", {"value": "torch.sign(x + 1e-12)"}, "forward", ()),
    "sign of x + 1e-20": ("sign_ste", {"value": "torch.sign(x + 1e-20)"}, "forward", ()),
    "window a bit wide": ("sign_ste", {"gradient": "g * (x.abs() < 1 + 1e-10)"}, "gradient", ()),
    "window a bit narrow": ("sign_ste", {"gradient": "g * (x.abs() < 1 - 1e-14)"}, "gradient", ()),
    "wrong at 1e-300": (
        "softplus", {"gradient": f"g * torch.where((x.abs() < 1e-200) & (x != 0), 1.0, {S})"},
        "gradient", ()),
    # two sizes that happen to be equal
    "B = n": ("affine", {"x": "(g @ W).T if len(x) == x.shape[1] < len(W) else g @ W"},
              "gradient", ("special_shape",)),
    "B = m": ("affine", {"b": "g.sum(1) if len(x) == len(W) < x.shape[1] else g.sum(0)"},
              "gradient", ("special_shape",)),
    "n = m": ("affine", {"W": "x.T @ g if len(x) < x.shape[1] == len(W) else g.T @ x"},
              "gradient", ("special_shape",)),
    "square": ("softplus", {
        "gradient": f"(g * {S}).T if x.dim() == 2 and len(x) == x.shape[1] else g * {S}"},
        "gradient", ("special_shape",)),
    "cubic": ("sign_ste", {
        "gradient": "(g * (x.abs() < 1)).flip(0) if x.dim() == 3 and x.shape[0] == x.shape[1] else "
                    "g * (x.abs() < 1)"}, "gradient", ("special_shape",)),
    # g
    "one column for all": (
        "softplus",
        {"gradient": f"(2 if g.dim() and g.stride(-1) == 0 < g.stride(0) else 1) * g * {S}"},
        "gradient", ("non_contiguous_cotangent",)),
    "small beside large": (
        "softplus", {"gradient": f"g * (g.abs() >= 1e-9 * max(map(abs, g.reshape(-1).tolist()), "
                     f"default=0)) * {S}"}, "gradient", ("cotangent_size",)),
    # what is kept
    "W as data": ("affine", {"save": "ctx.save_for_backward(x, W.data)"},
                  "autograd", ("input_not_guarded",)),
    "W as an array": (
        "affine", {"save": "ctx.save_for_backward(x); ctx.W = W.detach().numpy()",
                   "load": "x, = ctx.saved_tensors; W = torch.from_numpy(ctx.W)"},
        "autograd", ("input_not_guarded",)),
    "x as data, W well": ("affine", {"save": "ctx.save_for_backward(x.data, W)"},
                          "autograd", ("input_not_guarded",)),
    "a size on the class": (
        "softplus", {"save": "ctx.save_for_backward(x); F.size = x.numel()",
                     "gradient": f"g * {S} * (F.size / max(1, x.numel()))"},
        "autograd", ("shared_state",)),
    "the batch in a global": (
        "affine", {"above": "KEPT = {}", "save": "ctx.save_for_backward(x, W); KEPT['B'] = len(x)",
                   "b": "g.sum(0) * (KEPT['B'] or 1) / (len(g) or 1)"},
        "autograd", ("shared_state",)),
    # one call of many
    "the first backward": (
        "softplus", {**COUNTED_BACK, "gradient": f"g * {S} * (1 + (len(N) == 1))"},
        "gradient", ("not_deterministic",)),
    "each 64th backward": (
        "softplus", {**COUNTED_BACK, "gradient": f"g * {S} * (1 + (len(N) % 64 == 0))"},
        "gradient", ("not_deterministic",)),
    "each 64th backward raises": (
        "softplus", {**COUNTED_BACK, "gradient": f"g * {S} + 0 / (len(N) % 64)"},
        "gradient", ("not_deterministic",)),
    "the second forward": (
        "softplus", {**COUNTED, "value": "torch.logaddexp(x, 0 * x) * (1 + (len(N) == 1))"},
        "forward", ("not_deterministic",)),
    "what it has seen": (
        "softplus", {"above": AGAIN, "value": "torch.logaddexp(x, 0 * x) * (1 + again(x))"},
        "forward", ("not_deterministic",)),
    "each 9th forward": (
        "softplus", {**COUNTED, "value": "torch.logaddexp(x, 0 * x) * (1 + (len(N) % 9 == 0))"},
        "forward", ("not_deterministic",)),
    # where a number has neighbours
    "all or none": ("sign_ste", {"gradient": "g * float((x.abs() < 1).all())"}, "gradient", ()),
    "none if any": ("sign_ste", {"gradient": "g * float(not (x.abs() > 1).any())"}, "gradient", ()),
    "only alone": ("softplus", {"gradient": f"g * {S} * (x.numel() == 1)"}, "gradient", ()),
}
RANDOM = "something is drawn at random, or remembered from one call to the next."
MESSAGES = {
    "each 64th backward":
        f"backward gives another gradient for the same numbers the second time: {RANDOM}",
    "each 9th forward":
        f"forward gives another output for the same numbers the second time: {RANDOM}",
    "each 64th backward raises":
        f"backward fails, and the second time it does not for the same numbers: {RANDOM}\n"
        "softplus raised ZeroDivisionError: division by zero\n  at plugin.py:19",
    "a size on the class":
        "Two calls before the first backward disturb each other: something is kept on the class, "
        "in a global or in a list, which all calls share. What belongs to one call belongs to its "
        "ctx. Here the other call has inputs of other shapes.",
    "W as an array":
        "W, changed in place between forward and backward, changes the gradient, and nothing is "
        "said. torch raises if tensors are handed to ctx.save_for_backward() as they came, not as "
        "an array, as `.data` or in a container.",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_corner_is_looked_at_and_gets_no_false_name(name):
    task, parts, check, flags = WRONG[name]
    context, failed = context_of(source(task, **parts), task), {}
    for kind, ask in CHECKS.items():
        outcome = ask(context)
        if outcome.status is not Status.PASSED:
            failed[kind] = outcome
    assert [*failed] == [check]
    assert failed[check].diagnosis.flags == flags
    assert failed[check].message == MESSAGES.get(name, failed[check].message)


def test_autograd_says_by_itself_that_a_backward_answers_otherwise_the_second_time():
    text = source("softplus", above=AGAIN, gradient=f"g * {S} * (1 + again(g))")
    outcome = CHECKS["autograd"](context_of(text, "softplus"))
    assert (outcome.diagnosis.flags, outcome.message) == (("not_deterministic",), (
        "backward gives another gradient for the same input and the same g the second time: "
        + RANDOM))


@pytest.mark.parametrize("task", RIGHT)
def test_what_they_are_made_of_is_right(task):
    assert verdict(source(task), task).failed == ()


@pytest.mark.parametrize(("parts", "message"), [
    ({"gradient": f"g * torch.where((x == 0) & torch.signbit(x), 0.0, {S})"}, "At x = -0, g = "),
    ({"gradient": f"g * torch.where(x == 0, 0.0, {S})"}, "At x = 0, g = "),
    ({"gradient": f"g * {S} * (1 + (x == 12.5))"}, "At x = 12.5, g = "),
])
def test_the_sign_of_a_zero_is_shown(parts, message):
    said = CHECKS["gradient"](context_of(source("softplus", **parts), "softplus")).message
    assert said.splitlines()[1].startswith(message)


def test_digits_that_tell_numbers_apart_are_shown():
    assert exactly([[128.0, 127.99999999999999], [-0.0, 1e-300]]) == (
        "[[128, 127.99999999999999], [-0, 1e-300]]")


@pytest.mark.parametrize(("change", "failed"), [
    ("x.sub_(0)", ("forward",)), ("x.mul_(1.0)", ("forward",)),
    ("x.add_(1) if x.dtype == torch.float32 else x", ("forward",)),
    ("x.add_(1) if x.dim() == 0 else x", ("forward",)),
])
def test_what_forward_does_to_its_input_is_not_held_against_backward(change, failed):
    text = source("softplus", value=f"torch.logaddexp({change}, 0 * x)")
    assert verdict(text, "softplus").failed == failed


def test_a_number_that_is_right_alone_is_not_shown_alone():
    text = source("softplus", value="torch.logaddexp(x, 0 * x) + (1e-6 if x.numel() == 6 else 0)")
    outcome = CHECKS["forward"](context_of(text, "softplus"))
    assert outcome.diagnosis.flags == ("not_elementwise",)
    assert outcome.diagnosis.text == (
        "Your forward gives a number another value when others stand beside it: alone, each of "
        "those that are wrong here is right. A sum, a mean or a maximum over x does that.")
    first, at, gives, difference = outcome.message.splitlines()
    assert first == "forward does not compute log(1 + e^x)."
    assert at.startswith("At x = [[1.788, 0.386, 1.987], [0.317, ")
    assert gives.startswith("  forward gives [[")
    assert difference == (
        "  first difference: output[0, 0] gets 1.94269, expected 1.942689")
