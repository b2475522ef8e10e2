"""What an exception of a learner's means: whole messages, and the page of them."""

import difflib
import os

import msgspec
import numpy as np
import pytest
import torch

from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.interpreting import words
from cgp_harness.sandbox.interpreting.meaning import Meaning
from cgp_harness.sandbox.interpreting.table import TABLE, interpreted
from cgp_harness.sandbox.protocol.messages import Failed, decode_answer, encode
from cgp_harness.sandbox.protocol.scene import Part, Scene, Value
from cgp_harness.sandbox.worker import faults
from cgp_harness.sandbox.worker.scenes import scene_of
from cgp_harness.sandbox.worker.values import value_of
from tests.harness.worker.learners import MISTAKES, RIGHT, SYNTAX, told
from tests.places import ROOT

PAGE = ROOT / "docs/exceptions.md"
HEAD = """\
# What an exception means

An exception in a submission is told in words for learners: what is wrong, and what to write
instead, where that is sure; Python's own words stand below it. The same table serves rules,
Functions, activations, graphs and scripts. It looks at the type of the exception, at the line and
its syntax, and at the types and shapes of what stands in it; no code of the submission is called
for that. What is in no row of the table is shown as Python says it, and so is what a `raise` of the
student's own raises.

Below are mistakes of learners, the lines in which each differs from a right submission, and what is
said. This page is written by
`CGP_SNAPSHOTS=write pytest tests/harness/worker/test_learners.py`.
"""


@pytest.fixture(scope="module")
def all_told(tmp_path_factory):
    """Name -> what Python says, what is told, and the scene."""
    folder, found = tmp_path_factory.mktemp("learners"), {}
    for name, (task, source) in {**MISTAKES, **SYNTAX}.items():
        with pytest.MonkeyPatch.context() as patch:
            seen = []
            patch.setattr(problems, "interpreted", _noting(seen))
            found[name] = (*told(task, source, folder), seen[0] if seen else None)
    return found


def _noting(seen):
    def noted(scene):
        seen.append(scene)
        return interpreted(scene)
    return noted


def section(name, message):
    task, source = {**MISTAKES, **SYNTAX}[name]
    before, after = RIGHT[task].splitlines(), source.splitlines()
    changed = [line[2:].rstrip() for line in difflib.ndiff(before, after) if line.startswith("+ ")]
    code = "\n".join(changed or ["(a line is missing)"])
    fence = "````" if "```" in code else "```"
    return (f"## {name[0].upper()}{name[1:]}\n\n{fence}text\n{code}\n{fence}\n\n"
            f"```text\n{message}\n```\n")


def test_mistakes_of_learners_are_told_as_the_page_says(all_told):
    page = "\n".join([HEAD, *(section(name, after) for name, (_, after, _) in all_told.items())])
    if os.environ.get("CGP_SNAPSHOTS") == "write":
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page


def test_every_mistake_is_interpreted_and_python_s_own_words_stay(all_told):
    for name, (before, after, scene) in all_told.items():
        if scene is not None:
            assert not after.startswith(before), name
            own = before.partition(", but expected one of:\n")[0]
            assert after.endswith(f"\n  Python says: {own}"), name


def test_every_row_of_the_table_has_a_mistake(all_told):
    spoken = {
        next(row.__name__ for row in TABLE if row(scene))
        for name, (_, _, scene) in all_told.items() if scene and name in MISTAKES}
    assert {row.__name__ for row in TABLE} - spoken == {
        # Each has a case below, or is for an older Python.
        "too_large", "domain", "conversion", "other_operands", "two_libraries",
        "modified", "behind_a_star"}


def raised(line, folder, **names):
    """What a line in a function is told, given some names."""
    path = folder / "mine.py"
    arguments = ", ".join(names)
    path.write_text(f"import math\n\n\ndef f({arguments}):\n    {line}\n", "utf-8")
    space = {}
    exec(compile(path.read_text("utf-8"), str(path), "exec"), space)
    try:
        space["f"](**names)
    except Exception as error:
        return str(problems.of_raised(faults.failed(error, str(folder)), "f()"))
    raise AssertionError("it raised nothing")


X, T = np.ones((2, 3)), torch.ones(2, 3, dtype=torch.float64)


