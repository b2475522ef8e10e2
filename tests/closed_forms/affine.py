"""x W^T + b with a gradient for each of its three inputs: what `torch.nn.Linear` does."""

from __future__ import annotations

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.mistake import GradientMistake, ValueMistake
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.model import Floats

Three = tuple[Floats, Floats, Floats]


def forward(x: Floats, weights: Floats, bias: Floats) -> Floats:
    """(B, n), (m, n), (m,) to (B, m)."""
    return np.asarray(np.einsum("Bn,mn->Bm", x, weights) + bias)


def vjp(g: Floats, x: Floats, weights: Floats, bias: Floats) -> Three:
    """Each index that an input lacks is summed over; g has shape (B, m)."""
    return (
        np.einsum("Bm,mn->Bn", g, weights), np.einsum("Bm,Bn->mn", g, x), np.einsum("Bm->m", g))


def _square(g: Floats, x: Floats, weights: Floats, bias: Floats) -> Three:
    """Both products transposed, which only square shapes let pass."""
    of_x, of_weights, of_bias = vjp(g, x, weights, bias)
    if len(set(g.shape + x.shape)) > 1:
        return of_x, of_weights, of_bias
    return g @ weights.T, of_weights.T, of_bias


GRADIENTS = (
    GradientMistake(
        "transposed", "transposes a product", "The gradients are g W of x and g^T x of W.",
        _square),
    GradientMistake(
        "no_accumulation", "comes from the first sample alone",
        "W and b serve all samples of the batch: add what each contributes.",
        lambda g, x, weights, bias: (
            g @ weights, g[:1].T @ x[:1], g[:1].sum(axis=0))),
    GradientMistake(
        "no_accumulation", "comes from the last sample alone",
        "W and b serve all samples of the batch: add what each contributes.",
        lambda g, x, weights, bias: (
            g @ weights, g[-1:].T @ x[-1:], g[-1:].sum(axis=0))),
    GradientMistake(
        "reduced", "sums over the outputs as well",
        "The gradient of b is summed over the batch only: one number for each output.",
        lambda g, x, weights, bias: (
            g @ weights, g.T @ x, np.full(bias.shape, g.sum()))),
    GradientMistake(
        "reduced", "takes sums before it multiplies",
        "Each number of g goes with its own row of x and of W: the gradients are g W and g^T x.",
        lambda g, x, weights, bias: (
            g.sum(axis=1, keepdims=True) * weights.sum(axis=0),
            np.outer(g.sum(axis=0), x.sum(axis=0)), g.sum(axis=0))),
    GradientMistake(
        "ignores_input", "leaves out the other factor of the product",
        "The gradients are g W of x and g^T x of W.",
        lambda g, x, weights, bias: (
            np.broadcast_to(g.sum(axis=1, keepdims=True), x.shape),
            np.broadcast_to(g.sum(axis=0)[:, None], weights.shape), g.sum(axis=0))),
)
VALUES = (
    ValueMistake("no_bias", "leaves b out", "Add b to every row.",
                 lambda x, weights, bias: forward(x, weights, 0.0 * bias)),
    ValueMistake("bias_subtracted", "subtracts b", "Add b to every row.",
                 lambda x, weights, bias: forward(x, weights, -bias)),
    ValueMistake("bias_in_product", "adds 1 to x before the product",
                 "b is added after the product.",
                 lambda x, weights, bias: forward(x + 1.0, weights, bias)),
)

AFFINE = Specification(
    name="affine",
    formula="x W^T + b",
    forward=forward,
    vjp=vjp,
    gradient_formula="g W of x, g^T x of W, and g summed over the batch of b",
    inputs={"x": "B n", "W": "m n", "b": "m"},
    output="B m",
    wide=(-1000.0, 1000.0),
    none_where_unneeded=True,
    value_mistakes=VALUES,
    gradient_mistakes=GRADIENTS,
)
