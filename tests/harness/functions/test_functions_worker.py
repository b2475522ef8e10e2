"""Functions in a worker: what is answered, and what hostile ones come to."""

from dataclasses import replace
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.kinds.autograd_function.asking import WorkerFunctions
from cgp_harness.kinds.autograd_function.questions import Call, Layout, Returned
from cgp_harness.kinds.autograd_function.requests import ForwardAnswer, VjpAnswer
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import SubjectError
from tests.harness.all_checks import CHECKS
from tests.harness.in_process.functions import HEAD, FunctionsInProcess, context_of

SQUARE = '''
@autograd_function("f")
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        {forward}
        return x * x
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        {backward}
        return 2 * g * x
'''
PRODUCT = '''
@autograd_function("f")
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y
    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return (g * y if ctx.needs_input_grad[0] else None,
                g * x if ctx.needs_input_grad[1] else None)
'''
THREE = Call("f", ((3,),), (3,))
POINT, COTANGENT = np.array([[1.0, -2.0, 0.5]]), np.array([[1.0, 1.0, -4.0]])


def square(forward="", backward="", above=""):
    text = SQUARE.format(forward=forward, backward=backward)
    return FunctionsInProcess(HEAD + above + text).of("autograd_function")


# --- forward -----------------------------------------------------------------------------------


def test_forward_answers_values_dtype_and_shape():
    got = square().forward(THREE, np.concatenate([POINT, 2 * POINT]))
    assert got.values.tolist() == [[1.0, 4.0, 0.25], [4.0, 16.0, 1.0]]
    assert (got.dtype, got.shape, got.differentiable, got.changed) == ("float64", (3,), True, -1)


def test_forward_answers_the_shape_that_came_instead():
    got = square(forward="return (x * x).sum()").forward(THREE, POINT)
    assert got.shape == ()
    assert not got.values.any()


def test_forward_says_which_input_was_changed():
    assert square(forward="x.mul_(1.0)").forward(THREE, POINT).changed == 0


def test_forward_says_whether_the_output_requires_a_gradient():
    source = "y = x * x; ctx.mark_non_differentiable(y); return y"
    assert not square(forward=source).forward(THREE, POINT).differentiable


@pytest.mark.parametrize(("returned", "message"), [
    ("return None", "forward of Square returned None\n  at plugin.py:4\n"
                    "  expected one tensor\n  fix: end it with `return output`"),
    ("return x.numpy()", "forward of Square returned an array of shape (3,)\n  at plugin.py:4\n"
                         "  expected one tensor"),
    ("return x.to('meta')", "forward of Square returned a tensor on the device 'meta'\n"
                            "  at plugin.py:4\n  expected an ordinary tensor, as the inputs are"),
    ("return x.to_sparse()", "forward of Square returned a sparse tensor\n"
                             "  at plugin.py:4\n  expected an ordinary tensor, as the inputs are"),
    ("return torch.quantize_per_tensor(x.float(), 0.1, 0, torch.quint8)",
     "forward of Square returned a quantized tensor\n"
     "  at plugin.py:4\n  expected an ordinary tensor, as the inputs are"),
    ("return x, x", "forward of Square returned 2 values\n  at plugin.py:4\n  expected one tensor"),
    ("return (x,)", "forward of Square returned a tuple of 1 value\n  at plugin.py:4\n"
                    "  expected one tensor\n  fix: end it with `return output`"),
    ("return [x]", "forward of Square returned a list\n  at plugin.py:4\n"
                   "  expected one tensor\n  fix: end it with `return output`"),
    ("return x * 1j", "forward of Square returned complex numbers\n  at plugin.py:4\n"
                      "  expected real numbers"),
])
def test_an_output_that_is_no_real_tensor_is_the_students_mistake(returned, message):
    with pytest.raises(SubjectError) as error:
        square(forward=returned).forward(THREE, POINT)
    assert str(error.value).replace("plugin.py:1\n", "plugin.py:4\n") == message


@pytest.mark.parametrize("layout", get_args(Layout))
@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 3), (2, 3, 2, 3)])
def test_inputs_come_in_every_shape_and_layout(shape, layout):
    row = np.arange(float(np.prod(shape))).reshape(shape) + 1
    if layout.startswith("expanded") and shape:
        row[...] = row[:1] if layout == "expanded" else row[..., :1]
    got = square().forward(Call("f", (shape,), shape, layout=layout), row.reshape(1, -1))
    assert got.values.tolist() == (row.reshape(1, -1)**2).tolist()
    assert got.changed == -1


