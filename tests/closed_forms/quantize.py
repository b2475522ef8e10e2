"""The lecture's quantizer with error feedback (section 10), whose backward is no derivative."""

from __future__ import annotations

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.mistake import GradientMistake, ValueMistake
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.model import Floats


def forward(x: Floats) -> Floats:
    """The integer part q of each number in [0, 256)."""
    return np.floor(x)


def vjp(g: Floats, x: Floats) -> tuple[Floats]:
    """What arrives, plus what was cut off."""
    return (g + (x - np.floor(x)),)


def surrogate(x: Floats, g: Floats, x0: Floats) -> float:
    """The function of x whose gradient at x = x0 is the vjp: <g, x> + 1/2 ||x - q||^2, with
    q = floor(x0) held fixed."""
    cut_off = x - np.floor(x0)
    return float(np.sum(g * x) + 0.5 * np.sum(cut_off * cut_off))


VALUES = (
    ValueMistake(
        "rounds", "rounds to the nearest integer",
        "q is the integer part: 2.75 becomes 2.", np.round),
    ValueMistake(
        "rounds_up", "rounds up", "q is the integer part: 2.75 becomes 2.", np.ceil),
    ValueMistake(
        "identity", "returns its input", "q is the integer part: 2.75 becomes 2.", lambda x: x),
    ValueMistake(
        "returns_error", "returns what is cut off, x - q", "The output is q itself.",
        lambda x: x - np.floor(x)),
    ValueMistake(
        "signed_byte", "wraps above 127, as a signed byte does",
        "int8 ends at 127; uint8 holds 0 to 255.",
        lambda x: (np.floor(x) + 128) % 256 - 128),
)
STRAIGHT = "The specified backward is g + (x - q): straight through, plus what was cut off."
GRADIENTS = (
    GradientMistake(
        "straight_through", "passes g alone, straight through", STRAIGHT, lambda g, x: (g,)),
    GradientMistake(
        "feedback_only", "returns x - q alone", STRAIGHT, lambda g, x: (x - np.floor(x),)),
    GradientMistake(
        "feedback_subtracted", "subtracts what was cut off: g - (x - q)",
        "Add x - q, in this order.", lambda g, x: (g - (x - np.floor(x)),)),
    GradientMistake(
        "feedback_multiplied", "multiplies by what was cut off: g (x - q)", "Add x - q.",
        lambda g, x: (g * (x - np.floor(x)),)),
    GradientMistake(
        "feedback_multiplied", "multiplies by what was cut off: g (1 + x - q)", "Add x - q.",
        lambda g, x: (g * (1 + x - np.floor(x)),)),
    GradientMistake(
        "feedback_averaged", "adds the mean of x - q", "Each number gets back its own x - q.",
        lambda g, x: (g + np.mean(x - np.floor(x)),)),
    GradientMistake(
        "feedback_averaged", "divides x - q by the number of elements",
        "Each number gets back its own x - q, whole.",
        lambda g, x: (g + (x - np.floor(x)) / x.size,)),
    GradientMistake(
        "feedback_squared", "adds the square of x - q", "Add x - q itself.",
        lambda g, x: (g + (x - np.floor(x))**2,)),
    GradientMistake(
        "saved_input", "adds the input: g + x",
        "What is fed back is x - q; you saved x.", lambda g, x: (g + x,)),
    GradientMistake(
        "saved_output", "adds the output: g + q",
        "What is fed back is x - q; you saved q.", lambda g, x: (g + np.floor(x),)),
    GradientMistake(
        "error_of_rounding", "adds x - round(x)",
        "What is fed back is what forward cut off, x - q with the integer part q.",
        lambda g, x: (g + (x - np.round(x)),)),
)

QUANTIZE = Specification(
    name="quantize",
    formula="q, the integer part of x, as float64",
    forward=forward,
    vjp=vjp,
    gradient_formula="g + (x - q)",
    linear="affine",
    domain=(0.0, 256.0),
    avoid=tuple(float(i) for i in range(257)),
    margin=1 / 16,
    always=(*(float(i) for i in range(256)), 255.75),
    absolute=1e-13,
    output_dtype="float64",
    meaning=(
        "The derivative of q is 0 wherever there is one, and g + (x - q) is not meant to be it. It "
        "is the gradient of <g, STE(x)> + 1/2 ||x - q||^2, with q held fixed: the straight-through "
        "estimate STE, which takes the cut for the identity, plus a penalty that draws x to q."),
    terms={"g": lambda g, x: (g,), "(x - q)": lambda g, x: (x - np.floor(x),)},
    value_mistakes=VALUES,
    gradient_mistakes=GRADIENTS,
)
