"""The handed-out skeleton beside what was made of it stands in nobody's way."""

import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.worker.loading.emptiness import is_empty

RULE = """from cgp_harness import optimizer
@optimizer(v=0)
def sgd(g, v, lr=1.0):
    'Eq. 31.'
"""
WRITTEN = {
    "mine.py": RULE + "    return lr * g, v\n",
    "net.py": """from cgp_harness import activation, backprop
@activation("relu")
def relu(x): return x, 1.0
@backprop("graph")
class Mine:
    @staticmethod
    def forward(graph, values): return values
    @staticmethod
    def backward(graph, values, seed): return seed
""",
}
EMPTY = """from cgp_harness import activation, backprop
@activation("relu")
def relu(x):
    \"\"\"Value and derivative.\"\"\"
    raise NotImplementedError("to do")
@backprop("graph")
class Mine:
    @staticmethod
    def forward(graph, values): ...
    @staticmethod
    def backward(graph, values, seed): pass
"""


def manifest_of(texts):
    files = tuple(SourceFile(name, text.encode()) for name, text in sorted(texts.items()))
    with WorkerSubject(Submission("ada", files), Limits(), levels.choose("auto")) as subject:
        manifest = subject.manifest
        run = Trajectory(((1,),), np.array([[1.0]]), {"lr": 0.5})
        assert subject.of("optimizer").trajectory("sgd", run).values == 0.5
    return ({one.name: one.file for one in manifest.registered},
            [str(one) for one in manifest.problems])


@pytest.mark.parametrize("name", ["a_starter.py", "z_starter.py"])
@pytest.mark.parametrize("body", ["...", "pass", "raise NotImplementedError('to do')"])
def test_an_empty_rule_yields_to_one_of_its_name(name, body):
    skeleton = {name: f"{RULE}    {body}\n", f"{name[0]}_net.py": EMPTY}
    found, said = manifest_of(WRITTEN | skeleton)
    assert (found, said) == ({"sgd": "mine.py", "relu": "net.py", "graph": "net.py"}, [])


def test_two_rules_that_are_written_are_still_two():
    other = {"other.py": f"{RULE}    return 2 * lr * g, v\n", "starter.py": f"{RULE}    ...\n"}
    files = tuple(SourceFile(name, text.encode()) for name, text in sorted(
        (WRITTEN | other).items()))
    with WorkerSubject(Submission("ada", files), Limits(), levels.choose("auto")) as subject:
        [problem] = subject.manifest.problems
    assert str(problem) == (
        "the rule 'sgd' is registered twice\n  at mine.py:2 and other.py:2\n"
        "  expected one rule of that name\n"
        '  fix: remove one, or register it under another name: @optimizer(name="…")')


def test_a_skeleton_alone_is_registered_as_it_was():
    files = (SourceFile("only.py", f"{RULE}    ...\n".encode()),)
    with WorkerSubject(Submission("ada", files), Limits(), levels.choose("auto")) as subject:
        assert [one.name for one in subject.manifest.of("optimizer")] == ["sgd"]


class Half:
    """Forward alone."""

    @staticmethod
    def forward(ctx, x):
        """Value."""
        return x

    @staticmethod
    def backward(ctx, g):
        """Gradient."""


def stub(g):
    """Eq. 31."""
    raise NotImplementedError


def test_only_what_has_no_code_at_all_is_empty():
    assert [is_empty(one) for one in (stub, lambda g: None, np.vectorize(lambda x: None))] == [
        True] * 3
    written = (Half, lambda g: 0, lambda g: print(), lambda g: g, lambda g: (yield), 3, len, object)
    assert not any(map(is_empty, written))