STRIDES = [
    ("plain", (2, 3), (3, 1)), ("sliced", (2, 3), (12, 2)), ("transposed", (2, 3), (1, 2)),
    ("expanded", (2, 3), (0, 1)), ("expanded_last", (2, 3), (3, 0)),
    ("channels_last", (2, 3, 2, 3), (18, 1, 9, 3)),
    ("transposed", (2, 3, 4), (1, 2, 6)), ("channels_last", (2, 3), (3, 1)),
]


@pytest.mark.parametrize(("layout", "shape", "strides"), STRIDES)
def test_numbers_lie_in_memory_as_asked_those_of_inputs_and_of_cotangents(layout, shape, strides):
    ones = np.ones((1, int(np.prod(shape))))
    call = Call("f", (shape,), shape, layout=layout)
    square(forward=f"assert x.stride() == {strides}").forward(call, ones)
    call = Call("f", (shape,), shape, arriving=layout)
    functions = square(backward=f"assert (x.is_contiguous(), g.stride()) == (True, {strides})")
    assert functions.vjp(call, ones, 3 * ones).gradients.tolist() == (6 * ones).tolist()


def test_float32_inputs_are_float32():
    got = square().forward(replace(THREE, dtype="float32"), POINT / 3)
    assert got.dtype == "float32"
    assert got.values.tolist() == (np.float32(POINT / 3)**2).tolist()


# --- backward ----------------------------------------------------------------------------------


def test_a_plain_backward_answers_the_gradient_and_what_was_returned():
    got = square().vjp(THREE, POINT, COTANGENT)
    assert got.gradients.tolist() == [[2.0, -4.0, -4.0]]
    assert got.arrived == (True,)
    assert got.returned == (Returned((3,), "float64"),)
    assert (got.changed, got.kept, got.refused) == ("", (), "")


def test_what_autograd_would_repair_is_seen_as_it_was_returned():
    got = square(backward="return (2 * g * x).float().expand(2, 3)").vjp(THREE, POINT, COTANGENT)
    assert got.returned == (Returned((2, 3), "float32"),)
    assert got.gradients.tolist() == [[4.0, -8.0, -8.0]]  # torch has summed both rows


@pytest.mark.parametrize(("returned", "refused"), [
    ("return g, g",
     "function SquareBackward returned an incorrect number of gradients (expected 1, got 2)"),
    ("return 3.0", "expected Variable or None (got float)"),
])
def test_torchs_refusal_is_an_answer(returned, refused):
    got = square(backward=returned).vjp(THREE, POINT, COTANGENT)
    assert got.refused == refused
    assert got.arrived == (False,)


@pytest.mark.parametrize(("backward", "changed"), [
    ("g.mul_(2)", "cotangent"), ("g.mul_(1)", "cotangent"), ("x.data.add_(1)", "input 0"),
])
def test_a_change_in_place_is_seen(backward, changed):
    assert square(backward=backward).vjp(THREE, POINT, COTANGENT).changed == changed


@pytest.mark.parametrize("kept", ["x", "[x]", "{1: (x,)}"])
def test_tensors_on_the_ctx_are_seen_inside_containers_too(kept):
    assert square(forward=f"ctx.mine = {kept}").vjp(THREE, POINT, COTANGENT).kept == ("mine",)


def test_plain_attributes_of_the_ctx_are_no_tensors():
    assert square(forward="ctx.n = [3]; ctx.kind = x.dtype").vjp(THREE, POINT, COTANGENT).kept == ()


def test_forward_may_have_a_setup_context():
    source = HEAD + '''
@autograd_function("f")
class F(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * x
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
    @staticmethod
    def backward(ctx, g):
        return 2 * g * ctx.saved_tensors[0]
'''
    got = FunctionsInProcess(source).of("autograd_function").vjp(THREE, POINT, COTANGENT)
    assert got.gradients.tolist() == [[2.0, -4.0, -4.0]]
    assert got.returned == (Returned((3,), "float64"),)


def test_only_the_inputs_that_need_a_gradient_get_one():
    call = Call("f", ((2,), (2,)), (2,), needs=(False, True))
    got = FunctionsInProcess(HEAD + PRODUCT).of("autograd_function").vjp(
        call, np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([[1.0, -1.0]]))
    assert got.gradients.tolist() == [[0.0, 0.0, 1.0, -2.0]]
    assert got.arrived == (False, True)
    assert got.returned == (Returned(None), Returned((2,), "float64"))


