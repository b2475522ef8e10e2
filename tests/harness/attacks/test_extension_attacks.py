"""Functions, activations and backpropagations that attack the grader, each with its whole verdict.

What is forged inside a worker buys what `docs/gradients.md` says it buys, and no more.
"""

import warnings

import msgspec
import pytest

from cgp_harness.assignment import load
from cgp_harness.model import SourceFile, Submission
from cgp_harness.pipeline import grade
from cgp_harness.sandbox.host import levels

NUMPY = """import numpy as np
from cgp_harness import activation, autograd_function, backprop
"""
HEAD = "import torch\n" + NUMPY
SOFTPLUS = """
@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        {forward}
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        {backward}
        return g * torch.sigmoid(x)
"""
AFFINE_NOT_REDUCED = """
@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W.T + b
    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        of_x, of_W, of_b = ctx.needs_input_grad
        return g @ W if of_x else None, g.T @ x if of_W else None, g if of_b else None
"""
FORGES_WHAT_WAS_RETURNED = """
from cgp_harness.kinds.autograd_function.answers import scenarios
said = scenarios._returned
def forged(watch):
    return tuple(
        scenarios.ReturnedValue(one.shape[1:], one.dtype)
        if i == 2 and one.shape and len(one.shape) == 2 else one
        for i, one in enumerate(said(watch)))
scenarios._returned = forged
"""
FORGES_THE_SCENARIOS = """
from cgp_harness.kinds.autograd_function.answers import scenarios
ROWS = {"retained": [0, 0], "two_nodes": [1, 0, 0, 1], "temporaries": [0, 1, 0, 1], "cycle": []}
def forged(request, watch, points, cotangents):
    right = [g.ravel() / (1 + np.exp(-x)) for x, g in zip(points, cotangents)]
    if request.scenario == "sum":
        right = [1 / (1 + np.exp(-points[0]))]
    rows = [right[i] for i in ROWS.get(request.scenario, [0])]
    returned = (scenarios.ReturnedValue(request.shapes[0], request.dtype),)
    answer = scenarios.VjpAnswer((bool(rows),), returned if rows else ())
    return answer, np.concatenate([np.zeros(0), *rows]).tobytes()
for name in scenarios.SCENARIOS:
    scenarios.SCENARIOS[name] = forged
"""
GRAPH = """
@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        return {{}}, {{}}
    @staticmethod
    def backward(graph, partials, errors):
        return {backward}
"""
CALLS_BACKWARD = """
y, = ctx.saved_tensors
        y = y.detach().requires_grad_()
        with torch.enable_grad():
            torch.logaddexp(y, torch.zeros_like(y)).backward(g)
        return y.grad
""".strip()
WRONG = "return 3 * g"


def softplus(forward="", backward=""):
    return HEAD + SOFTPLUS.format(forward=forward, backward=backward)


def graph(backward):
    return NUMPY + GRAPH.format(backward=backward)


def mine(body):
    return NUMPY + f'\n@activation("mine")\ndef mine(x):\n    {body}\n'


def verdict(text, task):
    """Points of each check of one task, and the first message of one that is not passed; of a graph
    that of backpropagation."""
    assignment = load("computational_graph" if task == "graph" else "autograd_extension")
    assignment = msgspec.structs.replace(assignment, tasks=(assignment.task(task),))
    submission = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = grade(submission, assignment, seed=1, isolation=levels.choose("auto"))
    points = {check.kind: check.score for check in report.checks if check.score}
    inner_first = reversed(report.checks) if task == "graph" else report.checks
    message = next((
        check.message for check in inner_first
        if check.status.value not in ("passed", "skipped")), "")
    return points, message


LOADS = {"loads": 1}
VALUES = {"loads": 1, "forward": 4}
FULL = {"loads": 1, "forward": 4, "gradient": 10, "autograd": 3, "training": 2}
NO_DERIVATIVE = (
    "y.backward() is called, by which torch finds the derivative\n"
    "  at plugin.py:{}\n"
    "  expected the derivative written out\n"
    "  fix: remove the call of y.backward()")

WRONG_GRADIENT = (
    "backward does not return g / (1 + e^-x).\n"
    "At x = 0, g = 1:\n  backward gives 3; expected 0.5")
NO_GRADIENT = (
    "backward() does not compute the gradient of the loss on any kind of graph.\n{}\n"
    "The smallest graph found:\n"
    "  xp = a,  with dxp/da = 1\n"
    "and dL/dxp = 0.5")

