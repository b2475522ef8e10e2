"""A right answer as the specification: right forms pass, wrong ones fail with a small case."""

import numpy as np
import pytest

from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.model import Status
from tests.harness.functions.right.solved_functions import (
    LATER,
    failed,
    function,
    outcomes,
    specification_of,
    target_of,
)
from tests.long import some

LAYER_NORM = '''
@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n", gain: "n", bias: "n", eps=1e-5) -> "B n":
        mean, var = x.mean(-1, keepdim=True), x.var(-1, keepdim=True, unbiased=False)
        return (x - mean) / torch.sqrt(var + eps) * gain + bias
'''
LOG_SOFTMAX = '''
@autograd_function("log_softmax")
def log_softmax(x: "B n") -> "B n":
    return x - torch.logsumexp(x, -1, keepdim=True)
'''
RMS_NORM = '''
@autograd_function("rms_norm")
class RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(x: "B n", gain: "n"):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-6) * gain

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
'''
GELU = '''
@autograd_function("gelu")
def gelu(x):
    return x * torch.erfc(-x / 2**0.5) / 2
'''
SOFTPLUS = '''
@autograd_function("softplus")
def softplus(x):
    return torch.logaddexp(x, torch.zeros_like(x))
'''
CONV = '''
@autograd_function("conv")
def conv(x: "B C n", w: "O C k", b: "O"):
    return F.conv1d(x, w, b)
'''
SOLUTIONS = {
    "layer_norm": LAYER_NORM, "log_softmax": LOG_SOFTMAX, "rms_norm": RMS_NORM, "gelu": GELU,
    "softplus": SOFTPLUS, "conv": CONV}

NORMED = """
mean = x.mean(-1, keepdim=True)
var = ((x - mean)**2).mean(-1, keepdim=True)
r = (var + eps)**-0.5
h = (x - mean) * r
y = h * gain + bias
"""
OF_NORM = (
    "r * (g * gain - (g * gain).mean(-1, True) - h * (g * gain * h).mean(-1, True)), "
    "(g * h).sum(0), g.sum(0)")
SHIFTED = "d = x - x.amax(-1, keepdim=True)\ny = d - d.exp().sum(-1, keepdim=True).log()"
UNFOLDED = (
    "u = x.unfold(2, w.shape[2], 1)\ny = torch.einsum('bcmk,ock->bom', u, w) + b[:, None]")
OF_CONV = (
    "torch.nn.grad.conv1d_input(x.shape, w, g), torch.einsum('bcmk,bom->ock', "
    "x.unfold(2, w.shape[2], 1), g), g.sum((0, 2))")
ERF = "y = 0.5 * x * (1 + torch.erf(x / 2**0.5))"
OF_GELU = ("g * (0.5 * (1 + torch.erf(x / 2**0.5)) + x * torch.exp(-x * x / 2) / "
           "(2 * torch.pi)**0.5)")


def layer_norm(forward=NORMED, backward=OF_NORM):
    return function(
        "layer_norm", "x, gain, bias, eps=1e-5", forward, backward, saved="h, r, gain")


def log_softmax(forward=SHIFTED, backward="g - y.exp() * g.sum(-1, keepdim=True)"):
    return function("log_softmax", "x", forward, backward, saved="y")


def rms_norm(forward="r = (x.square().mean(-1, True) + 1e-6).rsqrt()\ny = gain * x * r",
             backward="r * gain * g - x * r**3 * (g * gain * x).mean(-1, True), (g * x * r).sum(0)"
             ):
    return function("rms_norm", "x, gain", forward, backward, saved="x, r, gain")


def gelu(forward=ERF, backward=OF_GELU):
    return function("gelu", "x", forward, backward)


def softplus(forward="y = x.clamp(min=0) + (-x.abs()).exp().log1p()",
             backward="g * torch.sigmoid(x)"):
    return function("softplus", "x", forward, backward)


def conv(forward=UNFOLDED, backward=OF_CONV):
    return function("conv", "x, w, b", forward, backward, saved="x, w")


