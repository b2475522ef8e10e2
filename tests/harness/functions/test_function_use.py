"""Functions in use: of temporaries, without a gradient, of zeros, and of numbers without a gap."""

import numpy as np
import pytest

from cgp_harness.kinds.autograd_function.checks.autograd import autograd
from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.kinds.autograd_function.probes import ground
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.functions.right.function_verdicts import Verdict, verdict
from tests.harness.functions.test_function_corners import source
from tests.harness.in_process.functions import context_of

GONE = (
    "Two calls before the first backward disturb each other: something is kept on the class, in a "
    "global or in a list, which all calls share. What belongs to one call belongs to its ctx. Here "
    "the inputs of the first are gone when the second comes, as of `F.apply(w * c)`: a new tensor "
    "may have the `id()` and the `data_ptr()` of an old one.")
UNNEEDED = "inputs that need no gradient, under `torch.no_grad()`"


def kept_by(key):
    """A right sign, but that its window is kept in a dict."""
    return source(
        "sign_ste", above="WINDOW = {}", gradient="g * WINDOW[ctx.key]", load="",
        save=f"ctx.key = {key}; WINDOW[ctx.key] = x.abs() < 1")


@pytest.mark.parametrize("key", ["id(x)", "x.data_ptr()", "(hash(x), x.shape)"])
def test_what_is_kept_by_the_place_of_an_input_is_another_s_when_that_is_gone(key):
    outcome = autograd(context_of(kept_by(key), "sign_ste"))
    assert (outcome.message, outcome.diagnosis.flags) == (GONE, ("shared_state",))
    assert verdict(kept_by(key), "sign_ste").failed == ("autograd",)


@pytest.mark.parametrize("key", ["id(ctx)", "len(WINDOW)"])
def test_what_is_kept_by_something_else_is_not_confused(key):
    assert verdict(kept_by(key), "sign_ste") == Verdict((), ())


@pytest.mark.parametrize(("task", "parts", "message"), [
    ("quantize", {"value": "x.double().floor(); x.register_hook(lambda g: None)"},
     f"forward fails for {UNNEEDED}.\n"
     "quantize raised RuntimeError: cannot register a hook on a tensor that doesn't require "
     "gradient\n  at plugin.py:12"),
    ("softplus", {"value": "torch.logaddexp(x, 0 * x) + (not x.requires_grad)"},
     f"forward is wrong for {UNNEEDED}.\n"
     "At x = [[1.788, 0.386, 1.987], [0.317, 2.52, -2.272]]:\n"
     "  forward gives [[2.94269, 1.90466, 3.11549], [1.86416, 3.59739, 1.09813]]; expected "
     "[[1.94269, 0.904657, 2.11549], [0.864156, 2.59739, 0.0981296]]\n"
     "  first difference: output[0, 0] gets 2.94269, expected 1.94269"),
    ("affine", {"value": "x @ W.T + (b if any(ctx.needs_input_grad) else 0)"},
     f"forward is wrong for {UNNEEDED}.\n"
     "  first difference: output[0, 0] gets -4.41183, expected -4.57983"),
    ("sign_ste", {"value": "torch.where(x >= 0, 1.0, -1.0).to(x.dtype) if x.requires_grad else "
                  "x.sign()[:1]"},
     f"For {UNNEEDED}: forward gives an output of shape (1, 3) where (2, 3) is expected (x of "
     "shape (2, 3))."),
])
def test_forward_gives_the_same_where_nothing_needs_a_gradient(task, parts, message):
    outcome = forward(context_of(source(task, **parts), task))
    assert outcome.message == message


SKIPS = "g * 0 if {} else g * (x.abs() < 1)"


@pytest.mark.parametrize(("task", "parts", "place"), [
    ("sign_ste", {"gradient": SKIPS.format("not x.any()")}, "x of zeros"),
    ("quantize", {"gradient": "g + (x - x.floor()) if x.any() else g * 0"}, "x of zeros"),
    ("sign_ste", {"gradient": SKIPS.format("x.shape == (2, 3) and x.std() == 0 and x.any()")},
     "x of equal numbers"),
    ("sign_ste", {"gradient": SKIPS.format("x.shape == (2, 3) and (x > 0).all() and x.std() > 0")},
     "x of positive numbers"),
    ("affine", {"b": "g.sum(0) * (1 if b.any() else 0)", "save": "ctx.save_for_backward(x, W, b)",
                "load": "x, W, b = ctx.saved_tensors"}, "b of zeros"),
])
def test_inputs_of_zeros_or_of_one_number_are_asked(task, parts, place):
    outcome = gradient(context_of(source(task, **parts), task))
    assert outcome.diagnosis.flags == ("uniform_input",)
    assert outcome.message.partition("\n")[0] == (
        f"backward is right for other numbers, and wrong for {place}.")


@pytest.mark.parametrize("end", [20.6, 21.6, 22.0, 24.0])
def test_softplus_is_no_straight_line_as_long_as_that_shows(end):
    text = source(
        "softplus", value=f"torch.where(x > {end}, x, torch.logaddexp(x.clamp(max={end}), 0 * x))")
    assert verdict(text, "softplus") == Verdict(("forward",), ("loses_accuracy",))


@pytest.mark.parametrize("name", ["softplus", "sign_ste", "quantize"])
def test_there_is_no_gap_between_numbers(name):
    specification = SPECIFICATIONS[name]
    low, high = specification.domain
    numbers = np.sort(ground.numbers(specification))
    inside = numbers[(numbers >= low) & (numbers <= high)]
    assert np.diff([low, *inside, high]).max() <= 1.0001 * (high - low) / 400
    for side in (numbers, np.sort(-numbers)):
        far = side[side >= max(high, 4)]
        gaps = (far[1:] / far[:-1])[far[1:] > 0]
        assert name == "quantize" or np.sort(gaps)[-2] < 1.021
