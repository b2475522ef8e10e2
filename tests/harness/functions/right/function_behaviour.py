"""What is wrong with a Function, seen in this process with torch alone: an oracle for the corpus.

It shares no code with the harness, takes its time (milliseconds), and trusts what it runs.
"""

import gc
import warnings
import weakref

import numpy as np
import torch

from tests.harness.functions.right.function_contracts import CONTRACTS

RTOL, ATOL = 1e-11, 1e-300      # right forms differ by 1e-13: e^x at x = -700 alone costs that


def defects(function, task, seed=0):
    """What is wrong, by the check that should see it: `forward: value`, `autograd: cycle`, …

    A wrong forward says nothing of backward, and a wrong gradient nothing of what is around it:
    each is asked only where all before it is right.
    """
    contract = CONTRACTS[task]
    watched, returned = watching(function)
    points = contract.points(seed)
    found = [one for inputs in points for one in forward_defects(watched, contract, inputs)]
    if not found:
        found = [
            one for inputs in points
            for one in gradient_defects(watched, returned, contract, inputs, seed)
        ]
    if not found:
        inputs = points[0] if task == "affine" else points[1]
        found = [f"autograd: {one}" for one in memory_defects(watched, returned, contract, inputs)]
    return tuple(dict.fromkeys(found))


def watching(function):
    """The Function, and a list that gets what its `backward` returns."""
    returned = []

    class Watched(function):
        @staticmethod
        def backward(ctx, *cotangents):
            answer = function.backward(ctx, *cotangents)
            returned.append(answer if isinstance(answer, tuple) else (answer,))
            return answer

    return Watched, returned


def leaves(inputs, dtype=torch.float64, needs=None):
    needs = needs or [True] * len(inputs)
    return [
        torch.tensor(one, dtype=dtype, requires_grad=need)
        for one, need in zip(inputs, needs, strict=True)
    ]


def alike(got, expected, rtol=RTOL, atol=ATOL):
    return bool(np.allclose(got, expected, rtol=rtol, atol=atol, equal_nan=False))


def forward_defects(function, contract, inputs):
    expected = contract.forward(*inputs)
    for dtype in (torch.float64, torch.float32):
        given = leaves(inputs, dtype)
        before = [one.detach().clone() for one in given]
        try:
            y = function.apply(*given)
        except Exception as error:
            return [f"forward: raises {type(error).__name__}"]
        if found := output_defect(y, contract, dtype, expected):
            return [f"forward: {found}"]
        if any(one.shape != old.shape or not torch.equal(one.detach(), old)
               for one, old in zip(given, before, strict=True)):
            return ["forward: input changed"]
    return []


def output_defect(y, contract, dtype, expected):
    if tuple(y.shape) != expected.shape:
        return "shape"
    if str(y.dtype) != f"torch.{contract.dtype or str(dtype)[6:]}":
        return "dtype"
    if not y.requires_grad:
        return "not differentiable"
    # e^-700 has no float32, so there only the form is looked at.
    if dtype is torch.float64 and not alike(y.detach().numpy(), expected):
        return "value"
    return ""


def gradient_defects(function, returned, contract, inputs, seed):
    shape = contract.forward(*inputs).shape
    rng = np.random.default_rng([seed, 1])
    cotangents = [rng.normal(0, 3, shape), -np.ones(shape), np.full(shape, 2.5), np.zeros(shape)]
    for g in cotangents:
        expected = contract.vjp(*inputs, g)
        if found := one_gradient(function, returned, inputs, torch.tensor(g), expected):
            return [f"gradient: {found}"]
    return []


def one_gradient(function, returned, inputs, g, expected):
    given = leaves(inputs)
    try:
        function.apply(*given).backward(g)
    except Exception as error:
        return f"raises {type(error).__name__}"
    values = returned[-1]
    if len(values) < len(inputs) or any(one is not None for one in values[len(inputs):]):
        return "count"
    for value, one, right in zip(values, given, expected, strict=False):
        if value is None:
            return "none"
        if value.shape != one.shape:
            return "shape"
        if not alike(one.grad.numpy(), right):
            return "value"
    return ""