RIGHT = {
    "layer_norm": (
        layer_norm(), layer_norm("y, mean, r = torch.native_layer_norm(x, x.shape[-1:], gain, bias,"
                                 " eps)\nh = (x - mean) * r", f"({OF_NORM}, None)")),
    "log_softmax": (log_softmax(), log_softmax("y = torch.log_softmax(x, 1)")),
    "rms_norm": (rms_norm(), rms_norm(
        "r = x.shape[1]**0.5 / (x.norm(dim=1, keepdim=True)**2 + 1e-6 * x.shape[1])**0.5\n"
        "y = x * r * gain")),
    "gelu": (gelu(), gelu("y = F.gelu(x)")),
    "softplus": (softplus(), softplus("y = -F.logsigmoid(-x)")),
    "conv": (conv(), conv("y = F.conv1d(x, w) + b.reshape(-1, 1)")),
}
WRONG = {
    "layer_norm": {
        "mean over the wrong axis": layer_norm(NORMED.replace("x.mean(-1", "x.mean(0")),
        "variance over n - 1": layer_norm(NORMED.replace(
            "((x - mean)**2).mean(-1, keepdim=True)", "x.var(-1, keepdim=True)")),
        "eps outside of the root": layer_norm(NORMED.replace(
            "(var + eps)**-0.5", "1 / (var**0.5 + eps)")),
        "no eps": layer_norm(NORMED.replace("var + eps", "var")),
        "no keepdim": layer_norm(NORMED.replace("**2).mean(-1, keepdim=True)", "**2).mean(-1)")),
        "a term is missing": layer_norm(
            backward=OF_NORM.replace(" - h * (g * gain * h).mean(-1, True)", "")),
        "another is missing": layer_norm(
            backward=OF_NORM.replace(" - (g * gain).mean(-1, True)", "")),
        "no gain in backward": layer_norm(backward=OF_NORM.replace("g * gain", "g")),
        "forgets g": layer_norm(backward=OF_NORM.replace("g * gain", "gain.expand_as(g)")),
        "not summed": layer_norm(backward=OF_NORM.replace("g.sum(0)", "g")),
    },
    "log_softmax": {
        "overflows": log_softmax("y = x - x.exp().sum(-1, keepdim=True).log()"),
        "underflows": log_softmax("y = torch.softmax(x, -1).log()"),
        "over the batch": log_softmax("y = torch.log_softmax(x, 0)"),
        "the largest of all rows": log_softmax(SHIFTED.replace(
            "x.amax(-1, keepdim=True)", "x.max()")),
        "no exponential": log_softmax(backward="g - y * g.sum(-1, keepdim=True)"),
        "g is not summed": log_softmax(backward="g - y.exp() * g"),
        "the mean of g": log_softmax(backward="g - y.exp() * g.mean(-1, keepdim=True)"),
    },
    "rms_norm": {
        "another eps": rms_norm("r = (x.square().mean(-1, True) + 1e-5).rsqrt()\ny = gain * x * r"),
        "centred": rms_norm("x = x - x.mean(-1, True)\nr = (x.square().mean(-1, True) + 1e-6)"
                            ".rsqrt()\ny = gain * x * r"),
        "sum for mean": rms_norm(
            "r = (x.square().sum(-1, True) + 1e-6).rsqrt()\ny = gain * x * r"),
        "the root held fixed": rms_norm(backward="r * gain * g, (g * x * r).sum(0)"),
        "the gain forgotten": rms_norm(backward="r * gain * g - x * r**3 * (g * x).mean(-1, True), "
                                       "(g * x * r).sum(0)"),
    },
    "gelu": {
        "by tanh": gelu("y = F.gelu(x, approximate='tanh')"),
        "no density": gelu(backward="g * 0.5 * (1 + torch.erf(x / 2**0.5))"),
        "forgets g": gelu(backward=OF_GELU.replace("g *", "torch.ones_like(g) *")),
        "float32": gelu(backward=OF_GELU.replace("torch.exp(-x", "torch.exp(-x.float()")),
    },
    "softplus": {
        "overflows": softplus("y = (1 + x.exp()).log()"),
        "the gradient overflows": softplus(backward="g * x.exp() / (1 + x.exp())"),
        "to base 2": softplus("y = torch.logaddexp2(x, 0 * x)"),
        "of the output": softplus(backward="g * torch.sigmoid(F.softplus(x))"),
    },
    "conv": {
        "flipped": conv(UNFOLDED.replace("u, w)", "u, w.flip(2))")),
        "no bias": conv(UNFOLDED.replace(" + b[:, None]", "")),
        "the bias of one sample": conv(backward=OF_CONV.replace("g.sum((0, 2))", "g[0].sum(1)")),
        "the kernel not turned around": conv(
            backward=OF_CONV.replace("conv1d_input(x.shape, w, g)",
                                     "conv1d_input(x.shape, w.flip(2), g)")),
    },
}


@pytest.mark.parametrize(("name", "text"), [
    (name, text) for name, texts in RIGHT.items() for text in texts])
def test_right_forms_pass_with_every_seed(name, text, long):
    specification = specification_of(SOLUTIONS[name], name)
    seeds = range(3 if long else 1)
    assert [failed(text, name, specification, seed) for seed in seeds] == [[] for _ in seeds]


@pytest.mark.parametrize(("name", "text"), some([
    pytest.param(name, text, id=f"{name}-{what}")
    for name, texts in WRONG.items() for what, text in texts.items()], 2))
def test_wrong_ones_fail(name, text):
    assert failed(text, name, specification_of(SOLUTIONS[name], name), 1)


def message(name, text, kind):
    found = outcomes(text, name, specification_of(SOLUTIONS[name], name), 1)[kind]
    assert found.status is Status.FAILED
    return found


def test_a_wrong_value_is_shown_at_a_small_case():
    found = message("layer_norm", WRONG["layer_norm"]["mean over the wrong axis"], "forward")
    assert found.message == (
        "forward does not compute layer_norm.\n"
        "At x = [[1], [0]], gain = [1], bias = [0]:\n"
        "  forward gives [[0.99998], [-0.99998]]; expected [[0], [0]]\n"
        "  first difference: output[0, 0] gets 0.99998, expected 0")


