"""What an instructor is told of an answer whose backward, slope or digits are not as they seem."""

import pytest

from cgp_harness.kinds.autograd_function.remarks import remarks
from tests.harness.authoring.test_trying import SEAM, STE
from tests.harness.functions.right.solved_functions import target_of, task_of
from tests.harness.functions.test_solved_functions import LAYER_NORM, LOG_SOFTMAX, SOFTPLUS
from tests.harness.functions.test_solved_functions import layer_norm as layer_norms

NOTED = layer_norms().replace("x, gain, bias, eps", "x: 'B n', gain: 'n', bias: 'n', eps")


def said(text, name, **fields):
    return remarks(target_of(text), task_of(name, **fields))


@pytest.mark.parametrize(("name", "text"), [
    ("layer_norm", LAYER_NORM), ("log_softmax", LOG_SOFTMAX), ("softplus", SOFTPLUS),
    ("layer_norm", NOTED)])
def test_of_a_right_answer_there_is_nothing_to_say(name, text):
    assert said(text, name) == ()


def test_a_backward_that_is_not_the_derivative_is_said():
    text = f'@autograd_function("f"){STE.format(more="")}'
    assert said(text, "f") == (
        "backward of f gives -2.687 where torch finds the derivative 0 for its forward (x = 0.289, "
        "g = -2.687). Submissions are compared with the latter. If backward is not meant to be the "
        "derivative, write `as_written = true` in the task; if it is, mend it.",)
    assert said(text, "f", as_written=True) == ()


def test_of_several_inputs_it_is_said_at_which_shapes():
    text = NOTED.replace("(g * gain).mean(-1, True) -", "(g * gain).sum(-1, True) -")
    [one] = said(text, "layer_norm")
    assert one.partition(" gives ")[0] == "backward of layer_norm"
    assert "(x of shape (2, 3), gain of shape (3,), bias of shape (3,))" in one


def test_a_backward_that_raises_is_said():
    assert said(NOTED.replace("ctx.saved_tensors", "ctx.saved_tensors[:2]"), "layer_norm") == (
        "backward of layer_norm raises ValueError: not enough values to unpack (expected 3, got "
        "2). Submissions are compared with the derivative that torch finds for forward.",)


def test_a_derivative_that_is_not_the_slope_of_the_values_is_said():
    text = ('@autograd_function("f")\n'
            'def f(x: "B n"): return x / x.norm(dim=1, keepdim=True).detach()\n')
    assert said(text, "f") == (
        "The derivative that torch finds for f is not the slope of its values (x of shape (2, 3)): "
        "something in it is detached, or no operation of torch's. Submissions are compared with "
        "what torch finds.",)


def test_fewer_digits_are_said():
    assert said('@autograd_function("f")\ndef f(x): return F.softplus(x)\n', "f") == ()
    assert said(f'@autograd_function("f")\ndef f(x): return {SEAM}\n', "f") == (
        "Two formulas of f meet where they differ. So a submission may be off by 1e-06 of a number "
        "instead of 1e-08.",)


def test_what_torch_cannot_differentiate_is_said():
    text = '@autograd_function("f")\ndef f(x): return torch.as_tensor(x.detach().numpy()**3)\n'
    assert said(text, "f") == (
        "Torch finds no derivative of f. So backward is compared with differences of the student's "
        "own forward, to 1e-7 instead of 1e-9.",)
