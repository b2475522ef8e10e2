"""The homework on extending Autograd. Put your own code in the place of each `...`; see handout.md.

A Function has two static methods. `forward` computes the output and keeps what `backward` will
need; `backward` gets g, the gradient of the loss with respect to that output, and returns one
gradient for each input of forward. Neither changes what it was given.
"""

import torch

from cgp_harness import activation, autograd_function


@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        """The integer part of x, numbers in [0, 256), as float64."""
        ...

    @staticmethod
    def backward(ctx, g):
        """Return g + (x - q), where q is what forward returned."""
        ...


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        """log(1 + e^x), finite and accurate for |x| up to 1000."""
        ...

    @staticmethod
    def backward(ctx, g):
        """Return the gradient for x."""
        ...


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        """x W^T + b: x is (B, n), W is (m, n), b is (m,)."""
        ...

    @staticmethod
    def backward(ctx, g):
        """Return the gradients for x, W and b; None for each that `ctx.needs_input_grad` denies."""
        ...


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        """+1 where x >= 0, else -1."""
        ...

    @staticmethod
    def backward(ctx, g):
        """Return g where |x| < 1, else 0."""
        ...


@activation("mine")
def mine(x):
    """Return the value and the derivative, both of the shape of x (a numpy array)."""
    ...
