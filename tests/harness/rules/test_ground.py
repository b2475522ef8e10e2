"""The declared ground: right forms agree on all of it, and a fault in one corner fails always."""

from itertools import pairwise

import numpy as np
import pytest

from cgp_harness.kinds.optimizer import task as task_kinds
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes import rounding
from cgp_harness.kinds.optimizer.probes.ground import ground
from cgp_harness.kinds.optimizer.probes.long_run import long_run
from cgp_harness.kinds.optimizer.probes.verdict import Verdict, narrowed
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right import oracle
from tests.harness.rules.right.correctness import correctness
from tests.harness.rules.right.lecture_rules import ACCEPTED, HYPERPARAMETERS, of_family
from tests.long import some

HOMEWORK = correctness()
HEAD = "import numpy as np\nfrom cgp_harness import optimizer\n\n\n"
SGD_PLUS = HEAD + """@optimizer(v=0)
def sgd_plus(g, k, v, lr=1e-3, mu=0.9):
    {before}
    v = mu * v + g
    return {step}, v
"""
ADAGRAD = HEAD + """@optimizer(s=0)
def adagrad(g, k, s, lr=1e-3, eps=1e-8):
    {before}
    s = s + g * g
    return lr * g / (s**0.5 + eps), s
"""
RMSPROP = HEAD + """@optimizer(v=0)
def rmsprop(g, k, v, lr=1e-3, rho=0.9, eps=1e-8):
    {before}
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v**0.5 + eps), v
"""
ADAM = HEAD + """@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    {before}
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * m / (1 - {power1}) / ((v / (1 - beta2**k))**0.5 + eps) {times}, m, v
"""
RULES = {"sgd_plus": SGD_PLUS, "adagrad": ADAGRAD, "rmsprop": RMSPROP, "adam": ADAM}
STATEFUL = HEAD + """past = {{}}


@optimizer(run=0)
def sgd_plus(g, k, run, lr=1e-3, mu=0.9):
    if k == 1:
        past["next"] = past.get("next", 0) + 1
        run = run + past["next"]
        past[run.flat[0]] = []
    gradients = past[run.flat[0]]
    gradients.append(g)
    {cut}
    return lr * sum(mu**i * one for i, one in enumerate(reversed(gradients))), run
"""


def rule(family, before="", step="lr * v", power1="beta1**k", times=""):
    return RULES[family].format(before=before or "pass", step=step, power1=power1, times=times)


