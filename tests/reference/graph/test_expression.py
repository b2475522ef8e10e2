import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgp_reference.activation import ACTIVATIONS, Activation
from cgp_reference.expressions.expression import ExpressionError, parse
from cgp_reference.graph.forward import forward
from tests.reference.graph.random_graphs import graphs, points, python, tame

NUMPY = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "tanh": np.tanh,
    "relu": lambda x: max(x, 0.0), "identity": lambda x: x,
}


def value(body, **values):
    return parse(f"xw={body}").value({name: np.float64(each) for name, each in values.items()})


def message(text):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    return str(error.value)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(graphs(), points)
def test_every_node_has_the_value_that_python_gives_it(drawn, point):
    texts, _ = drawn
    graph = tame(texts, point)
    values = forward(graph, point)
    numbers = {name: np.float64(each) for name, each in point.items()}
    for name, expected in python(texts, numbers, NUMPY).items():
        if name in values:
            assert values[name] == pytest.approx(expected, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(("body", "expected"), [
    ("10-4-3", 3), ("16/4/2", 2), ("2^3^2", 512), ("2+3*4^2", 50), ("(2+3)*4", 20),
    ("-2^2", -4), ("(-2)^2", 4), ("2^-1", 0.5), ("3*-2", -6), ("6/-2", -3), ("-2*-3", 6),
    ("1e-3", 0.001), ("2.5E+1", 25), (".5", 0.5), ("3.", 3), ("1e3+1", 1001), (" 1\t+\n1 ", 2),
])
def test_arithmetic_has_its_usual_meaning(body, expected):
    assert value(body) == pytest.approx(expected, rel=1e-15)


def test_a_power_binds_tighter_than_a_minus():
    assert value("-xa^2", xa=3) == -9


def test_a_power_of_a_negative_value_is_positive():
    assert value("xa^2", xa=-0.3) == pytest.approx(0.09, rel=1e-15)


def test_names_that_hold_each_other_are_whole_words():
    assert value("a+10*ab+100*xa+1000*xab", a=1, ab=2, xa=3, xab=4) == 4321


def test_an_exp_has_the_names_that_the_lecture_gives_it():
    exp = parse(" xw = ab*xa + bc*xb - ab*xa^2 + 2*tanh(cd) ")
    assert exp.exp == "xw = ab*xa + bc*xb - ab*xa^2 + 2*tanh(cd)"
    assert exp.body == "ab*xa + bc*xb - ab*xa^2 + 2*tanh(cd)"
    assert exp.dependent_var == "xw"
    assert exp.right_vars == ("xa", "xb")
    assert exp.right_params == ("ab", "bc", "cd")


def test_equal_texts_are_equal_expressions():
    assert parse("xw=tanh(ab*xa)") == parse("xw=tanh(ab*xa)")
    assert parse("xw=tanh(ab*xa)") != parse("xw=relu(ab*xa)")


def test_a_further_activation_is_called_by_its_name():
    square = Activation("square", lambda x: x * x, lambda x, y: 2 * x)
    exp = parse("xw=square(xa+1)", {**ACTIVATIONS, "square": square})
    assert exp.value({"xa": np.float64(2)}) == 9


def test_activations_are_right_far_out():
    assert value("sigmoid(xa)", xa=-800) == 0.0
    assert value("sigmoid(xa)", xa=800) == 1.0
    assert value("sigmoid(xa)", xa=-40) == pytest.approx(np.exp(-40), rel=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_s_derivative_is_its_slope(name):
    activation = ACTIVATIONS[name]
    x = np.array([-2.0, -0.5, 0.3, 1.7])
    slope = np.imag(activation.value(x + 1e-30j)) / 1e-30
    np.testing.assert_allclose(activation.derivative(x, activation.value(x)), slope, rtol=1e-14)


ONE_VARIABLE = "expected '=', since the left side is one variable"
OPERAND = "expected a name, a number, '-' or '('"
AFTER_SIGN = "expected a name, a number or '('"
OPERATOR = "expected one of + - * / ^, or the end"
VARIABLE = "expected a variable: a name that begins with x"
CHARACTERS = "expected names of ASCII letters, digits and _, numbers, + - * / ^ = ( )"
FORM = "expected a variable, '=', and what it is computed from: xw=ab*xa+bc*xb"
NAMED = "expected one of sigmoid, relu, tanh, identity, or an operator before '('"


@pytest.mark.parametrize(("text", "what", "column", "hints"), [
    ("ab*xa", "there is no '='", 6, [FORM]),
    ("=xa", "there is nothing on the left of '='", 1, [VARIABLE]),
    ("ab=xa", "'ab' on the left of '=' is a parameter", 1, [VARIABLE]),
    ("2=xa", "'2' on the left of '=' is no variable", 1, [VARIABLE]),
    ("xa+xb=xc", "'+' cannot follow 'xa'", 3, [ONE_VARIABLE]),
    ("xw=", "the expression ends after '='", 4, [OPERAND]),
    ("xw=ab*", "the expression ends after '*'", 7, [OPERAND]),
    ("xw=ab*  ", "the expression ends after '*'", 7, [OPERAND]),
    ("xw=ab**xa", "'*' cannot follow '*'", 7, [OPERAND, "fix: write ^ for a power"]),
    ("xw=ab++xa", "'+' cannot follow '+'", 7, [AFTER_SIGN]),
    ("xw=ab--xa", "'-' cannot follow '-'", 7, [AFTER_SIGN]),
    ("xw=--xa", "'-' cannot follow '-'", 5, [AFTER_SIGN]),
    ("xw=*xa", "'*' cannot follow '='", 4, [OPERAND]),
    ("xw=ab*/xa", "'/' cannot follow '*'", 7, [OPERAND]),
    ("xw=2xa", "'xa' cannot follow '2'", 5, [OPERATOR]),
    ("xw=2e", "'e' cannot follow '2'", 5, [OPERATOR]),
    ("xw=1.2.3", "'.3' cannot follow '1.2'", 7, [OPERATOR]),
    ("xw=ab xa", "'xa' cannot follow 'ab'", 7, [OPERATOR]),
    ("xw=1e999", "'1e999' is too large", 4, ["expected at most 1.797e308"]),
    ("xw=(ab*xa", "the parenthesis is not closed", 4, ["expected ')' at the end"]),
    ("xw=tanh(ab*xa", "the parenthesis is not closed", 8, ["expected ')' at the end"]),
    ("xw=(ab xa)", "'xa' cannot follow 'ab'", 8, ["expected one of + - * / ^, or ')'"]),
    ("xw=ab)", "')' closes nothing", 6, [OPERATOR]),
    ("xw=()", "')' cannot follow '('", 5, [OPERAND]),
    ("xw=tahn(xa)", "there is no activation 'tahn'", 4, [NAMED, "fix: did you mean 'tanh'?"]),
    ("xw=ReLU(xa)", "there is no activation 'ReLU'", 4, [NAMED, "fix: did you mean 'relu'?"]),
    ("xw=ab(xa)", "there is no activation 'ab'", 4, [NAMED]),
    ("xw=tanh*xa", "'tanh' is an activation", 4, ["expected its argument: tanh(…)"]),
    ("xw=a=b", "there is a second '='", 5, [OPERATOR]),
    ("xw==a", "'=' cannot follow '='", 4, [OPERAND]),
    ("xw=ab×xa", "cannot read '×'", 6, [CHARACTERS, "fix: write *"]),
    ("xw=xa²", "cannot read '²'", 6, [CHARACTERS, "fix: write ^2"]),
    ("xw=xé", "cannot read 'é'", 5, [CHARACTERS]),
    ("xw=xа", "cannot read 'а'", 5, [CHARACTERS]),  # a Cyrillic letter
    ("xw=xa.real", "cannot read '.'", 6, [CHARACTERS]),
    ("xw=print('')", "cannot read \"'\"", 10, [CHARACTERS]),
])
def test_a_mistake_is_shown_with_its_place(text, what, column, hints):
    place = [f"  at column {column}", f"    {text}", "    " + " " * (column - 1) + "^"]
    assert message(text) == "\n".join([what, *place, *(f"  {hint}" for hint in hints)])


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_text_is_no_expression(text):
    assert message(text) == f"the expression is empty\n  {FORM}"


def test_something_else_than_a_text_is_no_expression():
    assert message(None) == "an expression is a text, not NoneType"


def test_unprintable_characters_do_not_move_the_caret():
    assert message("xw=\tab\n\x00") == (
        "cannot read '\\x00'\n"
        "  at column 8\n"
        "    xw= ab  \n"
        "           ^\n"
        f"  {CHARACTERS}"
    )


def test_a_long_text_is_shown_around_the_place():
    assert message("xw=" + "a" * 50 + "$" + "b" * 50) == (
        "cannot read '$'\n"
        "  at column 54\n"
        f"    …{'a' * 30}${'b' * 29}…\n"
        f"    {' ' * 31}^\n"
        f"  {CHARACTERS}"
    )


def test_a_text_without_end_is_refused():
    assert message("xw=" + "a+" * 60_000 + "a") == (
        "the expression has 120004 characters\n  expected 100000 or fewer"
    )


@pytest.mark.parametrize(("text", "column"), [
    ("xw=" + "(" * 30_000, 54), ("xw=" + "tanh(" * 9_000, 258), ("xw=" + "a^" * 40_000, 105),
])
def test_deep_nesting_is_refused_before_python_gives_up(text, column):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert error.value.what == "parentheses and powers are nested too deeply"
    assert error.value.offset == column - 1
    assert error.value.expected == "at most 50 inside each other"
    assert error.value.fix == "give an inner part a variable of its own"


def test_a_wide_neuron_is_no_deep_one():
    names = [f"x{i}" for i in range(5_000)]
    exp = parse("xw=" + "+".join(f"p*{name}" for name in names))
    assert exp.value(dict.fromkeys([*names, "p"], np.float64(2))) == 20_000
    assert exp == parse(exp.exp)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="xa2.e^*-+/()= \t×", max_size=30))
def test_any_text_is_read_or_explained(text):
    with contextlib.suppress(ExpressionError):
        exp = parse("xw=" + text)
        assert exp.body == text.strip()