def test_vjp_many_runs_each_point_by_itself():
    got = square().vjp_many(THREE, np.concatenate([POINT, -POINT]), np.repeat(COTANGENT, 2, axis=0))
    assert got.tolist() == [[2.0, -4.0, -4.0], [-2.0, 4.0, 4.0]]


def test_vjp_many_refuses_a_missing_gradient():
    with pytest.raises(SubjectError) as caught:
        square(backward="return None").vjp_many(THREE, POINT, COTANGENT)
    assert str(caught.value) == (
        "no gradient arrives at input 1 of f\n  at plugin.py:1\n  expected a gradient for every "
        "input that requires one")


# --- scenarios ---------------------------------------------------------------------------------


def test_the_cotangent_of_a_sum_is_expanded():
    seen = square(backward="assert g.stride() == (0,)").vjp(
        THREE, POINT, np.ones((1, 3)), "sum")
    assert seen.gradients.tolist() == [[2.0, -4.0, 1.0]]


def test_a_backward_that_uses_up_what_it_saved_raises_the_second_time():
    functions = square(forward="ctx.mine = [x]", backward="ctx.mine.pop()")
    with pytest.raises(SubjectError) as caught:
        functions.vjp(THREE, POINT, COTANGENT, "retained")
    assert str(caught.value) == "f raised IndexError: pop from empty list\n  at plugin.py:15"
    assert square().vjp(THREE, POINT, COTANGENT, "retained").gradients.tolist() == [
        [2.0, -4.0, -4.0]] * 2


@pytest.mark.parametrize(("save", "load"), [
    ("kept.append(x)", "x = kept.pop()"), ("kept.append(x)", "x = kept.pop(0)"),
    ("kept[:] = [x]", "x = kept[0]"),
])
def test_a_stack_a_queue_and_a_global_are_all_told_from_a_ctx(save, load):
    points, cotangents = np.concatenate([POINT, 3 * POINT]), np.ones((2, 3))
    right = square().vjp(THREE, points, cotangents, "two_nodes").gradients
    assert right.tolist() == (2 * points[[1, 0, 0, 1]]).tolist()
    shared = square(forward=save, backward=load, above="kept = []\n")
    assert shared.vjp(THREE, points, cotangents, "two_nodes").gradients.tolist() != right.tolist()


def test_a_saved_input_that_is_changed_is_refused_and_one_kept_elsewhere_is_not():
    points = np.concatenate([POINT, 3 * POINT])
    saved = square().vjp(THREE, points, np.repeat(COTANGENT, 2, axis=0), "changed_after_forward")
    assert "modified by an inplace operation" in saved.refused
    source = HEAD + SQUARE.format(forward="", backward="").replace(
        "ctx.save_for_backward(x)", "ctx.x = x.detach().numpy()").replace(
        "x, = ctx.saved_tensors", "x = torch.from_numpy(ctx.x)")
    kept = FunctionsInProcess(source).of("autograd_function").vjp(
        THREE, points, np.repeat(COTANGENT, 2, axis=0), "changed_after_forward")
    assert kept.refused == ""
    assert kept.gradients.tolist() == [[6.0, -12.0, -12.0]]


def test_a_reference_cycle_keeps_the_node_alive():
    assert square().vjp(THREE, POINT, COTANGENT, "cycle").collected
    assert not square(forward="ctx.me = ctx").vjp(THREE, POINT, COTANGENT, "cycle").collected


# --- in a worker -------------------------------------------------------------------------------

SOFTPLUS = '''
@autograd_function("softplus")
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        {forward}
        return torch.logaddexp(x, torch.zeros_like(x))
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        {backward}
        return g * torch.sigmoid(x)
'''
LIAR = '''
class Liar(torch.Tensor):
    @property
    def shape(self):
        return (-3, 10**30, "x")
    @property
    def dtype(self):
        return "torch.float64; and more"
'''
FORGED = """
from cgp_harness.kinds.autograd_function import requests as m
from cgp_harness.kinds.autograd_function.answers import scenarios
"""
VIOLATION = "the submission tampered with the connection to the grader; the worker was stopped"


def judged(context):
    """Kind, status, message and flags of the first check that does not pass."""
    for kind in ("forward", "gradient", "autograd"):
        outcome = CHECKS[kind](context)
        if outcome.status is not Status.PASSED:
            flags = outcome.diagnosis.flags if outcome.diagnosis else ()
            return kind, outcome.status, outcome.message.partition("\n")[0], flags
    return None


