"""The sign, with a straight-through window backward: binary networks are trained with it."""

from __future__ import annotations

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.mistake import GradientMistake, ValueMistake
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.model import Floats


def forward(x: Floats) -> Floats:
    """+1 where x >= 0, else -1."""
    return np.where(x >= 0, 1.0, -1.0)


def vjp(g: Floats, x: Floats) -> tuple[Floats]:
    """g where |x| < 1, else 0."""
    return (np.where(np.abs(x) < 1, g, 0.0),)


def surrogate(x: Floats, g: Floats, x0: Floats) -> float:
    """The function of x whose gradient at x = x0 is the vjp: <g, clip(x, -1, 1)>."""
    return float(np.sum(g * np.clip(x, -1.0, 1.0)))


WINDOW = "Pass g where |x| < 1, and 0 elsewhere."
AT_ZERO = "The sign of 0 is +1 here."
VALUES = (
    ValueMistake("zero_at_zero", "gives 0 at x = 0", f"{AT_ZERO} torch.sign gives 0.", np.sign),
    ValueMistake("minus_at_zero", "gives -1 at x = 0", f"{AT_ZERO} Write >= instead of >.",
                 lambda x: np.where(x > 0, 1.0, -1.0)),
    ValueMistake("minus_at_negative_zero", "gives -1 at x = -0",
                 "-0 >= 0 is true: the sign is +1 there too.",
                 lambda x: np.copysign(1.0, x)),
    ValueMistake("zero_or_one", "gives 0 where x < 0", "It must be -1 there.",
                 lambda x: np.where(x >= 0, 1.0, 0.0)),
    ValueMistake("identity", "returns its input", "It must be +1 or -1.", lambda x: x),
    ValueMistake("hard_tanh", "clips x to [-1, 1]", "It must be +1 or -1.",
                 lambda x: np.clip(x, -1.0, 1.0)),
    ValueMistake("soft_sign", "is tanh(x)", "It must be +1 or -1.", np.tanh),
)
GRADIENTS = (
    GradientMistake("no_window", "passes g everywhere", WINDOW, lambda g, x: (g,)),
    GradientMistake("window_inverted", "passes g where |x| > 1", WINDOW,
                    lambda g, x: (np.where(np.abs(x) > 1, g, 0.0),)),
    GradientMistake("window_width", "passes g where |x| < 2", WINDOW,
                    lambda g, x: (np.where(np.abs(x) < 2, g, 0.0),)),
    GradientMistake("window_width", "passes g where |x| < 1/2", WINDOW,
                    lambda g, x: (np.where(np.abs(x) < 0.5, g, 0.0),)),
    GradientMistake("window_one_sided", "passes g where x < 1", WINDOW,
                    lambda g, x: (np.where(x < 1, g, 0.0),)),
    GradientMistake("window_one_sided", "passes g where x > -1", WINDOW,
                    lambda g, x: (np.where(x > -1, g, 0.0),)),
    GradientMistake("window_one_sided", "passes g where 0 < x < 1", WINDOW,
                    lambda g, x: (np.where((x > 0) & (x < 1), g, 0.0),)),
    GradientMistake("window_of_cotangent", "passes g where |g| < 1",
                    "The window is on x, the input of forward, not on g.",
                    lambda g, x: (np.where(np.abs(g) < 1, g, 0.0),)),
    GradientMistake("times_output", "multiplies by the output as well", WINDOW,
                    lambda g, x: (np.where(np.abs(x) < 1, g, 0.0) * forward(x),)),
    GradientMistake("triangle", "passes g times a triangle, max(0, 2 - 2|x|)", WINDOW,
                    lambda g, x: (g * np.maximum(0.0, 2 - 2 * np.abs(x)),)),
    GradientMistake("triangle", "passes g times a triangle, max(0, 1 - |x|)", WINDOW,
                    lambda g, x: (g * np.maximum(0.0, 1 - np.abs(x)),)),
)

SIGN_STE = Specification(
    name="sign_ste",
    formula="+1 where x >= 0, else -1",
    forward=forward,
    vjp=vjp,
    gradient_formula="g where |x| < 1, else 0",
    domain=(-3.0, 3.0),
    wide=(-1000.0, 1000.0),
    avoid=(-1.0, 0.0, 1.0),
    margin=1 / 16,
    always=(0.0,),
    meaning=(
        "The derivative of the sign is 0 wherever there is one, and the specified backward is not "
        "meant to be it. It is the gradient of <g, clip(x, -1, 1)>: the sign is taken for a "
        "straight line where |x| < 1."),
    value_mistakes=VALUES,
    gradient_mistakes=GRADIENTS,
)