LONG = "in a long run: it leaves it at step {}"
FAULTS = {
    # the step number
    "a buffer of length 6": (
        "sgd_plus", STATEFUL.format(cut="del gradients[:-6]"), LONG.format(7)),
    "a buffer of length 300": (
        "sgd_plus", STATEFUL.format(cut="del gradients[:-300]"), LONG.format(301)),
    "k stops at 6": ("adam", rule("adam", "k = min(k, 6)"), LONG.format(7)),
    "k stops at 1,999": ("adam", rule("adam", "k = min(k, 1999)"), LONG.format(2000)),
    "k wraps at 256": ("adam", rule("adam", power1="beta1**(k % 256 or 1)"), LONG.format(256)),
    "steps 1.01 times as long from 600": (
        "adam", rule("adam", times="* (1.01 if k >= 600 else 1)"), LONG.format(600)),
    "a sum reset every 250 steps": (
        "adagrad", rule("adagrad", "s = s * (k % 250 != 0)"), LONG.format(250)),
    "a sum reset at 1,000": ("adagrad", rule("adagrad", "s = s * (k != 1000)"), LONG.format(1000)),
    # zeros
    "nothing kept of a gradient of zeros": (
        "sgd_plus", rule("sgd_plus", "if not np.any(g): return 0 * g, v"),
        "where a gradient is zero"),
    "no step where a gradient is zero": (
        "adam", rule("adam", times="* (g != 0)"), "where a gradient is zero"),
    "minus zero counts as a sign": (
        "rmsprop", rule("rmsprop", "g = np.where(np.signbit(g) & (g == 0), -1e-6, g)"),
        "where a gradient is zero"),
    # magnitudes
    "clipped at 1e5": (
        "sgd_plus", rule("sgd_plus", "g = np.clip(g, -1e5, 1e5)"),
        "for gradients as small or as large as 3e+05"),
    "nothing below 1e-11": (
        "adagrad", rule("adagrad", "g = np.where(np.abs(g) < 2e-12, 0 * g, g)"),
        "for gradients as small or as large as 1e-12, with eps = 1e-08"),
    "squares no smaller than 1e-20": (
        "rmsprop", rule("rmsprop", "v = np.maximum(v, 1e-20 * (k > 1))"),
        "for gradients as small or as large as 2e-10, with eps = 1e-08"),
    # hyperparameters
    "no beta1 of 0": ("adam", rule("adam", "beta1 = beta1 or 0.9"), "with beta1 = 0"),
    "no mu above 0.95": ("sgd_plus", rule("sgd_plus", "mu = min(mu, 0.95)"), "with mu = 0.99"),
    "no beta2 above 0.9995": (
        "adam", rule("adam", "beta2 = min(beta2, 0.9995)"), "with beta2 = 0.9999"),
    "no eps of 0": ("rmsprop", rule("rmsprop", "eps = eps or 1e-8"), "with eps = 0"),
    "no eps below 1e-12": (
        "adagrad", rule("adagrad", "eps = max(eps, 1e-12)"),
        "for gradients as small or as large as 3e-04, with eps = 1e-15"),
    "no lr of 0": ("sgd_plus", rule("sgd_plus", "lr = lr or 1e-3"), "with lr = 0"),
    "a hidden eps of 1e-26": (
        "rmsprop", rule("rmsprop").replace("(v**0.5 + eps)", "(v + eps + 1e-26)**0.5"),
        "for gradients as small or as large as 3e-09, with eps = 0"),
    "no step above 10": (
        "adam", rule("adam").replace("return lr", "lr = min(lr, 10)\n    return lr"),
        "with lr = 1000"),
    "no lr below 1e-6": (
        "adagrad", rule("adagrad", "lr = lr and max(lr, 1e-6)"), "with lr = 1e-09"),
    "no mu below 0.1": ("sgd_plus", rule("sgd_plus", "mu = mu and max(mu, 0.1)"), "with mu = 0.01"),
    "no beta1 equal to beta2": (
        "adam", rule("adam", "beta2 = 0.999 if beta1 == beta2 else beta2"),
        "with beta1 = beta2 = 0"),
    "no update at the default values": (
        "adam", rule("adam", times="* (1.001 if (lr, beta1) == (1e-3, 0.9) else 1)"),
        "with the default values"),
    # sequences
    "a gradient that comes again is passed over": (
        "rmsprop", HEAD + """@optimizer(v=0, last=0)
def rmsprop(g, k, v, last, lr=1e-3, rho=0.9, eps=1e-8):
    v = np.where((g == last) & (g != 0), v, rho * v + (1 - rho) * g * g)
    return lr * g / (v**0.5 + eps), v, g + 0
""", "where the same gradient comes again"),
    "at most 100 times the root of the sum": (
        "adagrad", rule("adagrad", "g = np.clip(g, -1, 1) * 100 * s**.5 if k == 3 and np.all("
                        "abs(g) > 100 * s**.5) and np.all(s > 0) else g"),
        "where a gradient is a thousand times the one before"),
    # lr over time
    "lr frozen after step 10": (
        "adagrad", HEAD + """@optimizer(s=0, rate=0)
def adagrad(g, k, s, rate, lr=1e-3, eps=1e-8):
    rate = lr + 0 * rate if k <= 10 else rate
    s = s + g * g
    return rate * g / (s**0.5 + eps), s, rate
""", LONG.format(13)),
    "lr frozen after step 1,500": (
        "sgd_plus", HEAD + """@optimizer(v=0, rate=0)
def sgd_plus(g, k, v, rate, lr=1e-3, mu=0.9):
    rate = lr + 0 * rate if k <= 1500 else rate
    v = mu * v + g
    return rate * v, v, rate
""", LONG.format(1541)),
    "lr that only falls": (
        "rmsprop", HEAD + """@optimizer(v=0, rate=1e9)
def rmsprop(g, k, v, rate, lr=1e-3, rho=0.9, eps=1e-8):
    rate = np.minimum(rate, lr)
    v = rho * v + (1 - rho) * g * g
    return rate * g / (v**0.5 + eps), v, rate
""", "with lr = 0 at one step"),
    # parameters and numbers
    "no parameter of rank 3": (
        "adam", rule("adam", "g = 0 * g if g.ndim == 3 else g"),
        "for a parameter of shape (2, 2, 2)"),
    "no column": (
        "adam", rule("adam", "g = g * (g.shape[-1:] != (1,) or g.ndim < 2)"),
        "for a parameter of shape (4, 1)"),
    "a single number taken twice": (
        "sgd_plus", rule("sgd_plus", "g = 2 * g if g.shape == () else g"),
        "for a parameter of shape ()"),
    "a step transposed": (
        "sgd_plus", rule("sgd_plus", step="(lr * v).T"), "for a parameter of shape (2, 2)"),
    "clipped at 10": (
        "adam", rule("adam", "g = np.clip(g, -10, 10)"), "for gradients as large as 9e+01"),
    "clipped by a norm of 5": (
        "sgd_plus", rule("sgd_plus", "g = g * 5 / np.maximum(np.linalg.norm(g), 5)"),
        "on several at once: in a parameter of shape (2,), each alone gets the right step, "
        "together they do not"),
    "clipped by a norm of 10": (
        "sgd_plus", rule("sgd_plus", "g = g * 10 / np.maximum(np.linalg.norm(g), 10)"),
        "for gradients from 2e-03 to 9e+01"),
    "clipped by a norm of 1e5": (
        "adam", rule("adam", "g = g * 1e5 / np.maximum(np.linalg.norm(g), 1e5)"),
        "for gradients from 1e-12 to 1e+10, with eps = 1e-08"),
    "clipped at 1e9": (
        "rmsprop", rule("rmsprop", "g = np.clip(g, -1e9, 1e9)"),
        "for gradients as small or as large as 2e+09, with eps = 1e-08"),
    "clipped below at -1e9 alone": (
        "sgd_plus", rule("sgd_plus", "g = np.maximum(g, -1e9)"),
        "for gradients as small or as large as 3e+09"),
    "nothing above 2e9": (
        "adagrad", rule("adagrad", "g = np.where(abs(g) > 2e9, 0, g)"),
        "for gradients as small or as large as 3e+09, with eps = 1e-08"),
    "nothing after the first 4,096": (
        "adam", rule("adam", times="* (np.arange(g.size).reshape(g.shape) < 4096)"),
        "on 5,000 numbers at once"),
    # not float32
    "lr 1.00005 times": ("adam", rule("adam", "lr = 1.00005 * lr"), None),
    "steps rounded to six decimals": (
        "adagrad", rule("adagrad").replace("return lr * g / (s**0.5 + eps)",
                                           "return np.round(lr * g / (s**0.5 + eps), 6)"), None),
    "steps of six digits": (
        "sgd_plus", rule("sgd_plus", step="np.vectorize(lambda x: float(f'{x:.6g}'))(lr * v)"),
        None),
    "lr 1.000001 times": ("rmsprop", rule("rmsprop", "lr = 1.000001 * lr"), None),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_one_corner_fails_and_is_said_to_be_there(name):
    family, text, where = FAULTS[name]
    seed = len(name)  # whichever it is; `python -m benchmarks.regions` takes 50 of them
    found = update_rule(context_of(text, HOMEWORK, family, seed))
    assert (found.status, found.fraction) == (Status.FAILED, 0.0)
    assert "float32" not in found.diagnosis.text
    assert found.counterexample["first_difference"] is not None
    if where is not None:
        title = HOMEWORK.task(family).title
        assert found.diagnosis.text == (
            f"Your update agrees with {title} on the usual numbers, but not {where}.")


@pytest.mark.parametrize(("family", "text", "where"), [
    ("adam", rule("adam", "beta1 = beta1*(1-1e-12)**(k-1)"), None),
    ("adagrad", rule("adagrad").replace("s + g * g", "s*(1-1e-9) + g * g"), "step 8"),
    ("sgd_plus", rule("sgd_plus", "mu = mu*(1-1e-11*k)"), "step 28"),
    ("rmsprop", rule("rmsprop", "rho = rho*(1-1e-11*k)"), None),
])
def test_the_step_that_is_named_is_the_one_that_the_table_marks(family, text, where):
    found = update_rule(context_of(text, HOMEWORK, family, 0))
    step = found.counterexample["first_difference"]["step"]
    assert (found.status, step) == (Status.FAILED, len(found.counterexample["gradients"]))
    assert "at step" not in found.diagnosis.text or found.diagnosis.text.endswith(f" {step}.")
    assert where is None or found.diagnosis.text.endswith(f"{where}.")


FIRST_FOUR = HEAD + """calls = {{"k": 0, "index": 0}}


@optimizer(v=0)
def sgd_plus(g, k, v, lr=1e-3, mu=0.9):
    calls.update(index=calls["index"] + 1 if k == calls["k"] else 0, k=k)
    v = mu * v + g
    return lr * v * ({moves}), v
"""


@pytest.mark.parametrize(("moves", "where"), [
    ('calls["index"] < 4', "with six parameters of several shapes"),
    ('calls["index"] != 4', "with six parameters of several shapes"),
    ('g.ndim < 3', "for a parameter of shape (2, 2, 2)")])
def test_a_parameter_that_does_not_move_is_shown_with_those_before_it(moves, where):
    text = FIRST_FOUR.format(moves=moves)
    found = update_rule(context_of(text, HOMEWORK, "sgd_plus"))
    assert found.status is Status.FAILED
    assert found.diagnosis.text == (
        "Your update agrees with SGD with momentum (SGD+) on the usual numbers, but not "
        f"{where}.")
    assert (len(found.counterexample["shapes"]) > 4) == ("index" in moves)


@pytest.mark.parametrize(("family", "written"), [
    ("adagrad", "(g**2).sum()"), ("adagrad", "(g**2).mean()"), ("adagrad", "abs(g).max()**2"),
    ("adam", "np.vdot(g, g)"), ("rmsprop", "np.linalg.norm(g)**2"),
])
def test_what_mixes_the_numbers_of_a_parameter_is_not_laid_to_a_gradient_of_zero(family, written):
    found = update_rule(context_of(
        rule(family).replace("* g * g", f"* {written}").replace("g * g", written), HOMEWORK, family,
        3))
    assert found.diagnosis.text == (
        f"Your update agrees with {HOMEWORK.task(family).title} on single numbers, but not where a "
        "parameter has several: in one of shape (2,), each number alone gets the right step, "
        "together they do not.")
    assert found.counterexample["shapes"] == [[2]]


@pytest.mark.parametrize(("before", "message"), [
    ("g @ g", "ValueError: matmul: Input operand 0 does not have enough dimensions (has 0, gufunc "
     "core with signature (n?,k),(k,m?)->(n?,m?) requires 1)\n"
     "It does so for a parameter of shape ()."),
    ("len(g)", "TypeError: len() of unsized object\nIt does so for a parameter of shape ()."),
    ("[float(x) for x in g]",
     "TypeError: iteration over a 0-d array\nIt does so for a parameter of shape () or (2, 2)."),
    ("rows, columns = g.shape if g.ndim > 2 else (1, 1)",
     "ValueError: too many values to unpack (expected 2)\n"
     "It does so for a parameter of shape (2, 2, 2)."),
    ("1 / np.count_nonzero(g) if np.any(g) else [][0]",
     "IndexError: list index out of range\nIt does so where a gradient is zero."),
    ("assert np.abs(g).max(initial=0) < 20, 'too large'", "AssertionError: too large"),
])
def test_an_exception_is_laid_to_what_it_comes_with_and_to_nothing_else(before, message):
    found = update_rule(context_of(rule("adam", before), HOMEWORK, "adam"))
    assert (found.status, found.message, found.blocks) == (Status.STUDENT_ERROR, message, False)


@pytest.mark.parametrize("family", RULES)
def test_the_right_answer_is_finite_on_the_whole_ground(family):
    task = HOMEWORK.task(family)
    probes = ground(tuple(HYPERPARAMETERS[task.id].items()), groups=True)
    for probe in (*probes, long_run(3, few=False)):
        for convention in task_kinds.CONVENTIONS[family]:
            with np.errstate(all="raise", under="ignore"):
                assert np.isfinite(oracle.steps(family, convention, probe.run)).all()


def test_the_ground_does_not_depend_on_the_seed_and_the_long_run_adds_drawn_numbers():
    first, second = long_run(0, few=False).run, long_run(1, few=False).run
    same = (first.gradients == second.gradients).all(axis=0)
    assert same.tolist() == [True, True, True, False, False, False]
    assert len(first.gradients) > 2000
    rates = first.schedule["lr"]
    assert len(set(rates[1900:])) > 1                                    # changed to the end
    assert {rate > before for before, rate in pairwise(rates) if rate != before} == {True, False}


@pytest.mark.parametrize("error", ["ValueError", "AssertionError", "KeyError"])
def test_a_rule_may_refuse_a_hyperparameter_out_of_its_range_in_words(error):
    text = rule("adam", f"if beta1 == 0: raise {error}('beta1 must be above 0')")
    found = update_rule(context_of(text, HOMEWORK, "adam"))
    if error == "KeyError":
        assert (found.status, found.message, found.blocks) == (
            Status.STUDENT_ERROR,
            "KeyError: 'beta1 must be above 0'\nIt does so with beta1 = 0.", False)
    else:
        assert found.status is Status.PASSED
    for condition in ("beta1 > 0.9", "beta1 == 0.01", "lr > 0.6", "eps == 0.9", "eps == 1e-15"):
        text = rule("adam", f"if {condition}: raise {error}('not that')")
        assert update_rule(context_of(text, HOMEWORK, "adam")).status is Status.STUDENT_ERROR


ASKED_FOR = {
    "sgd_plus": "assert 0 < lr < 1 and 0 <= mu < 1",
    "adagrad": "if not (lr < 1 and 0 < eps < 1): raise ValueError('out of range')",
    "rmsprop": "assert lr <= 1 and 0 < rho < 1 and eps < 1, 'out of range'",
    "adam": "assert 0 < lr < 1 and 0 < beta1 < 1 and 0 < beta2 < 1 and 0 < eps < 1",
}


@pytest.mark.parametrize("family", RULES)
def test_a_rule_may_ask_for_hyperparameters_between_0_and_1(family):
    for before, status in (
        (ASKED_FOR[family], Status.PASSED),
        (f"{ASKED_FOR[family]}; g = np.float32(g)", Status.PASSED),
        (f"{ASKED_FOR[family]}; lr = lr if lr < 0.8 else 0.8", Status.FAILED),
    ):
        text = rule(family, before.replace("; ", "\n    "))
        for seed in (0, 1):
            context = context_of(text, HOMEWORK, family, seed)
            assert relations(context).status is Status.PASSED
            assert update_rule(context).status is status


@pytest.mark.parametrize("family", RULES)
def test_a_tolerance_lies_between_a_tenth_and_ten_times(family):
    context = context_of(rule(family), HOMEWORK, family)
    run = long_run(0, few=False)
    convention = ACCEPTED[family][1]
    right = oracle.steps(family, convention, run.run)
    for times in (0.0, rounding.TIMES):
        room = 1e-9 if not times else times * rounding.of_float32(
            of_family(family, convention), run.run, right)
        verdict = Verdict((convention,), times=times)
        assert narrowed(context, verdict, run, right * (1 + room / 10)).conventions
        assert not narrowed(context, verdict, run, right * (1 + room * 10)).conventions


@pytest.mark.parametrize("family", RULES)
def test_float32_is_accepted_where_it_shows(family):
    text = rule(family, "g = np.float32(g)")
    found = update_rule(context_of(text, HOMEWORK, family))
    assert (found.status, found.diagnosis.flags) == (Status.PASSED, ("float32_arithmetic",))
    assert not found.learned["precise"]
    slightly_off = rule(family, "g = np.float32(1.0001 * g)")
    if family == "sgd_plus":
        assert update_rule(context_of(slightly_off, HOMEWORK, family)).status is Status.FAILED


@pytest.mark.parametrize("before", [
    "k = np.float32(k)", "m, v = np.float32(m), np.float32(v)",
    "beta1, beta2 = np.float32(beta1), np.float32(beta2)"])
def test_float32_in_a_part_of_the_rule_is_float32(before):
    found = update_rule(context_of(rule("adam", before), HOMEWORK, "adam", 1))
    assert (found.status, found.diagnosis.flags) == (Status.PASSED, ("float32_arithmetic",))
    also = rule("adam", f"lr = 1.00001 * lr; {before}")
    assert update_rule(context_of(also, HOMEWORK, "adam", 1)).status is Status.FAILED


GROUPED = """import torch
from cgp_harness import optimizer


@optimizer(name="sgd_plus")
class Momentum(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0.9):
        super().__init__(params, {{"lr": lr, "momentum": momentum}})
        {made}

    @torch.no_grad()
    def step(self, closure=None):
        for group in {groups}:
            for p in group["params"]:
                state = self.state[p]
                state["v"] = group["momentum"] * state.get("v", 0) + {lr} * p.grad
                p.sub_(state["v"])
"""
RIGHT = {"made": "pass", "groups": "self.param_groups", "lr": 'group["lr"]'}
BY_PLACE = """import torch
from cgp_harness import optimizer


@optimizer(name="sgd_plus")
class Momentum(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0.9):
        super().__init__(params, {{"lr": lr, "momentum": momentum}})
        self.kept, self.begun = {{}}, 0

    @torch.no_grad()
    def step(self, closure=None):
        self.begun += 1
        for number, group in enumerate(self.param_groups):
            for i, p in enumerate(group["params"]):
                v = group["momentum"] * self.kept.get({key}, 0) + p.grad
                {check}
                self.kept[{key}] = v
                p.sub_(group["lr"] * v)
"""
TWO, OTHER_LR, THREE = (
    "Your update agrees with SGD with momentum (SGD+) on the usual numbers, but not with "
    f"{groups}." for groups in (
        "two parameter groups", "two parameter groups, the second with another lr",
        "three parameter groups, each with another lr"))
IT_RAISES = (
    "sgd_plus() raised RuntimeError: output with shape [] doesn't match the broadcast shape [2] "
    "(step 1, parameter 4 of 4)\n  at plugin.py:19\n"
    "It does so with two parameter groups, the second with another lr.")


def grouped(**changed):
    return GROUPED.format(**{**RIGHT, **changed})


def by_place(key, check="pass"):
    return BY_PLACE.format(key=key, check=check)


@pytest.mark.parametrize(("text", "status", "said"), some([
    (grouped(), Status.PASSED, None),
    (grouped(groups="self.param_groups[:1]"), Status.FAILED, TWO),
    (grouped(groups="self.param_groups[:2]"), Status.FAILED, THREE),
    (grouped(lr='self.param_groups[0]["lr"]'), Status.FAILED, OTHER_LR),
    (grouped(lr='self.param_groups[group is not self.param_groups[0]]["lr"]'), Status.FAILED,
     THREE),
    (grouped(lr='min(g["lr"] for g in self.param_groups)'), Status.FAILED, OTHER_LR),
    (grouped(made='self.own = [p.shape for p in params]'), Status.PASSED, None),
    (by_place("p"), Status.PASSED, None),
    (by_place("(number, i)"), Status.PASSED, None),
    (by_place("i"), Status.FAILED, TWO),
    (by_place("(i, p.shape)"), Status.FAILED, TWO),
    (by_place("(number % 2, i)"), Status.FAILED, THREE),
    # Only where the shapes do not fit: no refusal.
    (by_place("i if self.param_groups[-1]['params'][0].dim() == 0 else p"), Status.STUDENT_ERROR,
     IT_RAISES),
    (by_place("p", "assert number == 0, 'one group, please'"), Status.PASSED, None),
], 3, lambda case: case[1] is Status.STUDENT_ERROR))
def test_a_class_is_given_groups_with_an_lr_each(text, status, said):
    homework = HOMEWORK
    submission = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    with WorkerSubject(
            submission, homework.limits, levels.choose("auto"), homework.forbid) as subject:
        found = update_rule(
            RuleContext(homework, homework.task("sgd_plus"), submission, subject, 0))
    assert found.status is status
    assert said in (None, found.diagnosis.text if found.diagnosis else found.message)


@pytest.mark.parametrize("decay", ["1e-5", "5e-5"])
def test_weight_decay_is_not_float32(decay):
    text = GROUPED.format(**RIGHT).replace("* p.grad", f"* (p.grad + {decay} * p)")
    submission = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    with WorkerSubject(
            submission, HOMEWORK.limits, levels.choose("auto"), HOMEWORK.forbid) as subject:
        found = update_rule(
            RuleContext(HOMEWORK, HOMEWORK.task("sgd_plus"), submission, subject, 0))
    assert (found.status, found.diagnosis.flags) == (Status.FAILED, ("weight_decay_in_gradient",))
    assert "float32" not in found.message + found.diagnosis.text


# --- where a class's parameters begin ------------------------------------------------------------

AT_FIRST = """import torch
from cgp_harness import optimizer


@optimizer(name="sgd_plus")
class Momentum(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0.9):
        super().__init__(params, {{"lr": lr, "momentum": momentum}})
        {made}

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                {kept}
                state["v"] = group["momentum"] * state.get("v", 0) + p.grad
                p.sub_(group["lr"] * (state["v"] + {further}))
"""
AS_IT_BEGAN = 'state.setdefault("p", p.clone())'
ELSEWHERE = (
    "Your update agrees with SGD with momentum (SGD+) on the usual numbers, but not where the "
    "parameters begin at other values than 0.")


def at_first(made="pass", kept="pass", further="0"):
    return AT_FIRST.format(made=made, kept=kept, further=further)


@pytest.mark.parametrize(("text", "status", "said"), [
    (at_first(), Status.PASSED, None),
    (at_first(kept=AS_IT_BEGAN), Status.PASSED, None),
    (at_first(kept=AS_IT_BEGAN, further='0.01 * state["p"]'), Status.FAILED, ELSEWHERE),
    (at_first(kept=AS_IT_BEGAN, further='1e-6 * state["p"]'), Status.FAILED, ELSEWHERE),
    (at_first(made="self.begun = {p: p.detach().clone() for p in self.param_groups[0]['params']}",
              further="0.01 * self.begun[p]"), Status.FAILED, ELSEWHERE),
    (at_first(kept=AS_IT_BEGAN, further='(state["p"].norm() > 1).double() * 0.1 * state["v"]'),
     Status.FAILED, ELSEWHERE),
])
def test_a_class_may_not_look_at_where_its_parameters_began(text, status, said, long):
    submission = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    for seed in (0, 3) if long else (0,):
        with WorkerSubject(
                submission, HOMEWORK.limits, levels.choose("auto"), HOMEWORK.forbid) as subject:
            one = update_rule(
                RuleContext(HOMEWORK, HOMEWORK.task("sgd_plus"), submission, subject, seed))
        assert (one.status, one.diagnosis and one.diagnosis.text) == (status, said)
        if said:
            assert one.counterexample["parameters"][0][0] != 0


@pytest.mark.parametrize("number", [3, 16, 23])
def test_parameters_that_a_class_counts_for_all_its_optimizers_are_seen(number):
    """Each class is run twice at once, from 0 and moving: one of them must not hide the other."""
    text = COUNTED.format(number=number)
    submission = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    with WorkerSubject(
            submission, HOMEWORK.limits, levels.choose("auto"), HOMEWORK.forbid) as subject:
        one = update_rule(
            RuleContext(HOMEWORK, HOMEWORK.task("sgd_plus"), submission, subject, 0))
    assert one.status is Status.FAILED


COUNTED = """import torch
from cgp_harness import optimizer

index = before = 0


@optimizer(name="sgd_plus")
class Momentum(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, momentum=0.9):
        super().__init__(params, {{"lr": lr, "momentum": momentum}})

    @torch.no_grad()
    def step(self, closure=None):
        global index, before
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                k = state["k"] = state.get("k", 0) + 1
                index = index + 1 if k == before else 0
                before = k
                state["v"] = group["momentum"] * state.get("v", 0) + p.grad
                p.sub_(group["lr"] * state["v"] * (1.001 if index == {number} else 1))
"""
