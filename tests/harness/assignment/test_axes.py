"""Axes of arrays, read from signatures as text; and what is said of those that say too little."""

import pytest

from cgp_harness.errors import HarnessError
from cgp_harness.probing.arrays.axes import Array, signature

LATER = "from __future__ import annotations\n"


def read(text, later="", skip=0):
    names = {}
    exec(compile(later + text, "solution.py", "exec", dont_inherit=True), names)
    return signature(names["f"], "f", "solution.py:1", skip)


@pytest.mark.parametrize("later", ["", LATER])
def test_axes_are_texts(later):
    found = read('def f(ctx, x: "B n",  w: " 3  n ", b: "") -> "B 3": ...', later, skip=1)
    assert found.arrays == (Array("x", "B n"), Array("w", "3 n"), Array("b", ""))
    assert found.result == "B 3"
    assert found.options == {}


@pytest.mark.parametrize("note", [
    'Float[Tensor, "B n"]', 'jaxtyping.Float64[torch.Tensor, "B n"]', 'Real[Array, "B n"]'])
def test_axes_in_the_words_of_jaxtyping_need_no_jaxtyping(note):
    found = read(f"def f(x: {note}, y: Int32[Tensor, 'B'], mask: Bool[Tensor, 'n']): ...", LATER)
    assert found.arrays == (
        Array("x", "B n"), Array("y", "B", "int"), Array("mask", "n", "bool"))


def test_the_types_of_jaxtyping_themselves_are_read_by_their_names():
    made = "class Made: pass\nMade.__name__ = 'Float[Tensor, \"B n\"]'\n"
    assert read(f"{made}def f(x: Made, y: Made): ...").arrays[1] == Array("y", "B n")


@pytest.mark.parametrize("later", ["", LATER])
@pytest.mark.parametrize("text", [
    "def f(x): ...", 'def f(x: "..."): ...', "def f(x: int): ...", 'def f(x: "...") -> "...": ...'])
def test_a_single_array_of_which_nothing_is_said_has_any_shape(text, later):
    assert read(text, later).arrays == (Array("x", "..."),)


def test_what_has_a_default_is_an_option():
    found = read('def f(x: "B n", eps=1e-5, *, bias: "n" = None): ...')
    assert found.arrays == (Array("x", "B n"),)
    assert found.options == {"eps": 1e-5, "bias": None}


@pytest.mark.parametrize(("text", "message"), [
    ("def f(x: 'B n', y): ...",
     "f() does not say which axes 'y' has\n"
     "  at solution.py:1\n"
     "  expected the axes of every argument, as jaxtyping writes them\n"
     '  fix: write `y: "B n"`, with a name for each axis: equal names are equal sizes'),
    ("def f(x: '*batch n'): ...",
     "the axes '*batch n' of 'x' have '*batch'\n"
     "  at f(), solution.py:1\n"
     "  expected a name or a number for each axis"),
    ("def f(x: 'h', y: 'h*2'): ...",
     "the axes 'h*2' of 'y' have 'h*2'\n"
     "  at f(), solution.py:1\n"
     "  expected a name or a number for each axis"),
    ("def f(x: 'h k', y: '...'): ...",
     "the axes '...' of 'y' have '...'\n"
     "  at f(), solution.py:1\n"
     "  expected a name or a number for each axis"),
    ("def f(x: 'n', w: 'k') -> 'n-k+1': ...",
     "the axes 'n-k+1' of what it returns have 'n-k+1'\n"
     "  at f(), solution.py:1\n"
     "  expected a name or a number for each axis\n"
     "  fix: leave the axes of the result out, or give this one a name of its own: its size is "
     "found by calling it"),
    ("def f(*arrays): ...",
     "f() takes any number of arguments (*arrays)\n"
     "  at solution.py:1\n"
     "  expected each argument by its name"),
    ("def f(x=0): ...",
     "f() takes no array\n"
     "  at solution.py:1\n"
     "  expected at least one argument without a default: what it computes from"),
])
def test_what_no_size_follows_from_is_refused(text, message):
    with pytest.raises(HarnessError) as caught:
        read(text)
    assert str(caught.value) == message
