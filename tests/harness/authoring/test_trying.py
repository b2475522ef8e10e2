"""What is found out by trying a right answer: domain, kinks, digits, shapes; what is refused."""

import numpy as np
import pytest
import torch

from cgp_harness.assignment import Assignment
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.specifications.from_solution.making import domain_of
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.kinds.autograd_function.specifications.from_solution.rounding import Rounding
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.kinds.autograd_function.task import mistakes
from tests.harness.functions.right.solved_functions import (
    failed,
    function,
    specification_of,
    target_of,
    task_of,
)

SEAM = "torch.where(x > 15, x, x.exp().log1p())"


def solved(body, **fields):
    return specification_of(f'@autograd_function("f")\n{body}\n', "f", **fields)


def domain(body, **fields):
    target = target_of(f'@autograd_function("f")\n{body}\n')
    return domain_of(target, task_of("f", **fields))


@pytest.mark.parametrize(("formula", "interval", "wide", "avoid"), [
    ("x.sin()", (-3, 3), (-1000, 1000), ()),
    ("x.relu()", (-3, 3), (-1000, 1000), (0,)),
    ("F.hardsigmoid(x)", (-3, 3), (-1000, 1000), (-3, 3)),
    ("F.softshrink(x, 0.3)", (-3, 3), (-1000, 1000), (-0.3, 0.3)),
    ("torch.where(x >= 2.5, 1.0, x)", (-3, 3), (-1000, 1000), (2.5,)),
    ("1 / x", (-3, 3), (-1000, 1000), (0,)),
    ("x.log()", (0.1, 3), (1e-9, 1000), ()),
    ("x.asin()", (-0.95, 0.95), (-1, 1), ()),
    ("x.acosh()", (1.1, 4), (1.01, 1000), ()),
    ("(-x).log()", (-3, -0.1), (-1000, -1e-9), ()),
    ("(x / (1 - x)).log()", (0.05, 0.95), (1e-9, 0.999), ()),
])
def test_domain_reach_and_kinks_are_found(formula, interval, wide, avoid):
    found = domain(f"def f(x): return {formula}")
    assert found.domain == {"x": interval}
    assert np.allclose(found.wide, wide, rtol=0.01, atol=0.02)
    assert found.avoid == avoid
    assert found.relative == 1e-8


def test_it_is_right_as_far_out_as_its_numbers_stay_below_1e250():
    low, high = domain("def f(x): return x.exp()").wide
    assert (low, round(high / 575, 1)) == (-1000, 1.0)


def test_where_two_formulas_meet_and_differ_the_tolerance_is_four_times_that():
    found = domain(f"def f(x): return {SEAM}")
    assert found.relative == pytest.approx(4 * np.exp(-15), rel=1e-3)
    assert found.avoid == ()
    [(low, high)] = found.rough
    assert low < 15 < high
    assert solved(f"def f(x): return {SEAM}", relative=1e-5).relative == 1e-5


def test_where_digits_are_lost_all_around_nothing_is_asked_and_the_tolerance_is_as_ever():
    found = domain("def f(x): return torch.sinc(x)")    # whose slope is off by 1e-16 / x
    assert found.relative == 1e-8
    assert all(abs(low) < 1e-3 and abs(high) < 1e-3 for low, high in found.rough)
    numbers = ground.numbers(solved("def f(x): return torch.sinc(x)"))
    assert ((np.abs(numbers) > 4e-4) | (np.abs(numbers) < 1e-9)).all()


def test_of_several_inputs_that_domain_is_narrowed_which_must_be():
    body = 'def f(x: "B n", mu: "n", sigma: "n"): return -((x - mu) / sigma)**2 - sigma.log()'
    found = domain(body)
    assert found.domain == {"x": (-3, 3), "mu": (-3, 3), "sigma": (0.1, 3)}
    specification = solved(body)
    sizes = specification.tried_sizes[0]
    assert specification.bounds(sizes)[0].tolist() == [-3] * 9 + [0.1] * 3
    assert not any("negative" in place and "sigma" in place
                   for place in ground.uniform(specification, sizes))


