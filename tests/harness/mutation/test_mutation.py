"""Changes to a right answer's source: which there are, what they make of it, how they are said."""

import ast
import textwrap
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from cgp_harness.mutation.change import Said, changed
from cgp_harness.mutation.derivatives import derived as derived_of
from cgp_harness.mutation.singles import singles
from cgp_harness.mutation.source import source_of
from cgp_harness.mutation.words import secret, told
from cgp_reference.optimizers import RULES

ADAM = """
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    '''The lecture's.'''
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**k)
    v_hat = v / (1 - beta2**k)
    return lr * m_hat / (v_hat + eps)**0.5, m, v
"""
LAYER_NORM = """
import torch

def centred(x):
    return x - x.mean(-1, keepdim=True)

class LayerNorm:
    @staticmethod
    def forward(ctx, x, gain):
        c = centred(x)
        return gain * c / (c.var(-1, correction=0, keepdim=True) + 1e-5).sqrt()
"""


def source(text, state=(), **hyperparameters):
    names = {}
    exec(text, names)
    last = [one.name for one in ast.parse(text).body if hasattr(one, "name")][-1]
    return source_of(names[last], text, state, hyperparameters)


def adam():
    return source(ADAM, ("m", "v"), lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8)


def lines(one, change):
    """What a change makes of the lines that it changes."""
    def written(edits):
        trees = changed(one.trees, edits)
        return [line for tree in trees for line in ast.unparse(tree).splitlines()]

    before = written(())
    return "; ".join(line.strip() for line in written(change.edits) if line not in before)


def written(one, change):
    """The body with a change made."""
    trees = changed(one.trees, change.edits)
    return [line.strip() for tree in trees for line in ast.unparse(tree).splitlines()[1:]]


def said_of(text, operator, state=(), **hyperparameters):
    one = source(text, state, **hyperparameters)
    return {lines(one, change): change.said.full for change in singles(one)
            if change.operator == operator}


def test_what_keeps_a_division_from_0_may_be_any_usual_number_each_once():
    said = [change.said.full for change in singles(source(LAYER_NORM))
            if change.operator == "constant" and change.said.full.endswith(" 1e-05 belongs")]
    assert [one.split()[0] for one in said] == [
        "1.00001", "-0.99999", "-1e-05", "5e-06", "0.0001", "1e-06", "0.001", "1e-07", "1e-08",
        "1e-09", "1e-10", "1e-11", "1e-12", "0", "1", "2", "0.5"]


def test_what_is_left_out():
    text = "def f(g, a, b):\n    return (a + b - g) * a**0.5 / abs(-b)"
    assert said_of(text, "left_out") == {
        "return (a + b - g) * a ** 0.5": "the division by abs(-b) is left out",
        "return 1 / abs(-b)": "the numerator (a + b - g) * a ** 0.5 is left out",
        "return (a + b - g) / abs(-b)": "the factor a ** 0.5 is left out",
        "return a ** 0.5 / abs(-b)": "the factor a + b - g is left out",
        "return (a + b) * a ** 0.5 / abs(-b)": "the term g is left out",
        "return -g * a ** 0.5 / abs(-b)": "the term a + b is left out",
        "return g * a ** 0.5 / abs(-b)": "the term a + b is left out, and the minus",
        "return (a - g) * a ** 0.5 / abs(-b)": "the term b is left out",
        "return (b - g) * a ** 0.5 / abs(-b)": "the term a is left out",
        "return (a + b - g) * a / abs(-b)": "the root of a is left out",
        "return (a + b - g) * a ** 0.5 / -b": "abs() is left out",
        "return (a + b - g) * a ** 0.5 / abs(b)": "the minus before b is left out",
    }


