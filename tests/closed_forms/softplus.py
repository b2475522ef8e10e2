"""log(1 + e^x) and its derivative, right to the last digits from -1,000 to 1,000."""

from __future__ import annotations

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.mistake import GradientMistake, ValueMistake
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.model import Floats


def forward(x: Floats) -> Floats:
    """log(1 + e^x) = max(x, 0) + log(1 + e^-|x|): nothing overflows, nothing cancels."""
    return np.asarray(np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))))


def slope(x: Floats) -> Floats:
    """1 / (1 + e^-x), from e^-|x| on both sides."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, small) / (1.0 + small))


def vjp(g: Floats, x: Floats) -> tuple[Floats]:
    """The chain rule with the derivative above."""
    return (g * slope(x),)


CHAIN = "The derivative of log(1 + e^x) is e^x / (1 + e^x), outer times inner."
VALUES = (
    ValueMistake("relu", "is ReLU, max(x, 0)", "Softplus is log(1 + e^x).",
                 lambda x: np.maximum(x, 0.0)),
    ValueMistake("base_two", "takes the logarithm to base 2", "Softplus has the natural one.",
                 lambda x: np.logaddexp2(x, 0.0)),
    ValueMistake("base_two", "has base 2 in the logarithm", "Softplus has the natural one.",
                 lambda x: forward(x) / np.log(2.0)),
    ValueMistake("identity", "returns its input", "Softplus is log(1 + e^x): the 1 is missing.",
                 lambda x: x),
    ValueMistake("sigmoid", "is the sigmoid", "That is the derivative of softplus.", slope),
    ValueMistake("reflected", "is log(1 + e^-x)", "The exponent is x, not -x.",
                 lambda x: forward(-x)),
)
GRADIENTS = (
    GradientMistake("no_inner_derivative", "forgets the inner derivative e^x: g / (1 + e^x)", CHAIN,
                    lambda g, x: (g * slope(-x),)),
    GradientMistake("no_outer_derivative", "forgets the outer derivative 1 / (1 + e^x): g e^x",
                    CHAIN, lambda g, x: (g * np.exp(x),)),
)

SOFTPLUS = Specification(
    name="softplus",
    formula="log(1 + e^x)",
    forward=forward,
    vjp=vjp,
    gradient_formula="g / (1 + e^-x)",
    domain=(-4.0, 4.0),
    wide=(-1000.0, 1000.0),
    always=(
        0.0, 1e-3, -1e-3, 12.5, -12.5, 20.5, -20.5, 24.4, 27.6, 33.5, -33.5, 37.0, -37.0, 89.5,
        -89.5, 300.0, -300.0, 700.0, -700.0, 750.0, -750.0, 1000.0, -1000.0,
    ),
    relative=1e-12,
    absolute=0.0,
    value_mistakes=VALUES,
    gradient_mistakes=GRADIENTS,
)