def memory_defects(function, returned, contract, inputs):
    """What shows only in what else happens around a backward that is right by itself."""
    def backward(y, given, g=None, **options):
        g = torch.full_like(y, 1.5) if g is None else g
        return torch.autograd.grad(y, given, g, allow_unused=True, **options)

    def is_right(found, inputs, scale=1.5):
        cotangent = np.full(contract.forward(*inputs).shape, scale)
        return all(
            one is not None and alike(one.numpy(), right)
            for one, right in zip(found, contract.vjp(*inputs, cotangent), strict=True)
        )

    yield from _cotangent(function, backward, inputs)
    yield from _attributes(function, inputs)
    yield from _changed_inputs(function, backward, is_right, inputs)
    yield from _repeated(function, backward, is_right, inputs)
    yield from _two_nodes(function, backward, is_right, contract)
    yield from _cycle(function, inputs)
    if contract.only_needed:
        yield from _needs(function, returned, contract, inputs)


def _cotangent(function, backward, inputs):
    given = leaves(inputs)
    before = [one.detach().clone() for one in given]
    y = function.apply(*given)
    g = torch.full_like(y, 1.5)
    backward(y, given, g)
    if g.shape != y.shape or not bool((g == 1.5).all()):
        yield "cotangent changed"
    if any(not torch.equal(one.detach(), old) for one, old in zip(given, before, strict=True)):
        yield "input changed"


def _attributes(function, inputs):
    y = function.apply(*leaves(inputs))
    if any(isinstance(one, torch.Tensor) for one in vars(y.grad_fn).values()):
        yield "tensor on ctx"


def _changed_inputs(function, backward, is_right, inputs):
    given = leaves(inputs)
    y = function.apply(*given)
    with torch.no_grad():
        for one in given:
            one.mul_(-0.5)
    try:
        found = backward(y, given)
    except RuntimeError:
        return                  # torch's version counter: what save_for_backward is for
    if not is_right(found, inputs):
        yield "input not guarded"


def _repeated(function, backward, is_right, inputs):
    given = leaves(inputs)
    y = function.apply(*given)
    try:
        backward(y, given, retain_graph=True)
        again = backward(y, given)
    except Exception as error:
        yield f"second backward raises {type(error).__name__}"
        return
    if not is_right(again, inputs):
        yield "second backward"


def _two_nodes(function, backward, is_right, contract):
    pair = [contract.points(seed)[0] for seed in (11, 12)]
    given = [leaves(inputs) for inputs in pair]
    outputs = [function.apply(*one) for one in given]
    for order in ((1, 0), (0, 1)):
        if order == (0, 1):
            outputs = [function.apply(*one) for one in given]
        for i in order:
            if not is_right(backward(outputs[i], given[i]), pair[i]):
                yield "two nodes"
                return


def _cycle(function, inputs):
    gc.disable()
    try:
        y = function.apply(*leaves(inputs))
        node = weakref.ref(y.grad_fn)
        del y
        if node() is not None:
            yield "cycle"
    finally:
        gc.enable()


def _needs(function, returned, contract, inputs):
    for needed in range(len(inputs)):
        needs = [i == needed for i in range(len(inputs))]
        given = leaves(inputs, needs=needs)
        y = function.apply(*given)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            y.backward(torch.full_like(y, 1.5))
        right = contract.vjp(*inputs, np.full(tuple(y.shape), 1.5))[needed]
        if given[needed].grad is None or not alike(given[needed].grad.numpy(), right):
            yield "needed gradient missing"
        if any(value is not None for i, value in enumerate(returned[-1]) if i != needed):
            yield "unneeded gradient"
