"""The solution and `mistakes.toml` of `autograd_extension` say what the closed forms compute."""

import numpy as np
import pytest

from cgp_harness.assignment.solution import unanswered
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from tests.closed_forms import CLOSED_FORMS
from tests.harness.functions.right.extension_specifications import HOMEWORK, SPECIFICATIONS
from tests.harness.functions.right.solved_functions import function, specification_of

FUNCTIONS = list(CLOSED_FORMS)
SAME = ("name", "formula", "gradient_formula", "inputs", "linear", "domain", "avoid", "always",
        "relative", "absolute", "output_dtype", "none_where_unneeded", "meaning", "elementwise",
        "reach", "tried_sizes")


def asked(specification):
    """Where every run asks: sizes, points (K, D), cotangents (K, E)."""
    for sizes in specification.tried_sizes:
        if 0 < sizes.numbers <= 200:
            yield sizes, *(ground.base(specification, sizes)[:2])
    if specification.elementwise:
        numbers = ground.numbers(specification)
        g = np.resize([1.5, -0.7, 2.0, -3.0], numbers.shape)
        yield Sizes((numbers.shape,), numbers.shape), numbers[None], g[None]


def close(one, other):
    """To rounding: another order of operations, and what of large numbers cancels."""
    size = np.abs(other[np.isfinite(other)]).max(initial=0.0)
    return one.shape == other.shape and np.allclose(
        one, other, 1e-13, min(1e-300 + 1e-14 * size, 1e-11), equal_nan=True)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_task_says_what_the_specification_said(name):
    own, closed = SPECIFICATIONS[name], CLOSED_FORMS[name]
    for field in SAME:
        assert getattr(own, field) == getattr(closed, field), field
    assert own.terms.keys() == closed.terms.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_gradients_and_terms_are_those_of_the_closed_form(name):
    own, closed = SPECIFICATIONS[name], CLOSED_FORMS[name]
    for sizes, points, cotangents in asked(own):
        for point, g in zip(points, cotangents, strict=True):
            assert close(own.values(sizes, point), closed.values(sizes, point))
            assert close(own.gradients(sizes, point, g), closed.gradients(sizes, point, g))
            for term, part in closed.terms.items():
                inputs = g.reshape(sizes.output), *sizes.parts(point)
                assert np.allclose(own.terms[term](*inputs)[0], part(*inputs)[0], 1e-13, 1e-13)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_mistake_has_the_words_that_were_released_and_computes_the_same(name):
    own, closed = SPECIFICATIONS[name], CLOSED_FORMS[name]
    for made, written in ((own.value_mistakes, closed.value_mistakes),
                          (own.gradient_mistakes, closed.gradient_mistakes)):
        assert [(one.id, one.phrase, one.hint) for one in made] == [
            (one.id, one.phrase, one.hint) for one in written]
    with np.errstate(all="ignore"):
        for sizes, points, cotangents in asked(own):
            for point, g in zip(points, cotangents, strict=True):
                inputs = sizes.parts(point)
                for one, other in zip(own.value_mistakes, closed.value_mistakes, strict=True):
                    # torch's logarithm to base 2 loses what is next to nothing.
                    assert np.allclose(
                        one.forward(*inputs), other.forward(*inputs), 1e-12, 1e-15,
                        equal_nan=True), one
                for one, other in zip(
                        own.gradient_mistakes, closed.gradient_mistakes, strict=True):
                    for got, wanted in zip(
                            one.vjp(g.reshape(sizes.output), *inputs),
                            other.vjp(g.reshape(sizes.output), *inputs), strict=True):
                        assert np.allclose(got, wanted, 1e-12, 1e-12, equal_nan=True), one


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_change_of_the_solution_is_a_name_that_is_not_written_down(name):
    changes = SPECIFICATIONS[name].changes
    assert not any((changes.values, changes.value_pairs, changes.gradients, changes.gradient_pairs))


def test_an_activation_of_one_s_own_has_no_answer():
    assert unanswered(HOMEWORK) == ("mine",)


def test_an_answer_that_is_right_everywhere_says_where_that_is():
    with pytest.raises(HarnessError) as caught:
        specification_of(
            function("double", "x", "y = 2 * x", "2 * g"), "double", everywhere=True)
    assert str(caught.value) == (
        "task 'double' has no domain for x\n"
        "  expected `domain` beside `everywhere`: where numbers are drawn")
