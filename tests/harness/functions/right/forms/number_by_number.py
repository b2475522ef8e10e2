"""Loops over plain Python numbers, as on paper; slow, and right."""

import math

import torch

from cgp_harness import activation, autograd_function


def apply_to_each(function, *tensors):
    shape = tensors[0].shape
    columns = [tensor.reshape(-1).tolist() for tensor in tensors]
    answers = [function(*row) for row in zip(*columns, strict=True)]
    return torch.tensor(answers, dtype=torch.float64).view(shape)


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return apply_to_each(lambda number: float(int(number)), x)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return apply_to_each(lambda arriving, number: arriving + number % 1, g, x).to(x.dtype)


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)

        def value(number):
            if number > 0:
                return number + math.log1p(math.exp(-number))
            return math.log1p(math.exp(number))

        return apply_to_each(value, x).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors

        def passed(arriving, number):
            e = math.exp(-abs(number))
            return arriving / (1 + e) if number > 0 else arriving * e / (1 + e)

        return apply_to_each(passed, g, x).to(x.dtype)


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        y = b.repeat(len(x), 1)
        for i in range(len(x)):
            for j in range(len(W)):
                y[i, j] += (x[i] * W[j]).sum()
        return y

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        of_x, of_W, of_b = torch.zeros_like(x), torch.zeros_like(W), W.new_zeros(len(W))
        for i in range(len(x)):
            for j in range(len(W)):
                of_x[i] += g[i, j] * W[j]
                of_W[j] += g[i, j] * x[i]
                of_b[j] += g[i, j]
        found = (of_x, of_W, of_b)
        needs = ctx.needs_input_grad
        return tuple(one if need else None for one, need in zip(found, needs, strict=True))


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return apply_to_each(lambda number: 1.0 if number >= 0 else -1.0, x).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return apply_to_each(lambda a, number: a if -1 < number < 1 else 0.0, g, x).to(x.dtype)


@activation("mine")
def mine(x):
    value, slope = x.copy(), x.copy()
    value.flat = [math.tanh(number) for number in x.ravel().tolist()]
    slope.flat = [1 - math.tanh(number) ** 2 for number in x.ravel().tolist()]
    return value, slope
