"""What `backward` itself returned: how many gradients, of which shapes and dtypes.

Autograd sums a gradient of shape (B, m) to (m,) and casts float32 to float64 without a word, so
that the gradients which arrive say nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress

from cgp_harness.kinds.autograd_function.probes.finding import Flaw
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest
from cgp_harness.kinds.autograd_function.questions import Differentiated, Returned, Shape

WIDE_ENOUGH = {"float64": ("float64",), "float32": ("float32", "float64")}
"""What float32 inputs get is cast by Autograd without a loss; the reverse would lose digits."""


def misreturned(
    answer: Differentiated, function: FunctionUnderTest, shapes: Sequence[Shape],
    dtype: str = "float64",
) -> Flaw | None:
    """The first thing that is wrong with it, where all inputs that can have a gradient need one.

    A surplus None is legitimate at the end: torch drops it.
    """
    if not answer.returned and not answer.refused:
        return Flaw("not_differentiable", (
            "backward is never called: the output of forward requires no gradient."), blocks=True)
    if miscounted := _miscounted(answer, function.inputs):
        return miscounted
    real = function.real
    names, shapes = tuple(compress(function.inputs, real)), tuple(compress(shapes, real))
    returned = tuple(compress(answer.returned, real))
    if missing := _missing(names, returned):
        return missing
    if flaw := _complex(names, returned):
        return flaw
    if answer.refused and any(one.dtype == "other" for one in returned):
        return Flaw("wrong_type", (
            f"torch refuses what backward returns, which is no tensor: {answer.refused}"
        ), blocks=True)
    return next(_misfits(names, shapes, returned, dtype), None) or _refusal(answer)


def _miscounted(answer: Differentiated, names: Sequence[str]) -> Flaw | None:
    if len(answer.returned) == 1 and answer.returned[0].dtype == "list":
        wanted = ", ".join(f"g_{name}" for name in names)
        return Flaw("wrong_type", (
            "backward returns a list, where torch wants a tuple: write "
            f"`return {wanted}`, without brackets."), blocks=True)
    surplus = answer.returned[len(names):]
    if len(answer.returned) >= len(names) and all(one.shape is None for one in surplus):
        return None
    return Flaw("wrong_count", (
        f"backward returns {_counted(len(answer.returned), 'gradient')}; forward has "
        f"{_counted(len(names), 'input')}, each of which gets one."), blocks=True)


def _complex(names: Sequence[str], returned: Sequence[Returned]) -> Flaw | None:
    for name, one in zip(names, returned, strict=True):
        if one.dtype.startswith("complex"):
            return Flaw("wrong_dtype", (
                f"backward returns complex numbers for {name}, which is real."), blocks=True)
    return None


def _refusal(answer: Differentiated) -> Flaw | None:
    if not answer.refused:
        return None
    return Flaw("", f"torch refuses what backward returns: {answer.refused}", blocks=True)


def _misfits(
    names: Sequence[str], shapes: Sequence[Shape], returned: Sequence[Returned], dtype: str
) -> Iterator[Flaw]:
    for i, name in enumerate(names):
        if returned[i].shape != shapes[i]:
            yield _misshapen(i, names, shapes, returned)
        elif returned[i].dtype not in WIDE_ENOUGH[dtype]:
            yield Flaw("wrong_dtype", (
                f"backward returns a gradient of dtype {returned[i].dtype} for {name}, which has "
                f"{dtype}. Autograd casts it without a word, but the digits are lost."))


def _missing(names: Sequence[str], returned: Sequence[Returned]) -> Flaw | None:
    without = [name for name, one in zip(names, returned, strict=True) if one.shape is None]
    if not without:
        return None
    flag = "detached" if len(without) == len(names) else "missing_gradient"
    return Flaw(flag, (
        f"backward returns None for {' and '.join(without)}, so that no gradient arrives there."
    ), blocks=True)


def _misshapen(
    i: int, names: Sequence[str], shapes: Sequence[Shape], returned: Sequence[Returned]
) -> Flaw:
    got, expected = returned[i].shape, shapes[i]
    assert got is not None
    text = (f"backward returns a gradient of shape {got} for {names[i]}, which has the shape "
            f"{expected}.")
    others = [j for j in range(len(names)) if j != i and shapes[j] == got
              and returned[j].shape == expected]
    if others:
        return Flaw("swapped_gradients", (
            f"{text} That is the shape of {names[others[0]]}: return the gradients in the order of "
            "forward's inputs."), blocks=True)
    if got == expected[::-1]:
        return Flaw("transposed", f"{text} It is the transpose of what is wanted.", blocks=True)
    if _sums_to(got, expected):
        return Flaw("not_reduced", (
            f"{text} Autograd sums it without a word. Sum it yourself, over the axes along which "
            f"{names[i]} was broadcast."))
    return Flaw("wrong_shape", text, blocks=True)


def _sums_to(got: Shape, expected: Shape) -> bool:
    """Whether `expected` broadcasts to `got`, so that Autograd sums instead of refusing."""
    if len(got) < len(expected):
        return False
    tail = got[len(got) - len(expected):]
    return all(b in (a, 1) for a, b in zip(tail, expected, strict=True))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
