"""What a Function or a plain function is asked: all that a handout allows. And how it is asked."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch

LINE = np.concatenate([
    np.linspace(-6, 6, 49), np.geomspace(1e-6, 1000, 25), -np.geomspace(1e-6, 1000, 25)])
ELEMENTWISE = ((), (1,), (0,), (7,), (2, 3), (2, 3, 2))
SIZES = ((3, 4), (4, 3), (3, 3), (1, 5), (5, 1), (1, 1), (33, 2), (2, 40))
"""Of the first axis and the second."""
SCALES = (1.0, 0.01, 30.0, 500.0)


@dataclass(frozen=True)
class Call:
    """The inputs, and the cotangent of the output; `laid_out` in memory as made or transposed."""

    inputs: list[np.ndarray]
    cotangent: np.ndarray
    transposed: bool = False

    def tensors(self, dtype=torch.float64) -> list[torch.Tensor]:
        """The inputs, then the cotangent."""
        return [
            torch.tensor(one.T.copy()).permute(tuple(reversed(range(one.ndim)))).to(dtype)
            if self.transposed else torch.tensor(one, dtype=dtype)
            for one in (*self.inputs, self.cotangent)]


def calls(specified) -> list[Call]:
    """For a function whose signature names the axes of its inputs; elementwise without."""
    draw = np.random.default_rng(12)
    axes, output = _axes(specified)
    if not axes:
        shapes = [(one, one) for one in ELEMENTWISE]
        found = [Call([LINE], draw.normal(size=LINE.shape))]
        found += [Call([3 * draw.normal(size=one)], draw.normal(size=one)) for one, _ in shapes]
        return [*found, Call([draw.normal(size=(3, 4))], draw.normal(size=(3, 4)), transposed=True)]
    sizes = [*SIZES, *([] if output == "" else [(0, 3)])]
    cases = [(size, 1.0) for size in sizes] + [((4, 3), scale) for scale in SCALES]
    found = []
    for index, (size, scale) in enumerate(cases):
        letters = dict(zip("Bn", size, strict=True))
        first, *others = (
            draw.normal(size=[letters[one] for one in text.split()]) for text in axes)
        shape = [letters[one] for one in output.split()]
        found.append(Call(
            [scale * first + (index % 3) * scale, *others], draw.normal(size=shape),
            transposed=index % 4 == 3))
    rows = np.repeat([[-800.0], [0.0], [900.0]], 4, axis=1) + draw.normal(size=(3, 4))
    more = [draw.normal(size=[dict(B=3, n=4)[one] for one in text.split()]) for text in axes[1:]]
    shape = [dict(B=3, n=4)[one] for one in output.split()]
    return [*found, Call([rows, *more], draw.normal(size=shape)),
            Call([0 * rows + 2.0, *more], draw.normal(size=shape))]


def _axes(specified) -> tuple[list[str], str]:
    function = specified.forward if isinstance(specified, type) else specified
    noted = inspect.get_annotations(function)
    output = noted.pop("return", None)
    return list(noted.values()), output


def outputs(function, asked, dtype=torch.float64) -> list[list[np.ndarray]] | None:
    """Of each call the value, then the gradient for each input; None if anything raises.

    All go forward before the first goes back, and each goes back twice. What was given must be as
    it was. A plain function has values only.
    """
    try:
        if isinstance(function, type):
            return _of_function(function, asked, dtype)
        return [[_of_plain(function, one)] for one in asked]
    except Exception:
        return None


def _of_plain(function, call) -> np.ndarray:
    given = [np.frombuffer(one.tobytes()).reshape(one.shape) for one in call.inputs]
    return np.asarray(function(*given), np.float64)


def _of_function(function, asked, dtype) -> list[list[np.ndarray]]:
    given = [call.tensors(dtype) for call in asked]
    before = [[one.clone() for one in tensors] for tensors in given]
    inputs = [[one.requires_grad_() for one in tensors[:-1]] for tensors in given]
    values = [function.apply(*one) for one in inputs]
    found = []
    for value, one, tensors in zip(values, inputs, given, strict=True):
        for _ in range(2):
            back = torch.autograd.grad(value, one, tensors[-1], retain_graph=True)
        found.append([value.detach().numpy(), *(one.numpy() for one in back)])
    alone = [one.detach().requires_grad_(not index) for index, one in enumerate(inputs[0])]
    (only,) = torch.autograd.grad(function.apply(*alone), alone[:1], given[0][-1])
    assert np.array_equal(only.numpy(), found[0][1], equal_nan=True), "another gradient when alone"
    assert all(map(torch.equal, chain(*given), chain(*before))), "changed what was given"
    return found


def apart(got, wanted, absolute: float) -> float:
    """The largest difference, in proportion to the number or to the size of `absolute` beside it.

    `absolute` is what a number's digits count from, in proportion to the largest of its array.
    """
    if got is None:
        return np.inf
    worst = 0.0
    for a, b in zip(chain(*got), chain(*wanted), strict=True):
        if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
            return np.inf
        if a.size:
            size = np.maximum(np.abs(b), absolute * max(1.0, np.abs(b).max()))
            worst = max(worst, float((np.abs(a - b) / np.maximum(size, 1e-300)).max()))
    return worst