def judged_in_worker(source, **limits):
    context = context_of("", "softplus")
    submission = Submission("student", (SourceFile("plugin.py", source.encode()),))
    with WorkerSubject(submission, Limits(**limits), levels.choose("auto")) as subject:
        return judged(replace(context, subject=subject))


def softplus(forward="", backward="", above=""):
    return HEAD + above + SOFTPLUS.format(forward=forward, backward=backward)


def test_a_right_function_passes_in_a_worker_whatever_it_sets_for_itself():
    above = "torch.set_grad_enabled(False)\ntorch.set_default_dtype(torch.float16)\n"
    assert judged_in_worker(softplus(above=above)) is None


@pytest.mark.parametrize(("parts", "expected"), [
    ({"backward": "import sys; sys.exit(0)"},
     ("gradient", Status.STUDENT_ERROR, "softplus ended the program with sys.exit()", ())),
    ({"above": LIAR, "forward": "return torch.exp(x).as_subclass(Liar)"},
     ("forward", Status.STUDENT_ERROR, "forward of F returned a Liar", ())),
    ({"above": LIAR, "backward": "return g.flatten().as_subclass(Liar)"},
     ("gradient", Status.FAILED, "backward returns a gradient of shape (6,) for x, which has the "
      "shape (2, 3).", ("wrong_shape",))),
    ({"forward": r"setattr(ctx, '\ud800' * 999, x)"},
     ("autograd", Status.FAILED, None, ("tensor_on_ctx",))),
    ({"backward": r"raise BaseException('\ud800' * 99999)"},
     ("gradient", Status.STUDENT_ERROR, None, ())),
    ({"backward": "return (g,) * 100000"},
     ("gradient", Status.FAILED,
      "backward returns 100 gradients; forward has 1 input, each of which gets one.",
      ("wrong_count",))),
])
def test_a_hostile_function_ends_as_its_own_failure(parts, expected):
    kind, status, message, flags = judged(context_of(softplus(**parts), "softplus"))
    assert (kind, status, flags) == (expected[0], expected[1], expected[3])
    assert expected[2] in (None, message)


@pytest.mark.parametrize(("parts", "expected"), [
    ({"backward": "import os; os._exit(0)"},
     ("gradient", Status.STUDENT_ERROR, "the process ended itself with exit code 0", ())),
    ({"above": FORGED + "scenarios.SCENARIOS['plain'] = "
      "lambda *a: (m.VjpAnswer((True,) * 50, ()), b'0' * 48)\n"},
     ("gradient", Status.STUDENT_ERROR, VIOLATION, ())),
])
def test_a_worker_that_is_not_itself_any_more_costs_its_own_submission(parts, expected):
    assert judged_in_worker(softplus(**parts)) == expected


def test_a_backward_that_hangs_is_stopped():
    kind, status, message, _ = judged_in_worker(
        softplus(backward="while True: pass"), request_s=1.0)
    assert (kind, status) == ("gradient", Status.TIMEOUT)
    assert message == "no answer within 1 s of CPU time; the worker was stopped"


def _answering(answer):
    return WorkerFunctions(SimpleNamespace(ask=lambda *_: (answer, bytearray(24))))


@pytest.mark.parametrize("answer", [
    ForwardAnswer("float64", (3,), differentiable=True, changed=1),
    ForwardAnswer("float64", (3,), differentiable=True, changed=-2),
])
def test_a_changed_input_that_does_not_exist_is_no_answer(answer):
    functions = _answering(answer)
    with pytest.raises(SubjectError) as error:
        functions.forward(THREE, POINT)
    assert str(error.value).startswith(VIOLATION)


def test_gradients_that_arrive_at_inputs_that_do_not_exist_are_no_answer():
    functions = _answering(VjpAnswer((True, True), ()))
    with pytest.raises(SubjectError) as error:
        functions.vjp(THREE, POINT, COTANGENT)
    assert str(error.value).startswith(VIOLATION)


def test_texts_of_a_worker_are_escaped():
    answer = VjpAnswer((True,), (), "\x1b[2J", ("\u202e",), "\x07", collected=True)
    got = _answering(answer).vjp(THREE, POINT, COTANGENT)
    assert (got.changed, got.kept, got.refused) == ("\\x1b[2J", ("\\u202e",), "\\x07")


@pytest.mark.parametrize("wrong", [np.zeros((1, 2)), np.zeros(3)])
def test_rows_of_another_size_are_the_graders_own_mistake(wrong):
    with pytest.raises(ValueError, match=r"^rows of shape \(.*\) for 3 numbers$"):
        square().forward(THREE, wrong)