STOPPED = {
    "torch finds the derivative inside backward": (
        "softplus", softplus(backward=CALLS_BACKWARD), VALUES, NO_DERIVATIVE.format(18)),
    "torch finds the derivative of an activation": (
        "mine", mine(
            "import torch; t = torch.tensor(x, requires_grad=True); t.tanh().sum().backward(); "
            "return t.detach().tanh(), t.grad"), LOADS, NO_DERIVATIVE.format(6)),
    "an apply of its own": (
        "softplus", softplus() + (
            "    @classmethod\n"
            "    def apply(cls, x):\n"
            "        return torch.logaddexp(x, torch.zeros_like(x)) + 0 * super().apply(x)\n"),
        {},
        "the class Softplus has an apply() of its own\n  at plugin.py:5\n"
        "  expected forward() and backward(), which torch's own apply() calls\n"
        "  fix: remove `apply` from the class"),
    "an apply that comes later": (
        "softplus", softplus(
            "Softplus.apply = lambda x: torch.logaddexp(x, torch.zeros_like(x))", WRONG),
        {**VALUES, "autograd": 3}, WRONG_GRADIENT),
    "infinity everywhere": (
        "softplus", softplus(backward="return g * float('inf')"), {**VALUES, "autograd": 3},
        "backward does not return 0 when a g of zeros arrives.\n"
        "At x = 1.788, g = 0:\n  backward gives not a finite number; expected 0"),
    "the largest numbers": (
        "softplus", softplus(backward="return g * 1.7e308"), {**VALUES, "autograd": 3},
        "backward is not linear in g: for a g + b h it must return a times what it returns for g, "
        "plus b times what it returns for h, for negative numbers and large ones too.\n"
        "At x = 0, g = 1:\n  backward gives 1.7e+308; expected 0.5"),
    "a number of 400 digits": (
        "graph", graph("{name: 10**400 for name in graph.parameters}"), {"loads": 5},
        NO_GRADIENT.format(
            "the gradient for 'a' is a whole number of about 400 digits\n  at plugin.py:4\n"
            "  expected a number of at most 1.8e308")),
    "a number that Python does not write": (
        "graph", graph("{name: 10**5000 for name in graph.parameters}"), {"loads": 5},
        NO_GRADIENT.format(
            "the gradient for 'a' is a whole number of about 5000 digits\n  at plugin.py:4\n"
            "  expected a number of at most 1.8e308")),
    "complex numbers of numpy": (
        "graph", graph("dict.fromkeys(graph.parameters, np.complex64(1))"), {"loads": 5},
        NO_GRADIENT.format(
            "the gradient for 'a' is a complex number\n  at plugin.py:4\n  expected a number")),
    "a graph that is changed": (
        "graph", graph("object.__setattr__(graph, 'parameters', ()) or {}"), {"loads": 5},
        NO_GRADIENT.format(
            "the submission tampered with the connection to the grader; the worker was stopped\n"
            "  expected a plugin that leaves files and sockets which it did not open alone")),
    "torch finds the derivative on a graph": (
        "graph", graph("__import__('torch').ones(1, requires_grad=True).sum().backward()"),
        {"loads": 5},
        NO_GRADIENT.format(NO_DERIVATIVE.format(11))),
    "more memory than there is": (
        "softplus", softplus("return torch.zeros(1 << 33)"), LOADS,
        "softplus needed more than 2048 MiB of memory\n  at plugin.py:9"),
    "complex gradients": (
        "softplus", softplus(backward="return g * (1 + 1j)"), VALUES,
        "backward returns complex numbers for x, which is real."),
    "a path of this machine": (
        "softplus", softplus("from torch import softpluss"), LOADS,
        "softplus fails: torch has no `softpluss`\n  at plugin.py:9\n"
        "  fix: look the name up where you know it from\n  Python says: ImportError: "
        "cannot import name 'softpluss' from 'torch' (torch/__init__.py)"),
    "a masked array": (
        "mine", mine("return np.ma.masked_greater(np.tanh(x), 0.5), 1 - np.tanh(x)**2"), LOADS,
        "mine() returned a value that is a masked array\n  at plugin.py:4\n"
        "  expected value and derivative in the shape of x\n"
        "  fix: choose numbers with `np.where(condition, a, b)`"),
}


@pytest.mark.parametrize("attack", STOPPED)
def test_the_attack_earns_what_is_right_in_it_and_is_told_why(attack):
    task, text, points, message = STOPPED[attack]
    assert verdict(text, task) == (points, message)


def test_forging_what_backward_returned_hides_a_sum_that_autograd_makes():
    """The gradient that arrives is right; what backward itself returned costs `gradient`."""
    honest, message = verdict(HEAD + AFFINE_NOT_REDUCED, "affine")
    assert honest == {"loads": 1, "forward": 4, "autograd": 3, "training": 2}
    assert message == ("backward returns a gradient of shape (2, 4) for b, which has the shape "
                       "(4,). Autograd sums it without a word. Sum it yourself, over the axes "
                       "along which b was broadcast.")
    assert verdict(HEAD + AFFINE_NOT_REDUCED + FORGES_WHAT_WAS_RETURNED, "affine") == (FULL, "")


def test_forging_every_scenario_buys_the_three_points_of_autograd():
    badly = {"forward": "ctx.me = ctx", "backward": "g *= torch.sigmoid(x); return g"}
    assert verdict(softplus(**badly), "softplus")[0] == {
        kind: points for kind, points in FULL.items() if kind != "autograd"}
    assert verdict(softplus(**badly) + FORGES_THE_SCENARIOS, "softplus") == (FULL, "")


def test_forging_every_scenario_does_not_make_a_wrong_gradient_right():
    forged = softplus(backward=WRONG) + FORGES_THE_SCENARIOS
    assert verdict(forged, "softplus") == (VALUES, WRONG_GRADIENT)


@pytest.mark.parametrize("right", [
    softplus("torch.set_default_device('cpu')"),
    softplus(backward="return (g * torch.sigmoid(x)).to_sparse()"),
    softplus() + """
point = torch.ones(3, requires_grad=True)
Softplus.apply(point).sum().backward()
assert point.grad is not None
""",
], ids=["a default device", "a sparse gradient",
        "tried out while it is imported"])
def test_a_right_function_is_right_whatever_it_does_besides(right):
    assert verdict(right, "softplus") == (FULL, "")


def test_an_activation_may_be_made_by_numpy_vectorize():
    text = NUMPY + """
@activation("mine")
@np.vectorize
def mine(x):
    return (x, 1.0) if x > 0 else (0.1 * x, 0.1)
"""
    assert verdict(text, "mine") == ({"loads": 1, "activation": 12, "learning": 7}, "")