def test_what_the_task_says_is_not_tried():
    body = 'def f(x: "n", y: "n"): return x / y'
    found = solved(body, domain={"y": (1.0, 2.0)}, wide=(-5.0, 5.0))
    assert (found.domain, found.domains, found.wide) == ((-3, 3), {"y": (1, 2)}, (-5, 5))
    found = solved("def f(x): return x.floor()", domain=(0.0, 256.0), avoid=(1.0, 1.5))
    assert (found.domain, found.wide, found.avoid) == ((0, 256), (0, 256), (1.0, 1.5))
    assert found.margin == 0.0625


def test_the_distance_to_kinks_leaves_room_between_two_of_them():
    assert solved("def f(x): return (50 * x).floor() / 50").margin == pytest.approx(0.005)


# --- shapes --------------------------------------------------------------------------------------


def inputs_of(body):
    return [sizes.inputs for sizes in solved(body).tried_sizes]


def test_named_axes_are_tried_at_all_sizes_at_which_the_answer_runs():
    assert inputs_of('def f(x: "B n", w: "n"): return x - x.mean(1, keepdim=True) * w') == [
        ((2, 3), (3,)), ((5, 3), (3,)), ((1, 3), (3,)), ((2, 1), (1,)), ((1, 1), (1,)),
        ((3, 3), (3,)), ((2, 2), (2,)), ((33, 3), (3,)), ((1666, 3), (3,)), ((2, 1667), (1667,))]


def test_of_a_convolution_the_kernel_is_no_longer_than_what_it_goes_over():
    found = solved('def f(x: "B C n", w: "O C k"): return F.conv1d(x, w)').tried_sizes
    assert found[0] == Sizes(((6, 5, 4), (3, 5, 2)), (6, 3, 3))
    assert len(found) == 21
    assert all(x[2] >= w[2] and x[1] == w[1] for x, w in (sizes.inputs for sizes in found))
    assert {x[0] for x, _ in (sizes.inputs for sizes in found)} >= {1, 33}


def test_an_empty_batch_is_asked_for_only_where_the_task_says_that_all_is_right():
    body = 'def f(x: "B n"): return x.softmax(1)'
    assert not any(0 in shapes[0] for shapes in inputs_of(body))
    everywhere = solved(body, domain=(-3.0, 3.0), everywhere=True)
    assert any(0 in sizes.inputs[0] for sizes in everywhere.tried_sizes)


def test_numbers_in_the_place_of_axes_are_sizes():
    assert {x[1] for x, _ in inputs_of('def f(x: "B 3", w: "3"): return x @ w')} == {3}
    assert inputs_of('def f(a: "", b: "2"): return a * b') == [((), (2,))] * 2


# --- what may be asked ---------------------------------------------------------------------------


@pytest.mark.parametrize(("formula", "point", "usable"), [
    ("x.amax(1)", [[1.0, 2.0]], True),
    ("x.amax(1)", [[2.0, 2.0]], False),                       # whose gradient is it?
    ("x.abs().sum(1)", [[0.0, 2.0]], False),
    ("(x * x).sum(1)", [[0.0, 2.0]], True),
    ("(x[:, 0] - x[:, 1]).relu()", [[1.0, 1.0]], False),
    ("x.exp()", [[500.0, 1.0]], True),
    ("x.exp()", [[600.0, 1.0]], False),                       # times a g of 1e8 it is not finite
    ("x.log()", [[-1.0, 1.0]], False),
    ("torch.where(x < -2.9, (x + 1e9) - 1e9, x)", [[-2.95, 2.0]], False),  # 7 digits are lost
    ("(x.exp() - 1) / x", [[1e-9, 1.0]], False),
    ("x.expm1() / x", [[1e-9, 1.0]], True),
    ("x.floor()", [[1.5, 2.5]], True),
    ("x.floor()", [[1.5, 2.0]], False),
])
def test_a_point_is_asked_at_where_the_answer_is_right_and_the_only_one(formula, point, usable):
    specification = solved(f'def f(x: "B n"): return {formula}')
    sizes = Sizes(((1, 2),), specification.output_of(((1, 2),)))
    assert specification.where_usable(sizes, np.array(point)).all() == usable


