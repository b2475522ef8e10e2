"""A rule that is wrong at random is caught in every grading, and in each the same way."""

import numpy as np
import pytest

from cgp_harness.kinds.optimizer.checks.relations import REPLAYED, STATE, relations
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from tests.harness.rules.right.correctness import correctness

HOMEWORK = correctness()
RULE = """{imports}
from cgp_harness import optimizer

{made}
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v * {drawn}, v
"""
DRAWN = {
    "random": ("import random", "", "random.random()"),
    "numpy's own": ("import numpy as np", "", "np.random.rand()"),
    "a generator": ("import numpy as np", "draw = np.random.default_rng()", "draw.random()"),
    "both after torch": (
        "import torch, numpy as np", "draw = np.random.default_rng()",
        "draw.random() + 1e3 * (np.random.rand() < 0.001)"),
    "torch": ("import torch", "", "float(torch.rand(()))"),
}


def submission(name, test="{}"):
    imports, made, drawn = DRAWN[name]
    text = RULE.format(imports=imports, made=made, drawn=test.format(drawn))
    return Submission("ada", (SourceFile("plugin.py", text.encode()),))


def worker(of):
    return WorkerSubject(of, HOMEWORK.limits, levels.choose("auto"), HOMEWORK.forbid)


@pytest.mark.parametrize("name", DRAWN)
def test_draws_are_the_same_in_every_worker_and_go_on_within_it(name):
    run = Trajectory(((1,),), np.ones((300, 1)), {"lr": 1.0, "mu": 0.0})
    answers = []
    for _ in range(2):
        with worker(submission(name)) as subject:
            rules = subject.of("optimizer")
            answers.append([rules.trajectory("sgd_plus", run).values for _ in range(2)])
    (first, second), (again, _) = answers
    assert (first == again).all()
    assert (first != second).any()
    if name != "torch":
        assert first.min() < 1e-3
        assert first.max() > (1e3 if "both" in name else 0.999)


@pytest.mark.parametrize("name", ["random", "a generator"])
@pytest.mark.parametrize("test", ["({} > 0.001)", "(1 + ({} > 0.999))"])
def test_what_happens_in_one_call_of_a_thousand_is_caught_in_every_grading(name, test):
    of = submission(name, test)
    for seed in range(2):
        with worker(of) as subject:
            found = relations(RuleContext(HOMEWORK, HOMEWORK.task("sgd_plus"), of, subject, seed))
        assert (found.status, found.message) == (Status.FAILED, REPLAYED.format(STATE))


@pytest.mark.parametrize("drawn", [
    "hash('a') % 997", "sorted(range(200), key=lambda i: hash(f'p{i}'))[0]",
    "int({*map(str, range(300))}.pop())"])
def test_the_order_of_a_set_of_names_is_the_same_in_every_worker(drawn):
    text = RULE.format(imports="", made="", drawn=drawn)
    run = Trajectory(((1,),), np.ones((1, 1)), {"lr": 1.0, "mu": 0.0})
    answers = []
    for _ in range(2):
        with worker(Submission("ada", (SourceFile("plugin.py", text.encode()),))) as subject:
            answers.append(float(subject.of("optimizer").trajectory("sgd_plus", run).values[0, 0]))
    assert answers[0] == answers[1]
