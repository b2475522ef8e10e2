"""Each relation has a rule that keeps it and one that breaks it; the first in order is reported."""

import numpy as np
import pytest

from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.model import Status
from tests.harness.in_process.rules import InProcess, context_of
from tests.harness.rules.right.correctness import correctness
from tests.mutants.write import source

HOMEWORK = correctness()
HEAD = "import numpy as np\nfrom cgp_harness import optimizer\n"
RIGHT = HEAD + """
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v
"""


def outcome(text, task="sgd_plus", **changes):
    context = context_of(text, HOMEWORK, task)
    for name, value in changes.items():
        object.__setattr__(context, name, value)
    return relations(context)


def test_a_well_behaved_rule_passes():
    found = outcome(RIGHT)
    assert (found.status, found.fraction, found.message) == (Status.PASSED, 1.0, "")


@pytest.mark.parametrize(("text", "relation", "message", "flags"), [
    pytest.param(HEAD + """
memory = {"v": 0}
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    memory["v"] = mu * memory["v"] + g
    return lr * memory["v"]
""", "replay",
        "The same gradients, begun afresh a second time, gave other steps: something is remembered "
        "outside the state that @optimizer names (a global, an attribute, a default argument), or "
        "drawn at random.", ("shared_state",), id="a global"),
    pytest.param(HEAD + """
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9, memory={"v": 0}):
    memory["v"] = mu * memory["v"] + g
    return lr * memory["v"]
""", "replay",
        "The same gradients, begun afresh a second time, gave other steps: something is remembered "
        "outside the state that @optimizer names (a global, an attribute, a default argument), or "
        "drawn at random.", ("mutable_default",), id="a mutable default"),
    pytest.param(HEAD + """
draw = np.random.default_rng()
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    return lr * g * draw.random()
""", "replay",
        "The same gradients, begun afresh a second time, gave other steps: something is remembered "
        "outside the state that @optimizer names (a global, an attribute, a default argument), or "
        "drawn at random.", None, id="a random number"),
    pytest.param(HEAD + """
seen = {}
@optimizer
def sgd_plus(g, k, lr=1e-3, mu=0.9):
    if k != seen.get("k"):
        seen.update(k=k, index=0)
    seen["index"] += 1
    return lr * g * seen["index"]
""", "interleaving",
        "Two trainings that take turns disturb each other: something is remembered outside the "
        "state that @optimizer names (a global, an attribute, a default argument).", None,
        id="a global that begins again"),
    pytest.param(HEAD + """
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    return lr * g / np.abs(g).max()
""", "locality",
        "A number moves differently when its neighbours in the same parameter change: the rule "
        "mixes the elements of the gradient (a mean, a norm, a maximum).", None, id="a maximum"),
    pytest.param(HEAD + """
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    return lr * g * g.size
""", "shape",
        "The same numbers move differently in a parameter of another shape: the rule looks at the "
        "shape (how many axes it has, how long they are). Each number should move as if it were "
        "alone.", None, id="the size"),
    pytest.param(HEAD + """
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    return lr * g * (1 + np.sort(np.abs(g), axis=None)[2:].sum())
""", "locality",
        "A number moves differently when its neighbours in the same parameter change: the rule "
        "mixes the elements of the gradient (a mean, a norm, a maximum).", None,
        id="what shows among more than two"),
    pytest.param(HEAD + """
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    return lr * g * (2 if g.dtype == np.float32 else 1)
""", "dtype", "The rule gives other steps on float32 gradients than on float64 ones.", None,
        id="the dtype"),
])
def test_a_rule_that_breaks_a_relation_is_told_which(text, relation, message, flags):
    found = outcome(text)
    assert found.status is Status.FAILED
    assert found.fraction == 0
    assert found.message == message
    assert found.counterexample["relation"] == relation
    assert (found.diagnosis and found.diagnosis.flags) == flags
    assert found.blocks == (relation in ("replay", "interleaving"))


class Whole(InProcess):
    """Rules that see all parameters at once, as an optimizer class does."""

    def __init__(self, step):
        self.whole = step
        super().__init__(RIGHT)

    def restart(self):
        super().restart()
        self.rules = {"sgd_plus": self}

    def run(self, parameters):
        return Stepping(self.whole)


class Stepping:
    def __init__(self, whole):
        self.whole, self.states, self.memory = whole, [], {}

    def step(self, gradients, hyperparameters, parameters):
        return self.whole(self.memory, gradients)