def test_a_wrong_gradient_is_shown_at_a_small_case():
    found = message("rms_norm", WRONG["rms_norm"]["the root held fixed"], "gradient")
    assert found.message == (
        "backward does not return the gradient of rms_norm.\n"
        "At x = [[1]], gain = [1], g = [[1]]:\n"
        "  backward gives [[1]] for x, [0.99999950000037] for gain; expected [[9.99998e-07]] for "
        "x, [0.99999950000038] for gain\n"
        "  first difference: x[0, 0] gets 1, expected 9.99998e-07")


def test_what_overflows_for_large_numbers_is_said_to():
    found = message("log_softmax", WRONG["log_softmax"]["overflows"], "forward")
    assert found.diagnosis.flags == ("overflow",)
    assert found.diagnosis.text == (
        "Your forward is right for numbers of ordinary size, and is not finite for large ones: on "
        "the way something is larger than float64 can hold (e^x from x = 710 on), or so small that "
        "it is 0 (e^x from x = -746 on).")


# --- inputs that are no real numbers -------------------------------------------------------------


CROSS_ENTROPY = '''
@autograd_function("cross_entropy")
def cross_entropy(x: Float[Tensor, "B n"], labels: Int[Tensor, "B"]) -> Float[Tensor, ""]:
    return F.cross_entropy(x, labels)
'''
EMBEDDING = '''
@autograd_function("embedding")
def embedding(table: Float[Tensor, "V d"], words: Int[Tensor, "n"], kept: Bool[Tensor, "n"]):
    return table[words] * kept[:, None]
'''


def cross_entropy(forward="p = x.softmax(1)\none = F.one_hot(labels, x.shape[1]).to(x.dtype)\n"
                  "y = -(one * x.log_softmax(1)).sum() / len(x)",
                  backward="g * (p - one) / len(p), None"):
    return function("cross_entropy", "x, labels", forward, backward, saved="p, one")


def test_integers_are_drawn_below_the_size_of_the_axis_that_they_count():
    specification = specification_of(LATER + CROSS_ENTROPY, "cross_entropy")
    assert specification.domains == {"labels": (0.0, "n")}
    specification = specification_of(LATER + EMBEDDING, "embedding")
    assert specification.domains == {"words": (0.0, "V"), "kept": (0.0, 1.0)}


def test_integers_arrive_as_integers_and_get_no_gradient():
    specification = specification_of(LATER + CROSS_ENTROPY, "cross_entropy")
    right = cross_entropy()
    assert [failed(right, "cross_entropy", specification, seed) for seed in range(3)] == [[]] * 3
    picked = function(
        "cross_entropy", "x, labels", "l = x.log_softmax(1)\nrows = torch.arange(len(l))\n"
        "y = -l[rows, labels].mean()",
        "g * (l.exp() - F.one_hot(labels, l.shape[1])) / len(l), None", saved="l, labels")
    assert failed(picked, "cross_entropy", specification) == []


@pytest.mark.parametrize("text", [
    cross_entropy(backward="g * (p - one), None"), cross_entropy(backward="g * (p - one) / len(p)"),
    cross_entropy("p = x.softmax(1)\none = F.one_hot(labels, x.shape[1]).to(x.dtype)\n"
                  "y = -(one * p.log()).sum() / len(x)")])
def test_wrong_ones_with_integers_fail(text):
    assert failed(text, "cross_entropy", specification_of(LATER + CROSS_ENTROPY, "cross_entropy"))


def test_a_case_shows_the_integers_and_no_gradient_of_them():
    specification = specification_of(LATER + CROSS_ENTROPY, "cross_entropy")
    text = cross_entropy(backward="g * (one - p) / len(p), None")
    found = outcomes(text, "cross_entropy", specification, 1)["gradient"]
    assert found.message == (
        "backward does not return the gradient of cross_entropy.\n"
        "At x = [[0, 0]], labels = [0], g = 1:\n"
        "  backward gives [[0.5, -0.5]]; expected [[-0.5, 0.5]]\n"
        "  first difference: x[0, 0] gets 0.5, expected -0.5")


def test_integers_and_truth_values_go_through_a_function_as_they_are():
    specification = specification_of(LATER + EMBEDDING, "embedding")
    text = function(
        "embedding", "table, words, kept",
        "assert (words.dtype, kept.dtype) == (torch.int64, torch.bool)\n"
        "y = table[words] * kept[:, None]\nctx.rows = len(table)",
        "torch.zeros(ctx.rows, g.shape[1], dtype=g.dtype).index_add(0, words, g * kept[:, None]), "
        "None, None", saved="words, kept")
    assert failed(text, "embedding", specification) == []


def test_an_answer_that_warns_is_asked_in_silence():
    answer = """
@autograd_function("spread")
def spread(x: "B c") -> "c":
    return torch.sqrt(x.var(0) + 1e-5)
"""
    oracle, point = Oracle.of("spread", target_of(answer)), [np.ones((1, 2))]
    assert oracle.dtype(point, "float32") == "float32"  # warns: there is no variance of one
    assert oracle.differentiable(point)
