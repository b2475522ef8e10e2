"""Functions of a solution that have no backward: what is written for them, and what it gives."""

import ast

import pytest
import torch
import torch.nn.functional as F
from click.testing import CliRunner

import cgp_harness
from cgp_harness.authoring.backward import BY_TORCH, with_backward
from cgp_harness.cli import main

PLAIN = '''\
"""Right."""
import torch.nn.functional as F

from cgp_harness import autograd_function


@autograd_function
def scores(q: "B n d", k: "B m d",
           scale=1.0) -> "B n m":
    """Attention scores."""
    # rows sum to 1
    return F.softmax(q @ k.transpose(-1, -2), -1)
'''
OF_PLAIN = '''\
"""Right."""
import torch
import torch.nn.functional as F

from cgp_harness import autograd_function


def scores(q: "B n d", k: "B m d",
           scale=1.0) -> "B n m":
    """Attention scores."""
    # rows sum to 1
    return F.softmax(q @ k.transpose(-1, -2), -1)


@autograd_function("scores")
class Scores(torch.autograd.Function):
    """Attention scores."""

    @staticmethod
    def forward(ctx, q: "B n d", k: "B m d", scale=1.0) -> "B n m":
        ctx.save_for_backward(q, k)
        return scores(q, k)

    @staticmethod
    def backward(ctx, g):
        return derivative(scores, ctx.saved_tensors, g)
'''
CLASS = '''\
import torch
from cgp_harness import autograd_function


@autograd_function("centre")
class Centre(torch.autograd.Function):
    """Centred."""

    @staticmethod
    def forward(ctx, x: "B n"):
        ctx.save_for_backward(x)
        mean = x.mean(-1,
                      keepdim=True)
        ctx.n = 3
        return x - mean
'''
OF_CLASS = '''\
import torch
from cgp_harness import autograd_function


def computed_centre(x: "B n"):
    mean = x.mean(-1,
                  keepdim=True)
    return x - mean


@autograd_function("centre")
class Centre(torch.autograd.Function):
    """Centred."""

    @staticmethod
    def forward(ctx, x: "B n"):
        ctx.save_for_backward(x)
        return computed_centre(x)

    @staticmethod
    def backward(ctx, g):
        return derivative(computed_centre, ctx.saved_tensors, g)
'''
APART = '''\
import torch
from cgp_harness import autograd_function
@autograd_function
class Twice(torch.autograd.Function):
    @staticmethod
    def forward(x): return 2 * x
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
'''
OF_APART = '''\
import torch
from cgp_harness import autograd_function
def computed_twice(x):
    return 2 * x


@autograd_function
class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return computed_twice(x)

    @staticmethod
    def backward(ctx, g):
        return derivative(computed_twice, ctx.saved_tensors, g)
'''
HELPER = BY_TORCH.format(derivative="derivative")


@pytest.mark.parametrize(("text", "name", "expected"), [
    (PLAIN, "scores", OF_PLAIN), (CLASS, "Centre", OF_CLASS), (APART, "Twice", OF_APART)])
def test_what_is_computed_stands_apart_and_a_class_has_both_ways(text, name, expected):
    made = with_backward(text, name)
    assert made == expected + HELPER
    assert with_backward(made, ast.parse(made).body[-2].name) == made


def test_two_share_what_finds_the_derivative_and_a_name_that_is_taken_is_left_alone():
    both = with_backward(with_backward(f"{CLASS}\n\n{PLAIN}", "Centre"), "scores")
    assert (both.count("def derivative("), both.count("return derivative(")) == (1, 2)
    taken = with_backward(f"{CLASS}\n\ndef derivative(x):\n    return x\n", "Centre")
    assert taken.endswith(BY_TORCH.format(derivative="derivative_by_torch"))


@pytest.mark.parametrize("forward", [
    "return x * ctx.needs_input_grad[0]", "ctx.n = x.sum()\n        return x - ctx.n"])
def test_a_forward_that_needs_its_ctx_stays_as_it_is(forward):
    text = CLASS.replace("return x - mean", forward)
    assert with_backward(text, "Centre") == text


def unevenly(x):
    y = x.clone()
    y[0] = 3 * x[1]
    y[:, 1] += x[:, 0]
    return y.mul_(x.sin()).add_(1)