def test_of_one_input_each_number_is_asked_at_by_itself():
    specification = solved("def f(x): return x.relu()")
    numbers = np.array([[0.0, 1e-9, -1.0, 1.0]])
    sizes = Sizes(((4,),), (4,))
    assert specification.where_usable(sizes, numbers).tolist() == [[False, True, True, True]]
    named = solved("def f(x): return x.relu()", always=(0.0,))
    assert named.where_usable(sizes, numbers).all()


def test_beside_a_kink_that_rounding_may_move_the_next_number_is_not_asked_at():
    numbers = ground.numbers(solved("def f(x): return F.hardsigmoid(x)")).tolist()
    assert {-3 + 1e-9, -3 - 1e-9, 3 - 1e-6} <= set(numbers)
    assert not {np.nextafter(-3, 0), np.nextafter(3, 0), -3.0} & set(numbers)


def test_in_float32_it_is_asked_where_float32_has_the_digits():
    specification = solved('def f(x: "B n"): return x / (x - x.mean(1, keepdim=True))')
    sizes = Sizes(((1, 2),), (1, 2))
    near, far = np.array([[1.0, 1.0001]]), np.array([[1.0, 3.0]])
    assert specification.where_usable(sizes, near).all()
    assert not specification.where_usable(sizes, near, "float32").any()
    assert specification.where_usable(sizes, far, "float32").all()


def test_each_operation_is_moved_by_its_last_digit_and_views_are_not():
    x = torch.ones(1000, dtype=torch.float64)
    with Rounding(1):
        moved, viewed = x * 1, x.reshape(10, 100)
    assert set((moved - 1).tolist()) == {2.0**-52, -(2.0**-52)}
    assert (viewed == 1).all()


# --- gradients -----------------------------------------------------------------------------------

STE = '''
class Mine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.sign()

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * (x.abs() < 1) {more}
'''


def test_the_gradient_is_torchs_own_unless_backward_is_declared():
    sizes, x, g = Sizes(((3,),), (3,)), np.array([-2.0, 0.5, 0.7]), np.ones(3)
    own, declared = (solved(STE.format(more=""), as_written=one) for one in (False, True))
    assert own.gradients(sizes, x, g).tolist() == [0, 0, 0]
    assert declared.gradients(sizes, x, g).tolist() == [0, 1, 1]
    assert declared.avoid == (-1, 0, 1)
    assert own.avoid == (0,)
    assert declared.gradient_formula == "the specified gradient of f"


@pytest.mark.parametrize(("more", "linear"), [
    ("", "linear"), ("+ x", "affine"), ("* g", None)])
def test_a_declared_backward_is_linear_as_far_as_it_is(more, linear):
    assert solved(STE.format(more=more), as_written=True).linear == linear


def test_a_declared_backward_is_asked_for():
    specification = solved(STE.format(more=""), as_written=True)
    window = "g * (x.abs() < 1)"
    assert failed(function("f", "x", "y = x.sign()", window), "f", specification) == []
    assert failed(function("f", "x", "y = x.sign()", "0 * g"), "f", specification) == ["gradient"]


def test_what_torch_cannot_differentiate_is_differentiated_by_differences_of_the_students():
    body = "def f(x): return torch.as_tensor(x.detach().numpy()**3)"
    specification = solved(body)
    assert specification.vjp is None
    assert failed(function("f", "x", "y = x**3", "3 * x**2 * g"), "f", specification) == []
    assert failed(function("f", "x", "y = x**3", "2 * x**2 * g"), "f", specification) == [
        "gradient"]


def test_an_input_that_the_value_does_not_depend_on_has_a_gradient_of_zeros():
    oracle = Oracle.of("f", target_of(
        '@autograd_function("f")\ndef f(x: "n", y: "n"): return 2 * x\n'))
    of_x, of_y = oracle.vjp(np.ones(2), np.ones(2), np.ones(2))
    assert (of_x.tolist(), of_y.tolist()) == ([2, 2], [0, 0])


def test_torch_computes_with_as_many_threads_as_before():
    before = torch.get_num_threads()
    solved("def f(x): return x.cos()")
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(("answer", "dtype"), [
    ("x.sin()", "input"), ("x.double().floor()", "float64")])