def test_parentheses_elsewhere():
    text = "def f(g, s, eps):\n    return g / (s + eps)**0.5"
    assert said_of(text, "regrouped") == {
        "return g / (s + eps) / 2": "/ (s + eps)**1/2 divides by s + eps and by 2, not by the root",
        "return g / ((s + eps) / 2)": "(s + eps)**1/2 is half of it, and its root belongs there",
        "return (g / (s + eps)) ** 0.5":
            "(g / (s + eps)) ** 0.5 stands where g / (s + eps) ** 0.5 belongs",
        "return g / (s ** 0.5 + eps ** 0.5)":
            "s ** 0.5 + eps ** 0.5 stands where (s + eps) ** 0.5 belongs",
        "return g / (s ** 0.5 + eps)": "s ** 0.5 + eps stands where (s + eps) ** 0.5 belongs",
        "return g / (s + eps ** 0.5)": "s + eps ** 0.5 stands where (s + eps) ** 0.5 belongs",
    }
    outside = "def f(g, s, eps):\n    return g / (abs(s) + eps)"
    assert "return g / abs(s + eps)" in said_of(outside, "regrouped")


def test_a_small_number_is_added_where_zero_harms():
    text = "import numpy as np\ndef f(x, y):\n    return x / y - np.log(x)"
    found = {line for line, said in said_of(text, "put_in").items() if "1e-08" in said}
    assert found == {
        "return x / (y + 1e-08) - np.log(x)", "return x / y - np.log(x + 1e-08)",
        "return np.log(np.exp(x / y) / x + 1e-08)"}


def test_a_term_that_joins_too_late_or_too_early():
    text = ("def f(g, a, b, lr=0.1):\n    r = g + b\n    s = abs(r)\n    u = max(a, g)\n"
            "    return lr * s * r / (u + b)")
    late, early = said_of(text, "late", lr=0.1), said_of(text, "early", lr=0.1)
    assert late["r = g; return lr * s * (r + b) / (u + b)"] == (
        "the term b joins only in r + b, where the result is computed")
    assert {"r = g; return (lr * s * r + b) / (u + b)", "r = g; s = abs(r + b)",
            "r = g; return lr * (s * r + b) / (u + b)"} <= late.keys()
    assert early == {
        "u = max(a, g) + b; return lr * s * r / u":
            "the term b joins already in max(a, g) + b, before the result is computed",
        "u = max(a + b, g); return lr * s * r / u":
            "the term b joins already in a + b, before the result is computed",
        "u = max(a, g + b); return lr * s * r / u":
            "the term b joins already in g + b, before the result is computed"}


def test_another_norm_and_an_average_for_a_maximum():
    text = ("import numpy as np\ndef f(g, u, b=0.9):\n    u = np.maximum(b * u, g)\n"
            "    return u / np.sqrt(np.sum(g * g)) / np.sqrt((g**2).sum(0)), u")
    assert {
        "return (u / np.sum(abs(g)) / np.sqrt((g ** 2).sum(0)), u)",
        "return (u / np.sqrt(np.sum(g * g)) / abs(g).sum(0), u)",
        "u = b * u + (1 - b) * g"} <= said_of(text, "function", ("u",), b=0.9).keys()


def test_a_sum_that_is_overwritten_and_a_tensor_turned_round():
    text = "def f(x, y):\n    for i in range(3):\n        x += y[i]\n    return x"
    assert said_of(text, "overwritten") == {
        "x = y[i]": "x is overwritten by y[i], which belongs added to it"}
    assert said_of(text, "operator") == {"x -= y[i]": "y[i] is taken from x"}
    assert said_of(text, "flipped")["return x.flip((-2, -1))"] == (
        "x runs backwards along its last two axes")


def derived(text):
    one = source(text)
    return {lines(one, change): change.said.full for change in singles(one, (derived_of,))
            if change.operator == "derivative"}


