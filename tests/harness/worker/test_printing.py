"""A print costs nothing beyond what is kept, and shows before that what Python would show."""

import builtins
import io

import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.protocol import printing
from cgp_harness.sandbox.protocol.printing import KEPT_BYTES, LATE, Capped, Late
from cgp_harness.sandbox.worker.loading.late_texts import compiled
from cgp_harness.subject import SubjectError

RUN = Trajectory(((1,),), np.array([[0.0]]), {"lr": 0.5})
FORMS = [
    'print("k", k, g, sep=": ", end="!")',
    'print(f"k = {k}, g = {g}")',
    'print(f"{k:3d}|{x:.3f}|{name!r:>8}|{name!a}|{{}}", k)',
    'print(f"{x:{width}.{k}f}" f"{name}" "tail")',
    'print(f"{k=} {x = :.1f}")',
    'print(str(g), repr(name), str(name) + ": " + str(k) + f"{x}")',
    'print("%d %s" % (k, name), "%.2f" % x, "%(a)s" % {"a": k})',
    'print("{0} {n:>5}".format(k, n=name))',
    'print("{}{}".format(*[k, name]), "{a}".format(**{"a": x}))',
    'print(f"{(lambda: k)()} {[i for i in range(k)]} {k if k else 0}")',
    'print(*[f"{i}" for i in range(k)], f"{k}")',
    'print(f"{name + str(k)}")',
    'print(f"{(y := k + 1)}", y)',
    'print("a" "b", b"c", 7, None)',
    'print(f"{{k}}", f"", "")',
    'print(print(f"{k}"), file=None)',
    'print(str(), str(b"a", "ascii"), str(*[k]))',
    'class A:\n    print(f"{k}")',
    'def f(str):\n    print(str(k) + "!")\nf(repr)',
    'print = lambda *values: out.write(values[0].upper())\nprint(f"{name}")',
    'from os import *\nprint(f"{name}")',
]


def shown(code):
    """What some code prints."""
    out = io.StringIO()
    known = {"k": 3, "x": 2.5, "name": "µ", "width": 9, "g": np.arange(3.0), "out": out}

    def to_out(*values, file=None, **options):
        print(*values, file=out, **options)

    exec(code, known | {"__builtins__": vars(builtins) | {"print": to_out, LATE: Late}})
    return out.getvalue()


@pytest.mark.parametrize("text", FORMS)
def test_every_form_of_print_shows_what_it_would_anyway(text):
    assert shown(compiled(text, "a.py")) == shown(compile(text, "a.py", "exec"))


def test_a_text_too_deep_to_be_looked_through_is_compiled_as_it_is():
    text = 'print(f"{k}" + ' + " + ".join(['"a"'] * 900) + ")"
    assert shown(compiled(text, "a.py")) == "3" + "a" * 900 + "\n"


def test_a_stream_takes_what_is_kept_and_lets_the_rest_go():
    raw = io.BytesIO()
    stream = Capped(raw, encoding="utf-8", write_through=True)
    assert [stream.write("a" * 60_000), stream.write("b" * 60_000), stream.write("c")] == [
        60_000, 60_000, 1]
    assert raw.getvalue() == b"a" * 60_000 + b"b" * (KEPT_BYTES - 60_000)


def test_a_print_into_another_file_is_never_left_out(monkeypatch):
    full = Capped(io.BytesIO())
    full.left = 0
    monkeypatch.setattr("sys.stdout", full)
    other = io.StringIO()
    quiet = printing._unless_full(print)
    quiet("a", file=other)
    quiet(object())
    assert other.getvalue() == "a\n"


RULE = """
import sys
from cgp_harness import optimizer

class Seen:
    times = 0
    def __str__(self):
        Seen.times += 1
        return "seen"
    __repr__ = __str__
    def __format__(self, spec):
        return str(self)

@optimizer
def sgd(g, lr=1e-3):
    seen = Seen()
    {0}
    {1}
    return g + Seen.times
"""
FULL = 'print("x" * 70_000); print("x" * 70_000, file=sys.stderr)'
PRINTS = (
    'print(seen, [seen], f"{seen}", f"{seen:>9}{seen!r}", str(seen), "%s" % seen, '
    '"{}".format(seen), "is " + repr(seen))')


def steps(full, prints):
    text = RULE.format(full, prints)
    submission = Submission("ada", (SourceFile("sgd.py", text.encode()),))
    with WorkerSubject(submission, Limits(), levels.choose("auto")) as subject:
        values = subject.of("optimizer").trajectory("sgd", RUN).values
    return values[0][0], subject.output


def test_nothing_is_formatted_once_nothing_more_is_kept():
    assert steps("", PRINTS) == (9.0, "seen [seen] seen seenseen seen seen seen is seen\n")
    for prints in (PRINTS, PRINTS[:-1] + ", file=sys.stderr)", PRINTS[:-1] + ", flush=True)"):
        assert steps(FULL, prints)[0] == 0.0


def test_a_print_that_fails_is_where_it_stands():
    with pytest.raises(SubjectError) as caught:
        steps("", 'print(f"{seen}" + f"{1 / (g[0] * 0 - 0):d}")')
    assert caught.value.problem.where == "sgd.py:18"
    assert caught.value.problem.what.startswith("sgd() raised ")