@pytest.mark.parametrize(("line", "names", "said"), [
    ("return x, * y", {"x": 1.0, "y": 2.0},
     "f() fails: a `*` behind a comma or a parenthesis takes apart what follows, and a number has "
     "no parts\n  at mine.py:5\n  fix: leave out the comma in front of `*` if a product is meant\n"
     "  Python says: TypeError: Value after * must be an iterable, not float"),
    ("return math.exp(x)", {"x": 1000.0},
     "f() fails: `math.exp(x)` is larger than a number can be (1.8e308)\n  at mine.py:5\n"
     "  fix: write it so that what stands in the exponent is never large and positive\n"
     "  Python says: OverflowError: math range error"),
    ("return float(x)", {"x": "a half"},
     "f() fails: 'a half' is no number that Python reads\n  at mine.py:5\n"
     "  fix: write the number itself, with a point for the decimals\n"
     "  Python says: ValueError: could not convert string to float: 'a half'"),
    ("return x * 0.5", {"x": [1, 2]},
     "f() fails: `x` is a list of 2 values, and Python does no arithmetic on the numbers in it\n"
     "  at mine.py:5\n  fix: take its numbers one by one, or make an array of it: `np.array(x)`\n"
     "  Python says: TypeError: can't multiply sequence by non-int of type 'float'"),
    ("return x + 1", {"x": {"a": 1}},
     "f() fails: `x` is a dict, and `+` needs a number there\n  at mine.py:5\n"
     "  Python says: TypeError: unsupported operand type(s) for +: 'dict' and 'int'"),
    ("from json import dump_all", {},
     "f() fails: json has no `dump_all`\n  at mine.py:5\n"
     "  fix: did you mean `dump`?\n"
     "  Python says: ImportError: cannot import name 'dump_all' from 'json' (json/__init__.py)"),
    ("a, b = x", {"x": 1.5},
     "f() fails: `x` is a number, not several values\n  at mine.py:5\n  fix: take it as one\n"
     "  Python says: TypeError: cannot unpack non-iterable float object"),
    ("return x @ y", {"x": X, "y": X},
     "f() fails: `x @ y` multiplies a (2, 3) by a (2, 3): the inner sizes, 3 and 2, must be equal\n"
     "  at mine.py:5\n"
     "  fix: transpose so that they are: `x @ y.T` gives (2, 2), `x.T @ y` gives (3, 3)\n"
     "  Python says: ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0, "
     "with gufunc signature (n?,k),(k,m?)->(n?,m?) (size 2 is different from 3)"),
    ("return x + y", {"x": X, "y": np.ones(4)},
     "f() fails: `x + y` joins shapes (2, 3) and (4,), number by number: counted from the last "
     "axis, sizes must be equal, or one of them 1\n  at mine.py:5\n"
     "  fix: sum over, or reshape, the axis that one of them has too much\n"
     "  Python says: ValueError: operands could not be broadcast together with shapes (2,3) (4,) "),
    ("raise ValueError('mine')", {},
     "f() raised ValueError: mine\n  at mine.py:5"),
])
def test_what_a_line_is_told(line, names, said, tmp_path):
    assert raised(line, tmp_path, **names) == said


class Hostile(type):
    @property
    def __name__(cls):
        raise SystemExit

    def __repr__(cls):
        raise SystemExit


class Liar(metaclass=Hostile):
    @property
    def __class__(self):
        raise SystemExit

    def __repr__(self):
        raise SystemExit

    def __getattribute__(self, name):
        raise SystemExit

    shape = property(lambda self: 1 / 0)


class Lying(np.ndarray):
    shape = property(lambda self: 1 / 0)


def test_nothing_of_a_student_s_object_is_called():
    assert value_of(Liar()) == Value("Liar")
    assert value_of(np.ones(2).view(Lying)) == Value("Lying")
    torch.Tensor.shape = property(lambda self: 1 / 0)
    try:
        assert value_of(T) == Value("Tensor", (2, 3), "float64")
    finally:
        del torch.Tensor.shape


def test_a_hostile_operand_costs_no_message(tmp_path):
    assert raised("return y ^ [x, 2]", tmp_path, x=Liar(), y=2.0) == (
        "f() fails: `^` is not the power in Python\n  at mine.py:5\n  fix: write `y ** [x, 2]`\n"
        "  Python says: TypeError: unsupported operand type(s) for ^: 'float' and 'list'")