def test_what_goes_wrong_in_a_derivative_alone():
    text = "import torch\ndef f(x):\n    return 0.5 * x * torch.erf(x / 2)"
    found = derived(text)
    x, erf = torch.tensor(0.7, dtype=torch.float64, requires_grad=True), torch.erf
    slope = 2 / torch.pi**0.5 * torch.exp(-(x / 2)**2) / 2
    wanted = {
        "the derivative of torch.erf(x / 2) has the wrong sign": 0.5 * erf(x / 2) - 0.5 * x * slope,
        "the derivative of torch.erf(x / 2) by x / 2 is left out, as if it were 1":
            0.5 * erf(x / 2) + 0.5 * x / 2,
        "the derivative of x / 2 by x is left out, as if it were 1":
            0.5 * erf(x / 2) + 0.5 * x * 2 * slope,
        "the factor x is left out in the derivative by torch.erf(x / 2)":
            0.5 * erf(x / 2) + 0.5 * slope,
        "the factor torch.erf(x / 2) is left out in the derivative by x": 0.5 + 0.5 * x * slope}
    assert wanted.keys() <= set(found.values())
    for line, said in found.items():
        value = eval(line.removeprefix("return "), {"torch": torch, "x": x})
        assert value.item() == pytest.approx((0.5 * x * erf(x / 2)).item(), rel=1e-15)
        if said in wanted:
            [given] = torch.autograd.grad(value, x)
            assert given.item() == pytest.approx(wanted[said].item(), rel=1e-12)


def test_a_state_of_before_and_after():
    text = "def f(g, v, lr=0.1):\n    v = v + g\n    return lr * v, v"
    kept, result = "v keeps its old value where the new one belongs", "where the result is computed"
    assert said_of(text, "before", ("v",), lr=0.1) == {
        "v = _before_v + g; return (lr * _before_v, _before_v)": kept,
        "v = _before_v + g": f"{kept}, where v is computed",
        "return (lr * _before_v, v)": f"{kept}, {result}",
        "return (lr * v, _before_v)": f"{kept}, {result}",
        "return (lr * _before_v, _before_v)": f"{kept}, {result}",
        "v = _before_v + g; return (lr * _before_v, v)":
            "the old v stands where the new one belongs",
    }


def test_statements_left_out_and_moved():
    text = "def f(g):\n    a = g * 2\n    b = g + a\n    a -= 1\n    return a, b"
    one = source(text)
    found = {change.said.full: "; ".join(written(one, change)) for change in singles(one)
             if change.operator.startswith("statement")}
    assert found == {
        "the line that computes a is left out": "a = g * 2; b = g + a; pass; return (a, b)",
        "a is computed after b, and belongs before it":
            "pass; if True:; b = g + a; a = g * 2; a -= 1; return (a, b)",
        "a is computed after a, and belongs before it":
            "pass; b = g + a; if True:; a -= 1; a = g * 2; return (a, b)",
        "the line that computes b is left out": "a = g * 2; pass; a -= 1; return (a, b)",
        "b is computed after a, and belongs before it":
            "a = g * 2; pass; if True:; a -= 1; b = g + a; return (a, b)",
        "a is computed before a, and belongs after it":
            "if True:; a -= 1; a = g * 2; b = g + a; pass; return (a, b)"}


@pytest.mark.parametrize(("full", "becomes"), [
    ("the division by 1 - beta1 ** k is left out, and the division by 1 - beta2 ** k is left out",
     "m_hat = m; v_hat = v"),
    ("beta1 and beta2 are exchanged",
     "m = beta2 * m + (1 - beta2) * g; v = beta1 * v + (1 - beta1) * g ** 2; "
     "m_hat = m / (1 - beta2 ** k); v_hat = v / (1 - beta1 ** k)"),
    ("beta2 is fixed in the code, at its default",
     "v = 0.999 * v + (1 - 0.999) * g ** 2; v_hat = v / (1 - 0.999 ** k)"),
    ("m_hat is stored as m, and v_hat is stored as v",
     "return (lr * m_hat / (v_hat + eps) ** 0.5, m_hat, v_hat)"),
    ("the old m stands where the new one belongs, and the old v stands where the new one belongs",
     "m = beta1 * _before_m + (1 - beta1) * g; v = beta2 * _before_v + (1 - beta2) * g ** 2; "
     "m_hat = _before_m / (1 - beta1 ** k); v_hat = _before_v / (1 - beta2 ** k)"),
    ("the steps are counted from 0",
     "m_hat = m / (1 - beta1 ** (k - 1)); v_hat = v / (1 - beta2 ** (k - 1))"),
    ("the sign of the step is turned",
     "return (-(lr * m_hat / (v_hat + eps) ** 0.5), m, v)"),
    ("lr is multiplied into g instead of m_hat",
     "m = beta1 * m + (1 - beta1) * (lr * g); v = beta2 * v + (1 - beta2) * (lr * g) ** 2; "
     "return (m_hat / (v_hat + eps) ** 0.5, m, v)"),
])
def test_what_students_write_is_among_the_changes_of_adam(full, becomes):
    one = adam()
    simplest = next(change for change in singles(one) if change.said.full == full)
    assert lines(one, simplest) == becomes