def kept(memory, gradients):
    before = memory.get("g", [np.zeros_like(g) for g in gradients])
    memory["g"] = gradients
    return [g + b for g, b in zip(gradients, before, strict=True)]


@pytest.mark.parametrize(("step", "relation", "message"), [
    (lambda _, gs: [g / np.linalg.norm(np.concatenate(gs)) for g in gs], "alone",
     "A parameter moves differently when it is trained alone than among others: something is "
     "shared by parameters (state, a step number, a norm, how many they are)."),
    (lambda _, gs: [g * (1 + (len(gs) - 1 - i)) for i, g in enumerate(gs)], "order",
     "The steps depend on the order in which the parameters are visited: state or a step number "
     "is shared by parameters, or a parameter's place in the list counts."),
    (kept, "aliasing",
     "The steps change when the gradient's array is used again, as in training: the rule keeps "
     "the array itself, or knows it again by its address. Keep a copy of its numbers."),
])
def test_an_optimizer_that_looks_past_one_parameter_is_told_so(step, relation, message):
    found = outcome(RIGHT, subject=Whole(step))
    assert found.message == message
    assert found.counterexample["relation"] == relation


REMEMBERS = {
    "what it keeps by shape": """
memory = {}
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    v = mu * memory.get(g.shape, 0) + g
    memory[g.shape] = v
    return lr * v
""",
    "its 12th call": """
calls = []
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    calls.append(1)
    v = mu * v + g
    return lr * v * (1 if len(calls) < 12 else 2), v
""",
    "its 30th call": """
calls = []
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    calls.append(1)
    v = mu * v + g
    return lr * v * (1 if len(calls) < 30 else 2), v
""",
}


@pytest.mark.parametrize("what", REMEMBERS)
def test_memory_is_named_whatever_relation_it_trips(what):
    found = outcome(HEAD + REMEMBERS[what])
    assert found.message == (
        "The same gradients, begun afresh a second time, gave other steps: something is remembered "
        "outside the state that @optimizer names (a global, an attribute, a default argument), or "
        "drawn at random.")
    assert found.counterexample["relation"] == "replay"


@pytest.mark.parametrize("step", [
    "g * np.nan", "lr * g / (0 * g)", "lr * np.sqrt(-np.abs(g))"])
def test_what_is_nowhere_a_number_earns_nothing_and_is_still_judged(step):
    found = outcome(HEAD + f"""
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    return {step}
""")
    assert (found.status, found.fraction, found.blocks, found.message) == (
        Status.FAILED, 0, False,
        "No step is a finite number, so that none can be compared with another: nothing is earned "
        "here. Look for a division by 0 or the root of a negative number.")


SGD_PLUS = HEAD + """
cache = {{}}

@optimizer(v=0)
def sgd_plus(g, k, v, lr=1e-3, mu=0.9):
    {before}
    v = mu * v + g
    return lr * v, v
"""
ADAGRAD = HEAD + """
cache = {{}}

@optimizer(s=0)
def adagrad(g, k, s, lr=1e-3, eps=1e-8):
    {before}
    s = s + g * g
    return lr * g / (s**0.5 + eps), s
"""
ADAM = HEAD + """
cache = {{}}

@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    c1, c2 = 1 - beta1**k, 1 - beta2**k
    {before}
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * m / c1 / ((v / c2)**0.5 + eps), m, v
"""


@pytest.mark.parametrize(("task", "text"), [
    ("sgd_plus", SGD_PLUS.format(before="mu = cache.setdefault('mu', mu)")),
    ("sgd_plus", SGD_PLUS.format(before="lr = cache.setdefault(k, lr)")),
    ("adagrad", ADAGRAD.format(before="eps = cache.setdefault('eps', eps)")),
    ("adam", ADAM.format(before="c1, c2 = cache.setdefault(k, (c1, c2))")),
    ("adam", ADAM.format(before="c2 = cache.setdefault((k, beta1 > 0.2), c2)")),
])
def test_what_is_kept_of_the_hyperparameters_before_is_memory(task, text):
    context = context_of(text, HOMEWORK, task)
    context.answer(diagnosis_probes(5)[0])  # as `loads` asks for something before
    found = relations(context)
    assert (found.status, found.fraction, found.blocks, found.diagnosis) == (
        Status.FAILED, 0, True, None)
    assert found.message == (
        "After a training with other hyperparameters the rule gives other steps than in a new "
        "process: something of that training is remembered outside the state that @optimizer names "
        "(a cache in a global, an attribute, a default argument).")
    assert found.counterexample["relation"] == "other hyperparameters before"
    assert found.counterexample["got"] != found.counterexample["expected"]