FORWARDS = {
    "gelu": F.gelu, "layer norm": lambda x: F.layer_norm(x, x.shape[-1:]),
    "two outputs": lambda x: x.max(-1).values * x.amax() + x.sort(-1).values[:, 0],
    "parts": lambda x: sum(x.unbind(0)[:2]) * x.split(1, 0)[1] * x.chunk(2, 1)[0].sum(),
    "einsum": lambda x: torch.einsum("ij,kj->ik", x, x), "in place": unevenly,
    "convolution": lambda x: F.conv1d(x[None], x[:, None, :2], groups=3),
    "where": lambda x: torch.where(x > 0, x, 0.1 * x), "itself": lambda x: x,
    "steps": torch.round, "constant": lambda x: torch.ones(3, dtype=x.dtype),
    "broadcast": lambda x: x / x.norm(dim=-1, keepdim=True) + x.var(0),
    "attention": lambda x: F.scaled_dot_product_attention(x[None], x[None], x[None]),
    "gathered": lambda x: x.gather(1, torch.zeros(3, 1, dtype=torch.int64)).cumsum(0),
    "inverse": lambda x: torch.linalg.inv(x @ x.T + torch.eye(3, dtype=x.dtype)),
    "detached": lambda x: x * x.detach(), "rounded": lambda x: x.float().sin().to(x.dtype),
}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("name", FORWARDS)
def test_what_is_found_is_torch_s_own_derivative(name, dtype):
    scope = {"torch": torch}
    exec(HELPER, scope)
    draw = torch.Generator().manual_seed(1)
    x = torch.randn(3, 4, dtype=dtype, generator=draw)
    there = x.clone().requires_grad_()
    output = FORWARDS[name](there)
    g = torch.randn(output.shape, dtype=dtype, generator=draw)
    expected = torch.zeros_like(x)
    if output.requires_grad:
        [expected] = torch.autograd.grad(output, there, g)
    with torch.no_grad():
        [found] = scope["derivative"](FORWARDS[name], [x], g)
    torch.testing.assert_close(found, expected, rtol=1e-5 if dtype == torch.float32 else 1e-12,
                               atol=1e-6 if dtype == torch.float32 else 1e-13)
    assert found.grad_fn is None


def test_whole_numbers_have_no_gradient():
    scope = {"torch": torch}
    exec(HELPER, scope)
    x, places = torch.tensor([1.0, 2.0]), torch.tensor([1, 1])
    g, none = scope["derivative"](lambda x, i: 3 * x[i], [x, places], torch.tensor([1.0, 5.0]))
    assert (g.tolist(), none) == ([0.0, 18.0], None)


SOLUTION = '''\
"""Right."""
import torch
from cgp_harness import autograd_function


@autograd_function
def softsign(x):
    """Softsign, number by number."""
    return x / (1 + x.abs())
'''


def test_a_homework_of_such_a_function_is_whole(tmp_path):
    (tmp_path / "solution.py").write_text(SOLUTION + CLASS.partition("\n\n")[2])
    folder = tmp_path / "hw"
    done = CliRunner().invoke(
        main, ["new", "assignment", str(folder), "--from", str(tmp_path / "solution.py")])
    assert done.exit_code == 0, done.output
    assert "reference   100 % (must be 100)" in done.output
    assert "has no backward for softsign, centre, which submissions must have" in done.output
    assert cgp_harness.check(folder / "examples" / "perfect.py", folder).percent < 100
    scope = {"__file__": str(folder / "test_hw.py"), "__name__": "test_hw"}
    exec((folder / "test_hw.py").read_text(), scope)
    scope["test_an_example_gets"]("perfect")
    assert cgp_harness.check(folder / "starter.py", folder).percent <= 10
    assert (folder / "starter.py").read_text() == '''\
"""Hw. Put your own code in the place of each `...`; see handout.md."""

import torch
from cgp_harness import autograd_function


@autograd_function("softsign")
class Softsign(torch.autograd.Function):
    """Softsign, number by number."""

    @staticmethod
    def forward(ctx, x):
        ...

    @staticmethod
    def backward(ctx, g):
        ...


@autograd_function("centre")
class Centre(torch.autograd.Function):
    """Centred."""

    @staticmethod
    def forward(ctx, x: "B n"):
        ...

    @staticmethod
    def backward(ctx, g):
        ...
'''
    handout = (folder / "handout.md").read_text()
    assert handout.count("def backward(ctx, g):") == 2
    assert handout.count("Both are to be written out: backward is given `g`") == 2
    assert len([*(folder / "examples").iterdir()]) > 3
