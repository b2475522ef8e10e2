"""Bugs planted in the engine: each must fail the test that claims the opposite.

What is planted, and what catches it:

- a name's partials replaced, not added: test_a_name_twice_in_one_expression_gets_both
- an operator's gradient replaced: test_batches_and_seeds_go_through_operators_as_well
- a node reached twice run twice: test_a_node_reached_twice_passes_its_gradient_on_once
- a parameter on two paths gets the last: test_a_parameter_on_two_paths_gets_both
- the power not brought down: test_every_operator_has_its_derivative
- the minus sign lost: test_every_operator_has_its_derivative
- division by the second operand: test_every_operator_has_its_derivative
- an activation's derivative left out: test_every_operator_has_its_derivative
- `10-4-3` read from the right: test_arithmetic_has_its_usual_meaning
- `-x^2` read as (-x)^2: test_a_power_binds_tighter_than_a_minus
- `ab` taken for `a`: test_names_that_hold_each_other_are_whole_words
- expressions computed as they were given: test_the_gradient_does_not_depend_on_the_order_…
- samples lined up with seeds: test_seeds_are_each_seed_alone_even_with_as_many_…
"""

import __future__

import inspect
import textwrap
from dataclasses import replace

import pytest

from cgp_reference.expressions import arithmetic, parser, syntax
from cgp_reference.graph import partials, topological_order, values
from cgp_reference.graph.backpropagation import backpropagate
from tests.reference.graph import test_backpropagation as gradients
from tests.reference.graph import test_expression as expressions
from tests.reference.graph import test_operators as operators


@pytest.fixture
def plant(monkeypatch):
    """Change a function's source in place: every name that it has been imported as sees it."""

    def planted(function, old, new):
        source = textwrap.dedent(inspect.getsource(function))
        source = source[source.index("def "):]
        assert source.count(old) == 1
        names = dict(function.__globals__)
        code = compile(
            source.replace(old, new), "planted", "exec", __future__.annotations.compiler_flag
        )
        exec(code, names)
        monkeypatch.setattr(function, "__code__", names[function.__name__].__code__)

    return planted


def caught(test, *arguments):
    with pytest.raises(AssertionError):
        test(*arguments)


def derivative_is_caught(body, derivative):
    caught(gradients.test_every_operator_has_its_derivative, body, derivative)


def test_a_partial_that_is_replaced(plant):
    plant(partials.shares, "= found[step.name] + change", "= change")
    caught(gradients.test_a_name_twice_in_one_expression_gets_both)


def test_an_operator_s_gradient_that_is_replaced(plant):
    plant(syntax.sweep, "along if arriving[i] is None else arriving[i] + along", "along")
    caught(operators.test_batches_and_seeds_go_through_operators_as_well)


def test_a_node_reached_twice_that_runs_twice(plant):
    plant(
        backpropagate, "in reversed(graph.expressions):",
        "in [each for each in reversed(graph.expressions)"
        " for _ in graph.leads_to.get(each.dependent_var, [0])]:",
    )
    caught(gradients.test_a_node_reached_twice_passes_its_gradient_on_once)


def test_a_parameter_on_two_paths_that_gets_the_last(plant):
    plant(backpropagate, "gradient.get(name, 0.0) + share", "share")
    caught(gradients.test_a_parameter_on_two_paths_gets_both)


def test_a_power_that_is_not_brought_down(plant):
    plant(arithmetic._power_by_base, "return b * a **", "return a **")
    derivative_is_caught("ab^2", -2.6)


def test_a_minus_sign_that_is_lost(monkeypatch):
    wrong = replace(arithmetic.OPERATORS["-"], partials=(lambda y, a, b: 1.0,) * 2)
    monkeypatch.setitem(arithmetic.OPERATORS, "-", wrong)
    derivative_is_caught("xa-ab", -1.0)


def test_a_division_s_wrong_second_derivative(monkeypatch):
    right = arithmetic.OPERATORS["/"]
    wrong = replace(right, partials=(right.partials[0], lambda y, a, b: -y))
    monkeypatch.setitem(arithmetic.OPERATORS, "/", wrong)
    derivative_is_caught("xa/ab", -0.7 / 1.69)


def test_an_activation_s_derivative_that_is_left_out(plant):
    arithmetic.call_of.cache_clear()
    plant(arithmetic.call_of.__wrapped__, "activation.derivative(x, y)", "1.0")
    try:
        derivative_is_caught("relu(ab)", 0.0)
    finally:
        arithmetic.call_of.cache_clear()


def test_a_difference_that_is_read_from_the_right(plant):
    plant(parser._Parser.sum, "left, self.product()", "left, self.sum()")
    caught(expressions.test_arithmetic_has_its_usual_meaning, "10-4-3", 3)


def test_a_minus_that_binds_tighter_than_a_power(plant):
    plant(parser._Parser.sum, 'self._accept("-")\n', "False\n")
    plant(
        parser._Parser.power, "base = self.atom()",
        'base = (self._apply(OPERATORS["neg"], self.atom()) if self._accept("-")'
        " else self.atom())",
    )
    caught(expressions.test_a_power_binds_tighter_than_a_minus)


def test_a_name_that_is_taken_for_its_beginning(plant):
    plant(
        syntax.run, "= values[name]",
        "= next(values[each] for each in values if name.startswith(each))",
    )
    caught(expressions.test_names_that_hold_each_other_are_whole_words)


def test_an_order_that_is_not_topological(plant):
    plant(topological_order.in_order, "return tuple(ordered)", "return tuple(given)")
    with pytest.raises(KeyError):
        gradients.test_the_gradient_does_not_depend_on_the_order_of_the_texts(gradients.DAG[::-1])


def test_samples_that_are_lined_up_with_seeds(plant):
    plant(values.by_sample, "np.reshape(value, (-1, 1))", "value")
    caught(gradients.test_seeds_are_each_seed_alone_even_with_as_many_seeds_as_samples, 3)