def test_the_dtype_is_found(answer, dtype):
    assert solved(f"def f(x): return {answer}").output_dtype == dtype


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "message"), [
    ("def f(x): return x.cumsum(-1)",
     "f gives a number another value when others stand beside it\n"
     "  at solution.py:5\n"
     "  expected a function of each number by itself, since no axes of 'x' are named\n"
     '  fix: write `x: "B n"`, with a name for each axis'),
    ("def f(x): return x.sum()",
     "f gives a number another value when others stand beside it\n"
     "  at solution.py:5\n"
     "  expected a function of each number by itself, since no axes of 'x' are named\n"
     '  fix: write `x: "B n"`, with a name for each axis'),
    ("def f(x): return x @ torch.ones(6).double()",
     "f raises RuntimeError for x of shape (2, 3): size mismatch, got input (2), mat (2x3), vec "
     "(6)\n"
     "  at solution.py:5\n"
     "  expected a function of each number by itself, since no axes of 'x' are named\n"
     '  fix: write `x: "B n"`, with a name for each axis'),
    ('def f(x: "B n") -> "B": return 2 * x',
     "f gives an output of shape (2, 3) for x of shape (2, 3)\n"
     "  at solution.py:5\n"
     "  expected the axes 'B', as it says itself"),
    ('def f(x: "B n", w: "k"): return x @ w',
     "f cannot be called at any of the sizes that were tried\n"
     "  at solution.py:5\n"
     "  expected axes of which each may have any size, as long as all of one name are equal\n"
     "  fix: what it raised last: RuntimeError: size mismatch, got input (4), mat (4x3), vec (2)"),
    ('def f(x: "n"): return x, x',
     "f gives tuple instead of a tensor\n"
     "  at solution.py:5\n"
     "  expected one tensor"),
    ("def f(x): return (x - 7).sqrt()",
     "f is not finite in any of the domains that were tried\n"
     "  at solution.py:5\n"
     "  expected a domain in which it is\n"
     "  fix: say in the assignment where it is: `domain = [5, 8]`"),
    ("def f(x): return x.int()",
     "f gives numbers of the dtype int32 for float32, and int32 for float64\n"
     "  at solution.py:5\n"
     "  expected that of its inputs, or float64 for both\n"
     "  fix: end it with `.to(x.dtype)`"),
    ("def f(x): return (x + 1e12) - 1e12",
     "f is right nowhere that was tried\n"
     "  at solution.py:5\n"
     "  expected numbers at which it is finite, and not a matter of rounding\n"
     "  fix: say in the assignment where it is right: `domain = [0.1, 3]`"),
])
def test_what_cannot_be_asked_for_is_said(body, message):
    with pytest.raises(HarnessError) as caught:
        solved(body)
    assert str(caught.value) == message


def test_a_backward_that_is_not_there_cannot_be_judged_as_written():
    with pytest.raises(HarnessError) as caught:
        solved("def f(x): return x.sign()", as_written=True)
    assert str(caught.value) == (
        "f has no backward() that could be judged as it is written\n"
        "  at solution.py:5\n"
        "  expected a static method backward()\n"
        "  fix: write one, or leave `as_written` out: then torch's own derivative is right")


def test_a_domain_of_what_is_no_input_is_refused():
    with pytest.raises(HarnessError) as caught:
        solved('def f(x: "n", y: "n"): return x * y', domain={"z": (0.0, 1.0)})
    assert str(caught.value) == (
        "task 'f' has a domain for 'z', which is no input\n"
        "  expected one of x, y")


def homework_of(task):
    return Assignment("a", "A", "1", (task,))


def test_fields_that_contradict_one_another_are_refused():
    task = task_of(
        "f", specification="softplus", as_written=True, domain={"x": (1.0, 1.0)}, wide=(2.0, 1.0))
    found = mistakes(homework_of(task), task)
    assert [one["what"] for one in found] == [
        "task 'f' has 'as_written' beside 'specification'",
        "task 'f' has 'domain' beside 'specification'",
        "task 'f' has 'wide' beside 'specification'",
        "task 'f' has the wide [2, 1]",
        "task 'f' has the domain of x [1, 1]",
    ]
    right = task_of("f", domain=(0.0, 1.0))
    assert mistakes(homework_of(right), right) == []