def test_a_scene_is_small_and_travels(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(f"def f(x):\n    return x + ({' + '.join(['1'] * 500)}) + None\n", "utf-8")
    space = {}
    exec(compile(path.read_text("utf-8"), str(path), "exec"), space)
    with pytest.raises(TypeError) as caught:
        space["f"](10**5000)
    scene = scene_of(caught.value, str(tmp_path), "é" * 10_000)
    failed = Failed("raised", "TypeError", scene=scene)
    assert len(encode(failed)) < 4_000
    assert decode_answer(encode(failed), Failed).scene == scene


@pytest.mark.parametrize("text", ["", "(", "could not", "'", "U+110000)", "(U+110000)", "x" * 200])
def test_a_scene_that_no_worker_of_ours_would_send_raises_nothing(text):
    kinds = ("KeyError", "TypeError", "SyntaxError", "NameError", "IndexError", "OverflowError",
             "AttributeError", "ValueError", "ZeroDivisionError", "ImportError")
    nodes = ("", "BinOp", "Call", "Subscript", "Attribute", "Assign", "For", "Called", "Raise")
    for kind in kinds:
        for node in nodes:
            for parts in ((), (Part(text),), (Part(text, Value("Tensor")),) * 3):
                scene = Scene((kind,), text, node=node, source=text, operator="@", parts=parts,
                              statement=text, function=text)
                for said in (text, "'a' object has no attribute 'b'",
                             "loop of ufunc does not support argument 0 of type Tensor"):
                    told = interpreted(msgspec.structs.replace(scene, text=said))
                    assert isinstance(told, Meaning | None)


def marked(text, folder):
    """Of what a file raises when it is run, the part of a line that is named."""
    path = folder / "mine.py"
    path.write_text(text, "utf-8")
    try:
        exec(compile(text.encode(), str(path), "exec"), {})
    except Exception as error:
        failed = faults.failed(error, str(folder))
        line = text.encode().split(b"\n")[failed.where.line - 1]
        return line[failed.begin:failed.end].decode()
    raise AssertionError("it raised nothing")


@pytest.mark.parametrize(("text", "part"), [
    ("def f(a, b=RATE):\n    pass\n", "RATE"),
    ("x = 'é' + str(foo)\n", "foo"),
    ("x = (1 +\n  [2]\n)\n", "1 +"),  # it goes on in the next line
    ("def f(x):\n    return 1 / x\n\n\nf(3); f(0)\n", "1 / x"),
    ("x = (1\n", "("),
    ("if x\n    pass\n", ""),  # behind its end
    ("é = 1; x = (1\n", ""),  # letters or bytes, by version
    ("raise KeyError('a')\n", "raise KeyError('a')"),
])
def test_the_part_of_a_line_is_named_as_python_s_own_positions_say(text, part, tmp_path):
    assert marked(text, tmp_path) == part


def test_an_exception_that_lies_about_its_place_names_none(tmp_path):
    class Odd(SyntaxError):
        def __getattribute__(self, name):
            if name in ("offset", "text"):
                raise ValueError
            return super().__getattribute__(name)

    for error in (Odd("x"), SyntaxError("x", ("mine.py", 1, -5, "x")),
                  SyntaxError("x", ("mine.py", 1, 10**30, "x"))):
        failed = faults.failed(error, str(tmp_path))
        assert (failed.begin, failed.end) == (0, 0)
    good = Failed("raised", "x")
    for bad in (-1, 10**7):
        with pytest.raises(msgspec.ValidationError):
            decode_answer(encode(msgspec.structs.replace(good, end=bad)), Failed)


@pytest.mark.parametrize("line", [
    "for i on x:", "x = y z", "then x", "x = a of b", "forward x", "match v v",
    'f("retrun v", v v)'])
def test_of_words_that_are_nearly_none_of_python_s_nothing_is_said(line):
    scene = Scene(("SyntaxError",), text="invalid syntax", source=line)
    assert [row(scene) for row in words.TABLE] == [None, None]


@pytest.mark.parametrize(("line", "wrong", "right"), [
    ("retun v", "retun", "return"), ("form numpy import exp", "form", "from"),
    ("import numpy ass np", "ass", "as"), ("fro i in x:", "fro", "for"), ("esle:", "esle", "else"),
    ("elseif x:", "elseif", "elif"), ("if a adn b:", "adn", "and"), ("DEF f(x):", "DEF", "def"),
    ("x = lamda y: y", "lamda", "lambda"), ("for i ni x:", "ni", "in")])
def test_a_word_that_is_nearly_python_s_is_told(line, wrong, right):
    scene = Scene(("SyntaxError",), text="invalid syntax", source=line)
    assert words.misspelt(scene) == Meaning(f"`{wrong}` is no word of Python's", f"write `{right}`")
