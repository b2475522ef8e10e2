"""Mistakes that the backward of any Function may make, as arithmetic on one probe.

A mistake is a function of the cotangent and the probe, so that one in the cotangent (`|g|` for g)
and one in what it is multiplied by (tanh' for f') make a pair by being applied one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.mistake import GradientMistake
from cgp_harness.model import Floats

Gradients = tuple[Floats, ...]


@dataclass(frozen=True)
class Probe:
    """One point and cotangent, what is right there, and what was returned.

    Args:
        inputs: an array per input.
        cotangent: in the shape of the output.
        output: what forward gave.
        vjp: a cotangent to the right gradients at these inputs.
        vjp_at: a cotangent and other inputs to the gradients there; None if that is not known.
        got: what backward gave, an array per input.
    """

    inputs: Gradients
    cotangent: Floats
    output: Floats
    vjp: Callable[[Floats], Gradients]
    vjp_at: Callable[..., Gradients] | None
    got: Gradients


@dataclass(frozen=True)
class Known:
    """A mistake, or two at once: its names, what the student reads, and what it computes.

    `alone`: it is not looked for behind a mistake in the cotangent.
    """

    flags: tuple[str, ...]
    phrase: str
    hint: str
    gradients: Callable[[Floats, Probe], Gradients]
    alone: bool = False


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


RIGHT = Known((), "", "", lambda g, probe: probe.vjp(g))
LINEAR = "Backward is linear in g: twice the g, twice the gradient, and so for a negative one."
COTANGENT: tuple[tuple[str, str, str, Callable[[Floats], Floats]], ...] = (
    ("ignores_cotangent", "ignores g: it gives the same whatever arrives",
     "By the chain rule g multiplies the derivative.", np.ones_like),
    ("absolute_cotangent", "uses |g| for g", LINEAR, np.abs),
    ("relu_cotangent", "drops the negative numbers of g", LINEAR, lambda g: np.maximum(g, 0.0)),
    ("clipped_cotangent", "clips g to [-1, 1]", LINEAR, lambda g: np.clip(g, -1.0, 1.0)),
    ("squared_cotangent", "uses the square of g", LINEAR, lambda g: g * g),
    ("sign_of_cotangent", "uses the sign of g only", LINEAR, np.sign),
    ("normalised_cotangent", "divides g by its norm", LINEAR,
     lambda g: g / max(float(np.linalg.norm(g)), 1e-300)),
    ("cotangent_averaged", "uses the mean of g",
     "Each number of the output has its own g.", lambda g: np.full(g.shape, g.mean())),
    ("cotangent_summed", "uses the sum of g",
     "Each number of the output has its own g.", lambda g: np.full(g.shape, g.sum())),
)
"""What becomes of the cotangent before it is used as it should be."""

ANY: tuple[Known, ...] = (
    Known(("zero_gradient",), "is 0 everywhere", "So nothing before this Function can learn.",
          lambda g, probe: tuple(0.0 * one for one in probe.inputs)),
    Known(("reduced",), "is summed over the input, and the same for each number",
          "Each number of the input has its own derivative.",
          lambda g, probe: tuple(np.full(one.shape, one.sum()) for one in probe.vjp(g))),
    Known(("reduced",), "is averaged over the input, and the same for each number",
          "Each number of the input has its own derivative.",
          lambda g, probe: tuple(
              np.full(one.shape, one.sum() / max(one.size, 1)) for one in probe.vjp(g))),
)
"""Of any Function."""

OWN = "The derivative wanted is that of this Function's own forward."


def _slope(name: str, formula: str, slope: Callable[[Floats], Floats]) -> Known:
    return Known(
        (f"derivative_of_{name}",), f"multiplies g by the derivative of {formula}", OWN,
        lambda g, probe: (g * slope(probe.inputs[0]),))


ELEMENTWISE: tuple[Known, ...] = (
    Known(("straight_through",), "passes g on as it is, as if the derivative were 1",
          "By the chain rule g is multiplied by the derivative.", lambda g, probe: (g,)),
    Known(("output_for_input",), "takes the derivative at the output instead of the input",
          "The derivative is taken at x: save x.",
          lambda g, probe: probe.vjp_at(g, probe.output) if probe.vjp_at else ()),
    Known(("value_for_derivative",), "multiplies g by the output", OWN,
          lambda g, probe: (g * probe.output,)),
    Known(("value_for_derivative",), "multiplies g by the input", OWN,
          lambda g, probe: (g * probe.inputs[0],)),
    Known(("value_for_derivative",), "multiplies by the input as well", OWN,
          lambda g, probe: (probe.vjp(g)[0] * probe.inputs[0],)),
    Known(("value_for_derivative",), "multiplies by the output as well", OWN,
          lambda g, probe: (probe.vjp(g)[0] * probe.output,)),
    Known(("slope_twice",), "multiplies by the derivative twice", "Once is right.",
          lambda g, probe: (g * probe.vjp(np.ones_like(g))[0]**2,)),
    Known(("divides_by_derivative",), "divides g by the derivative", "Multiply by it.",
          lambda g, probe: (g * g / np.where(probe.vjp(g)[0] == 0, np.nan, probe.vjp(g)[0]),)),
    _slope("sigmoid", "the sigmoid", lambda x: _sigmoid(x) * (1 - _sigmoid(x))),
    _slope("sigmoid", "the sigmoid with x where its value belongs, x (1 - x)",
           lambda x: x * (1 - x)),
    _slope("tanh", "tanh", lambda x: 1 - np.tanh(x)**2),
    _slope("tanh", "tanh with x where its value belongs, 1 - x^2", lambda x: 1 - x * x),
    _slope("relu", "ReLU", lambda x: np.where(x > 0, 1.0, 0.0)),
    _slope("softplus", "softplus", _sigmoid),
    _slope("exp", "e^x", np.exp),
    _slope("log", "log x", lambda x: 1 / x),
    _slope("sine", "the sine", np.cos),
    _slope("square", "x^2", lambda x: 2 * x),
)
"""Of Functions with one input and an output of the same shape."""


def singles(probe: Probe, own: Iterable[GradientMistake]) -> list[Known]:
    """Every mistake besides those in the cotangent.

    Args:
        probe: any of those in question.
        own: mistakes of this Function alone; they are named before others that compute the same.
    """
    elementwise = len(probe.inputs) == 1 and probe.inputs[0].shape == probe.cotangent.shape
    listed, changes = ([one for one in own if bool(one.of_source) == is_change]
                       for is_change in (False, True))
    return [*map(of_function, listed), *ANY,
            *(ELEMENTWISE if elementwise else ()), *map(of_function, changes)]


_SAME = 1e-9


def exchanged(probes: Sequence[Probe]) -> Iterator[Known]:
    """Gradients of two inputs of one shape, each in the place of the other; of one alone that may
    be no more than its sign."""
    rights = [probe.vjp(probe.cotangent) for probe in probes]
    for i, j in combinations(range(len(probes[0].inputs)), 2):
        if probes[0].inputs[i].shape == probes[0].inputs[j].shape and all(
                np.allclose(probe.got[one], right[other], rtol=_SAME, atol=0)
                for probe, right in zip(probes, rights, strict=True)
                for one, other in ((i, j), (j, i))):
            yield Known(
                ("swapped_gradients",), "is that of another input of the same shape",
                "Return the gradients in the order of forward's inputs.", partial(_two, i, j),
                alone=True)


def _two(i: int, j: int, g: Floats, probe: Probe) -> Gradients:
    found = [*probe.vjp(g)]
    found[i], found[j] = found[j], found[i]
    return tuple(found)


def of_cotangent() -> list[Known]:
    """Mistakes of any Function in the cotangent alone."""
    return [_behind(outer, RIGHT) for outer in COTANGENT]


def bank(inner: Sequence[Known]) -> Iterator[Known]:
    """The right one, every mistake, and every mistake behind one in the cotangent."""
    yield RIGHT
    yield from of_cotangent()
    yield from inner
    yield from (_behind(outer, one) for one in inner if not one.alone for outer in COTANGENT)


def of_function(one: GradientMistake) -> Known:
    """A mistake of one Function alone."""
    return Known(
        tuple(part.id for part in one.parts or (one,)), one.phrase, one.hint,
        lambda g, probe: one.vjp(g, *probe.inputs), alone=bool(one.of_source))


def _behind(outer: tuple[str, str, str, Callable[[Floats], Floats]], inner: Known) -> Known:
    flag, phrase, hint, change = outer
    return Known(
        (flag, *inner.flags), " and ".join(filter(None, [phrase, inner.phrase])),
        " ".join(filter(None, [hint, inner.hint])),
        lambda g, probe: inner.gradients(change(g), probe))