def test_of_two_changes_the_simpler_comes_first():
    costs = [one.cost for one in singles(adam())]
    assert costs == sorted(costs)
    assert len(costs) > 1_500


def test_a_source_is_what_it_was_and_runs_as_it_did():
    one = adam()
    before = [ast.dump(tree) for tree in one.trees]
    right = one.compiled()
    assert right(0.5, 1, 0.0, 0.0)[0] == pytest.approx(1e-3, rel=1e-6)
    for change in singles(one):
        one.compiled(change)
    assert [ast.dump(tree) for tree in one.trees] == before
    names = {"g": 0.3, "k": 2, "m": 0.1, "v": 0.2, "lr": 0.5}
    assert right(**names) == RULES["adam"].function(**names)


def test_what_an_answer_calls_is_changed_too():
    text = textwrap.dedent(LAYER_NORM).replace("import torch\n", "")
    one = source(text)
    assert [tree.name for tree in one.trees] == ["LayerNorm", "centred"]
    found = {change.said.full: lines(one, change) for change in singles(one)}
    assert found["the term x.mean(-1, keepdim=True) is left out"] == "return x"
    assert found["axis 0 stands where -1 belongs"]
    assert found["the variance is divided by n - 1"] == (
        "return gain * c / (c.var(-1, keepdim=True, correction=1) + 1e-05).sqrt()")
    values = np.array([[1.0, 2.0, 4.0]])
    change = next(one for one in singles(one)
                  if one.said.full == "the term x.mean(-1, keepdim=True) is left out")
    as_tensor = SimpleNamespace(var=lambda *_, **__: np.ones((1, 1)))
    made = one.compiled(change).forward.__globals__["centred"]
    assert made(values) is values
    assert made(as_tensor) is as_tensor


def test_the_general_words_name_nothing_of_the_answer():
    every = {change.said.general for change in singles(adam())}
    assert not {word for said in every for word in said.split()} & {
        "g", "k", "m", "v", "lr", "beta1", "beta2", "eps", "m_hat", "v_hat"}
    assert len(every) > 30


def test_how_much_is_given_away():
    one = adam()
    assert secret(one) == {"_before_m", "_before_v", "m_hat", "v_hat"}
    root = Said("a power is left out", "the root of v_hat + eps is left out")
    betas = Said("two names are exchanged", "beta1 and beta2 are exchanged")
    assert [told(root, reveal, secret(one)) for reveal in ("kind", "place", "full")] == [
        "a power is left out", "a power is left out", "the root of v_hat + eps is left out"]
    assert [told(betas, reveal, secret(one)) for reveal in ("kind", "place", "full")] == [
        "two names are exchanged", "beta1 and beta2 are exchanged", "beta1 and beta2 are exchanged"]


def test_what_a_helper_is_called_is_not_given_away():
    assert secret(source(textwrap.dedent(LAYER_NORM).replace("import torch\n", ""))) == {
        "centred", "c"}


def test_a_rule_without_a_state_keeps_none_of_before():
    one = source("def sgd(g, lr=0.1):\n    return lr * g,\n", (), lr=0.1)
    assert all(each.said.full and each.edits for each in singles(one))


def test_a_number_with_a_minus_is_one_number_and_is_said_with_it():
    text = "def bounded(g, lr=0.1):\n    return lr * min(max(g, -2), 2) * (-1)**2,\n"
    one = source(text, (), lr=0.1)
    said = {each.said.full: lines(one, each) for each in singles(one)}
    assert said["0 stands where -2 belongs"] == "return (lr * min(max(g, 0), 2) * (-1) ** 2,)"
    assert said["2 stands where -2 belongs"] == "return (lr * min(max(g, 2), 2) * (-1) ** 2,)"
    assert one.compiled()(-5.0) == (-0.2,)