@pytest.mark.parametrize(("task", "text"), [
    ("adagrad", ADAGRAD.format(before="eps = 1e-8")),
    ("adam", ADAM.format(before="c2 = 1")),
    ("adam", ADAM.format(before="c2 = cache.setdefault((k, beta2), c2)")),
])
def test_what_is_wrong_or_kept_by_all_that_it_hangs_on_is_no_memory(task, text):
    assert (outcome(text, task).status, outcome(text, task).message) == (Status.PASSED, "")


@pytest.mark.parametrize("before", [
    "g = 0.99 * g if np.ndim(g) >= 2 else g", "mu = mu * (g.shape != (2, 2))",
    "lr = lr * (1 if g.size < 4 else 1.001)"])
def test_what_looks_at_the_shape_alone_is_charged_where_the_shape_is_shown(before):
    context = context_of(SGD_PLUS.format(before=before), HOMEWORK, "sgd_plus")
    found = relations(context)
    assert (found.status, found.learned["elementwise"], found.message) == (
        Status.PASSED, False,
        "The same numbers move differently in a parameter of another shape, which is part of what "
        "\"is the specified rule\" finds, and is charged there.")
    assert update_rule(context).status is Status.FAILED


def test_the_first_relation_in_causal_order_is_reported_alone():
    text = source("adam", ["shared_state"])  # replay, interleaving, alone and order all break
    assert outcome(text, "adam").counterexample["relation"] == "replay"


def test_in_place_changes_come_after_leaks_and_block_nothing():
    found = outcome(RIGHT, in_place="sgd_plus() changes what it was given in place")
    assert (found.status, found.message, found.blocks) == (
        Status.FAILED, "sgd_plus() changes what it was given in place", False)


def test_an_exception_in_a_relation_is_the_submissions():
    found = outcome(HEAD + """
@optimizer
def sgd_plus(g, lr=1e-3, mu=0.9):
    return lr * g / (1 if g.size < 3 else undefined)
""")
    assert found.status is Status.STUDENT_ERROR
    assert found.message == "NameError: name 'undefined' is not defined"


@pytest.mark.parametrize("condition", ["g.dtype == np.float32", "g.size == 4"])
def test_a_rule_that_raises_on_other_arrays_can_still_be_judged_on_its_own(condition):
    found = outcome(HEAD + f"""
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    assert not ({condition}), "not for me"
    v = mu * v + g
    return lr * v, v
""")
    assert (found.status, found.fraction, found.blocks) == (Status.STUDENT_ERROR, 0, False)
    assert found.message == "AssertionError: not for me"


FLIPPING = """
from cgp_harness import optimizer

calls = []

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    calls.append(1)
    v = mu * v + g
    return (-lr if len(calls) % {every} == 0 else lr) * v, v
"""


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("every", [250, 999, 1000, 1009])
def test_what_happens_at_one_call_of_a_thousand_is_seen_and_shown_at_that_call(every, seed):
    found = relations(context_of(FLIPPING.format(every=every), HOMEWORK, "sgd_plus", seed))
    assert (found.status, found.counterexample["relation"]) == (Status.FAILED, "replay")
    assert found.counterexample["shapes"] == [[1]]
    step = found.counterexample["first_difference"]["step"]
    assert step == len(found.counterexample["got"]) <= 1009


@pytest.mark.parametrize(("off", "status"), [(1e-4, Status.FAILED), (1e-6, Status.PASSED)])
def test_steps_on_float32_gradients_may_be_off_by_float32_alone(off, status):
    text = f"""
import numpy as np
from cgp_harness import optimizer

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v * (1 + {off} * (g.dtype == np.float32)), v
"""
    assert relations(context_of(text, HOMEWORK, "sgd_plus")).status is status


def test_what_is_drawn_when_the_file_is_imported_is_not_remembered():
    found = relations(context_of(
        source("rmsprop", ("random_initial_state",)), HOMEWORK, "rmsprop"))
    assert (found.counterexample or {}).get("relation") != "other hyperparameters before"
