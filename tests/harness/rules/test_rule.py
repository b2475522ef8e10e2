"""The rule itself: how it is read, how it is stepped, what is said of a function that is none."""

import functools
import re
from fractions import Fraction

import numpy as np
import pytest
import torch

from cgp_reference.decorator import optimizer, rule_from
from cgp_reference.rule import Rule, RuleError


def here(error):
    """The error as it is read, its place in this file replaced by HERE."""
    return re.sub(r"at .*test_rule\.py:\d+", "at HERE", str(error))


@optimizer(v=0)
def momentum(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v


@optimizer(name="counted", total=1)
def with_count(g, k, total, lr=1.0, memory=None, verbose=False):
    return lr * k * g, total + k


# --- reading -----------------------------------------------------------------------------------


def test_a_rule_is_read_off_the_signature():
    assert (momentum.name, momentum.state, momentum.counts_steps) == ("momentum", {"v": 0.0}, False)
    assert momentum.hyperparameters == {"lr": 1e-3, "mu": 0.9}
    assert momentum.fixed == {}
    assert re.fullmatch(r".*test_rule\.py:\d+", momentum.where)


def test_k_is_counted_and_other_defaults_are_never_passed():
    assert (with_count.name, with_count.counts_steps) == ("counted", True)
    assert with_count.hyperparameters == {"lr": 1.0}
    assert with_count.fixed == {"memory": None, "verbose": False}


@optimizer
def decayed(g, p, lr=0.5, weight_decay=0.25):
    return lr * g + lr * weight_decay * p


def test_p_is_given_only_to_a_rule_that_names_it_wherever_it_stands():
    assert (momentum.sees_parameter, decayed.sees_parameter) == (False, True)
    assert decayed.hyperparameters == {"lr": 0.5, "weight_decay": 0.25}
    last = optimizer(v=0)(lambda g, v, lr=1.0, *, p, k: (lr * g + k * p, v))
    assert last.run([0.0]).step([1.0], {}, [8.0]) == [9.0]
    assert momentum.run([0.0]).step([1.0], {}, [8.0]) == momentum.run([0.0]).step([1.0], {})


@pytest.mark.parametrize("kind", [float, np.array, torch.tensor])
def test_each_parameter_gets_its_own_value_of_before_the_step(kind):
    values, run = [kind(4.0), kind(-2.0)], decayed.run([kind(0.0), kind(0.0)])
    for expected in ([1.0, 0.25], [0.875, 0.21875]):  # 0.5 * g + 0.125 * p
        steps = run.step([kind(1.0), kind(1.0)], {}, values)
        assert [float(step) for step in steps] == expected
        values = [value - step for value, step in zip(values, steps, strict=True)]


def _by_name(function):
    @functools.wraps(function)
    def wrapped(g, **named):
        assert not {"k", "a", "b", "lr"} - named.keys()
        return function(g, **named)

    return wrapped


def _between(g, a, k, b, lr=1.0):
    return g + 10 * k + 100 * a + 1000 * b + lr, b, a


@pytest.mark.parametrize("function", [
    lambda g, k, a, b, lr=1.0: _between(g, a, k, b, lr),
    lambda g, a, b, k, lr=1.0: _between(g, a, k, b, lr),
    lambda g, lr, a, b, k: _between(g, a, k, b, lr),
    lambda g, k, a, b, lr=1.0, flag=False: _between(g, a, k, b, lr + 7 * flag),
    lambda g, k, a, b, flag=False, lr=1.0: _between(g, a, k, b, lr + 7 * flag),
    lambda g, k, b, a, lr=1.0: _between(g, a, k, b, lr),
    lambda g, k, a, b, *, lr=1.0: _between(g, a, k, b, lr),
    lambda g, k, a, b, other=3.0, lr=1.0: _between(g, a, k, b, lr + other - 3.0),
    lambda g, k, a, b, lr=1.0, other=3.0: _between(g, a, k, b, lr + other - 3.0),
    _by_name(_between), _between,
])
def test_each_argument_gets_what_its_name_says_wherever_it_stands(function):
    numbers = {"lr": 1.0, "other": 3.0}
    rule = Rule("r", function, {"a": 1.0, "b": 2.0}, numbers, counts_steps=True, fixed={})
    run = rule.run([0.0, 0.0])
    assert run.step([0.25, 0.5], {"lr": 4.0}) == [2114.25, 2114.5]
    assert run.states == [(2.0, 1.0), (2.0, 1.0)]
    assert run.step([0.25, 0.5], {"lr": 8.0}) == [1228.25, 1228.5]
    if "other" in function.__code__.co_varnames:
        assert run.step([0.25, 0.5], {"lr": 8.0, "other": 5.0}) == [2140.25, 2140.5]


def test_states_are_told_apart_by_name_where_they_stand_in_another_order():
    rule = optimizer(a=1, b=2, c=3)(lambda g, a, c, b: (a + 10 * b + 100 * c, a, b, c))
    assert rule.run([0.0]).step([1.0], {}) == [321.0]


@pytest.mark.parametrize("answer", [[1.0, 2.0], (1.0, None), (1.0,), (1.0, 2.0, 3.0), 1.0, None])
def test_one_step_and_the_steps_of_a_run_take_and_refuse_the_same(answer):
    rule = optimizer(v=0)(lambda g, v: answer)
    results = []
    for step in (lambda: rule.step(1.0, 1, (0.0,), {}),
                 lambda: ((run := rule.run([0.0])).step([1.0], {})[0], run.states[0])):
        try:
            results.append(step())
        except RuleError as error:
            results.append(str(error))
    assert results[0] == results[1]
    assert isinstance(results[0], tuple) is (answer == [1.0, 2.0])


def test_a_flag_is_no_number():
    rule = optimizer(lambda g, flag=True, lr=1: lr * g)
    assert (rule.hyperparameters, rule.fixed) == ({"lr": 1.0}, {"flag": True})


def test_state_keeps_the_order_of_the_decorator():
    rule = optimizer(b=1, a=2)(lambda g, a, b: (g, b, a))
    assert list(rule.state.items()) == [("b", 1.0), ("a", 2.0)]


def test_the_decorator_works_with_and_without_parentheses():
    bare = optimizer(lambda g, lr=1.0: lr * g)
    called = optimizer()(lambda g, lr=1.0: lr * g)
    assert isinstance(bare, Rule)
    assert isinstance(called, Rule)


def test_the_first_argument_may_be_positional_only():
    assert optimizer(lambda g, /, lr=1.0: lr * g).run([0.0]).step([2.0], {}) == [2.0]


def test_a_class_is_marked_and_stays_a_class():
    @optimizer(name="adam")
    class Mine: ...

    @optimizer
    class Other: ...

    assert (Mine.cgp_rule_name, Other.cgp_rule_name) == ("adam", "Other")
    assert isinstance(Mine, type)


def test_the_bare_function_can_still_be_called():
    assert momentum(2.0, v=1.0, lr=0.5, mu=1.0) == (1.5, 3.0)


def test_a_rule_is_frozen():
    with pytest.raises(AttributeError):
        momentum.name = "other"
    with pytest.raises(TypeError):
        momentum.hyperparameters["lr"] = 1.0


# --- refusals ----------------------------------------------------------------------------------


def nothing(): ...
def starred(g, *rest): ...
def starred_twice(g, **rest): ...
def positional(g, lr=0.1, /): ...
def no_default(g, v, lr=0.1): ...
def state_first(v, g): ...
def k_first(k, g=1): ...
def plain(g, velocity, lr=0.1): ...
def only_gradient(g): ...
def counting(g, k, lr=0.1): ...
def looking(g, p, lr=0.1): ...
def p_first(p, lr=0.1): ...
def p_before_g(p, v, grad, lr=0.1): ...
def p_given(g, p=2.0, lr=0.1): ...
def p_named_w(g, w, lr=0.1): ...
def p_named_theta_k(g, k, *, theta_k, lr=0.1): ...
def p_and_x(g, p, x, lr=0.1): ...
def w_first(w, g, lr=0.1): ...


@pytest.mark.parametrize(
    ("function", "state", "message"),
    [
        (nothing, {}, "nothing() takes no argument\n"
                      "  at HERE\n"
                      "  expected the gradient as first argument\n"
                      "  fix: write `def nothing(g, …)`"),
        (starred, {}, "starred() takes *rest\n"
                      "  at HERE\n"
                      "  expected every argument by name, since names say what each one is"),
        (starred_twice, {}, "starred_twice() takes **rest\n"
                            "  at HERE\n"
                            "  expected every argument by name, since names say what each one is"),
        (positional, {}, "argument 'lr' of positional() cannot be given by name\n"
                         "  at HERE\n"
                         "  fix: remove the `/` from the signature"),
        (no_default, {}, "argument 'v' of no_default() has no default value\n"
                         "  at HERE\n"
                         "  expected every hyperparameter with a default; state named in the "
                         "decorator\n"
                         "  fix: write `v=…` in the signature if it is a hyperparameter, "
                         "or @optimizer(v=0) if it is state"),
        (state_first, {"v": 0}, "the first argument of state_first() is 'v'\n"
                                "  at HERE\n"
                                "  expected the gradient g first, then k, p and the state\n"
                                "  fix: write `def state_first(g, …)`"),
        (k_first, {}, "the first argument of k_first() is 'k'\n"
                      "  at HERE\n"
                      "  expected the gradient g first, then k, p and the state\n"
                      "  fix: write `def k_first(g, …)`"),
        (plain, {"velocty": 0}, "@optimizer names the state 'velocty', but plain() has no such "
                                "argument\n"
                                "  at HERE\n"
                                "  expected one of velocity, lr\n"
                                "  fix: did you mean 'velocity'?"),
        (plain, {"m": 0}, "@optimizer names the state 'm', but plain() has no such argument\n"
                          "  at HERE\n"
                          "  expected one of velocity, lr"),
        (only_gradient, {"m": 0}, "@optimizer names the state 'm', but only_gradient() has no "
                                  "such argument\n"
                                  "  at HERE\n"
                                  "  expected an argument 'm'"),
        (counting, {"k": 0}, "@optimizer names 'k' as state\n"
                             "  at HERE\n"
                             "  expected k in the signature only: the harness counts the steps\n"
                             "  fix: remove `k=…` from the decorator"),
        (p_first, {}, "the first argument of p_first() is 'p', the parameter's value\n"
                      "  at HERE\n"
                      "  expected the gradient first; p after it, if the rule needs it\n"
                      "  fix: write `def p_first(g, p, …)`"),
        (p_before_g, {"v": 0}, "the first argument of p_before_g() is 'p', the parameter's value\n"
                               "  at HERE\n"
                               "  expected the gradient first; p after it, if the rule needs it\n"
                               "  fix: write `def p_before_g(grad, p, …)`"),
        (p_given, {}, "argument 'p' of p_given() has a default value\n"
                      "  at HERE\n"
                      "  expected p without one: it is the parameter's value, which the harness "
                      "passes\n"
                      "  fix: write `p` without `=…`, or call it by another name if it is a "
                      "hyperparameter"),
        (p_named_w, {}, "the parameter's value is called p; p_named_w() calls it 'w'\n"
                        "  at HERE\n"
                        "  expected p: what the parameter is before this step, to be read only\n"
                        "  fix: write `p` in place of `w`, in the signature and below it"),
        (p_named_theta_k, {},
         "the parameter's value is called p; p_named_theta_k() calls it 'theta_k'\n"
         "  at HERE\n"
         "  expected p: what the parameter is before this step, to be read only\n"
         "  fix: write `p` in place of `theta_k`, in the signature and below it"),
        (p_and_x, {}, "argument 'x' of p_and_x() has no default value\n"
                      "  at HERE\n"
                      "  expected every hyperparameter with a default; state named in the "
                      "decorator\n"
                      "  fix: write `x=…` in the signature if it is a hyperparameter, "
                      "or @optimizer(x=0) if it is state"),
        (w_first, {}, "the first argument of w_first() is 'w'; the gradient 'g' comes after it\n"
                      "  at HERE\n"
                      "  expected the gradient first, then p if the rule needs the parameter's "
                      "value\n"
                      "  fix: write `def w_first(g, …)` without `w`, and return the step to "
                      "subtract from the parameter"),
        (plain, {"velocity": None}, "the state 'velocity' begins as None\n"
                                    "  at HERE\n"
                                    "  expected a number; each parameter gets an array of its own "
                                    "shape filled with it\n"
                                    "  fix: write @optimizer(velocity=0)"),
        (plain, {"velocity": True}, "the state 'velocity' begins as bool\n"
                                    "  at HERE\n"
                                    "  expected a number; each parameter gets an array of its own "
                                    "shape filled with it\n"
                                    "  fix: write @optimizer(velocity=0)"),
    ],
)
def test_a_function_that_is_no_rule_says_why(function, state, message):
    with pytest.raises(RuleError) as caught:
        rule_from(function, name=None, state=state)
    assert here(caught.value) == message


def test_two_decorators_are_refused():
    refused = optimizer(v=0)(momentum)
    assert here(refused.error) == (
        "momentum() is decorated twice\n  at HERE\n  fix: keep one @optimizer"
    )
    with pytest.raises(RuleError, match="decorated twice"):
        refused(1.0)


def test_what_is_no_written_function_is_refused():
    assert str(optimizer(v=0)(print).error) == (
        "@optimizer was given an object of type builtin_function_or_method\n"
        "  expected a function written with `def`"
    )


@pytest.mark.parametrize(("value", "shown", "fix"), [
    (0, "0", ""), ("adam", "'adam'", "\n  fix: write `name='adam'`")])
def test_a_value_where_the_function_belongs_is_refused(value, shown, fix):
    with pytest.raises(RuleError) as caught:
        optimizer(value)
    assert str(caught.value) == (
        f"@optimizer was given {shown}\n  expected state by name, as in @optimizer(m=0, v=0){fix}"
    )


@pytest.mark.parametrize(
    ("answer", "got", "names"),
    [
        (None, "None", "v"), (0.5, "one number", "v"), ((0.5,), "one value", "v"),
        ((1, 2, 3), "three values", "v"), ((1,) * 7, "7 values", "v"), ((), "no values", "v"),
        ((None, 1), "None for step", "v"), ((1, None), "None for v", "v"),
        ({"step": 1}, "one dict", "v"),
        (None, "None", ""), ((1, 2), "two values", ""), ((None,), "None for step", ""),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(answer, got, names):
    def rule(g, v=1.0):
        return answer

    with pytest.raises(RuleError) as caught:
        rule_from(rule, name=None, state=dict.fromkeys(names, 0)).run([0.0]).step([1.0], {})
    wanted = ("expected two values, (step, v): the step to subtract, then the new state\n"
              "  fix: end the function with `return step, v`") if names else (
              "expected one value, (step): the step to subtract\n"
              "  fix: end the function with `return step`")
    assert here(caught.value) == f"rule() returned {got}\n  at HERE\n  {wanted}"


# --- stepping ----------------------------------------------------------------------------------


def test_state_is_carried_from_step_to_step():
    run = momentum.run([Fraction(0)])
    half = Fraction(1, 2)
    taken = [run.step([Fraction(4)], {"lr": half, "mu": half})[0] for _ in range(3)]
    assert taken == [2, 3, Fraction(7, 2)]


def test_k_begins_at_one_and_is_common_to_all_parameters():
    run = with_count.run([0.0, 0.0])
    assert [run.step([1.0, 2.0], {}) for _ in range(3)] == [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
    assert run.states == [(7.0,), (7.0,)]  # 1 + (1 + 2 + 3)
    assert run.k == 3


def test_runs_and_parameters_do_not_share_state():
    first, second = momentum.run([0.0, 0.0]), momentum.run([0.0, 0.0])
    first.step([1.0, 2.0], {})
    assert first.states == [(1.0,), (2.0,)]
    assert second.states == [(0.0,), (0.0,)]


def test_hyperparameters_that_are_not_given_keep_their_defaults():
    assert momentum.run([0.0]).step([1.0], {}) == [1e-3]
    assert momentum.run([0.0]).step([1.0], {"lr": 0.5}) == [0.5]


def test_a_rule_without_state_may_return_the_step_alone_or_in_a_tuple():
    alone = optimizer(lambda g, lr=0.5: lr * g)
    packed = optimizer(lambda g, lr=0.5: (lr * g,))
    assert alone.run([0.0]).step([2.0], {}) == packed.run([0.0]).step([2.0], {}) == [1.0]


def test_a_list_does_as_well_as_a_tuple():
    assert optimizer(v=0)(lambda g, v: [g, v]).run([0.0]).step([2.0], {}) == [2.0]


@pytest.mark.parametrize(
    "parameter",
    [np.zeros((2, 3)), np.zeros((), np.float32), torch.zeros(2, 3), torch.zeros(1).double()],
    ids=["float64 array", "float32 number", "float32 tensor", "float64 tensor"],
)
def test_state_begins_in_the_parameters_own_shape_kind_and_precision(parameter):
    (state,), = optimizer(v=2)(lambda g, v: (g, v)).run([parameter]).states
    assert (state.shape, state.dtype) == (parameter.shape, parameter.dtype)
    np.testing.assert_array_equal(np.asarray(state), np.full(parameter.shape, 2.0))


def test_arrays_tensors_and_numbers_give_the_same_steps():
    gradients = np.random.default_rng(3).normal(size=(10, 4))
    arrays, tensors = momentum.run([np.zeros(4)]), momentum.run([torch.zeros(4).double()])
    numbers = momentum.run([0.0] * 4)
    for gradient in gradients:
        (step,) = arrays.step([gradient], {})
        np.testing.assert_array_equal(step, tensors.step([torch.tensor(gradient)], {})[0].numpy())
        np.testing.assert_array_equal(step, numbers.step(gradient.tolist(), {}))


def test_the_students_own_error_passes_through():
    rule = optimizer(lambda g, lr=1.0: g / 0)
    with pytest.raises(ZeroDivisionError):
        rule.run([0.0]).step([1.0], {})


def test_a_wrapped_function_is_read_as_the_one_inside():
    def logged(function):
        @functools.wraps(function)
        def inner(*arguments, **named):
            return function(*arguments, **named)

        return inner

    def inside(g, lr=0.25):
        return lr * g

    rule = optimizer(logged(inside))
    assert rule.hyperparameters == {"lr": 0.25}
    assert rule.run([0.0]).step([4.0], {}) == [1.0]
    assert rule.where == f"{__file__}:{inside.__code__.co_firstlineno}"


def test_numbers_of_every_library_are_defaults():
    import fractions

    import numpy as np

    half, two, quarter = np.float32(0.5), np.int64(2), fractions.Fraction(1, 4)
    rule = optimizer(lambda g, a=half, b=two, c=quarter: g)
    assert dict(rule.hyperparameters) == {"a": 0.5, "b": 2.0, "c": 0.25}
    assert {type(value) for value in rule.hyperparameters.values()} == {float}


def test_a_number_beyond_floats_is_refused():
    expected = "\n  at HERE\n  expected a number that fits a float, up to 1.8e308"
    assert here(optimizer(lambda g, lr=10**400: g).error) == (
        f"the value of 'lr' in <lambda>() is too large{expected}")
    assert here(optimizer(v=10**400)(lambda g, v: (g, v)).error) == (
        f"the value of 'v' in <lambda>() is too large{expected}")


def test_p_is_state_where_the_decorator_says_so():
    rule = rule_from(lambda g, p, lr=0.1: (lr * g + 0.9 * p,) * 2, name="older", state={"p": 0})
    assert (rule.sees_parameter, dict(rule.state)) == (False, {"p": 0.0})
    run = rule.run([5.0])
    assert [run.step([1.0], {"lr": 1.0})[0] for _ in range(2)] == [1.0, 1.9]
