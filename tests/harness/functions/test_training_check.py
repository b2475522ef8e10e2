"""`training`: right Functions of any style train as the reference, wrong ones leave it."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from cgp_harness.assignment import Assignment, CheckSpec
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.checks.training import (
    ITERATIONS,
    RATE,
    parting,
    trained,
    training,
)
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.probes.at_work import AsSpecified, Relu
from cgp_harness.kinds.autograd_function.probes.training_course import BATCH, TrainingCourse
from cgp_harness.kinds.autograd_function.questions import Forwarded
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.probing.devices import CPU, Device
from cgp_harness.reports.case import case_of
from cgp_harness.subject import SubjectError
from cgp_reference.data import bivariate
from cgp_reference.quantization.autograd_extension import quantize_with_error_feedback
from cgp_reference.quantization.network import QuantizedNetwork
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.in_process import functions as functions_in_process

SEEDS = (11, 12, 13)


class Asked:
    """As much of `Functions` as `training` asks, with torch in this process."""

    def __init__(self, function):
        self.function, self.calls = function, 0

    def forward(self, call, points):
        self.calls += 1
        outputs = [self._called(call, row)[0].detach().numpy() for row in points]
        return Forwarded(np.array([one.reshape(-1) for one in outputs]), "float64",
                         outputs[0].shape, differentiable=True)

    def vjp_many(self, call, points, cotangents):
        self.calls += 1
        rows = []
        for row, g in zip(points, cotangents, strict=True):
            output, inputs = self._called(call, row)
            needed = [one for one in inputs if one.requires_grad]
            found = iter(torch.autograd.grad(
                output, needed, torch.tensor(g).reshape(call.output)))
            rows.append(np.concatenate([
                (next(found) if one.requires_grad else torch.zeros_like(one)).numpy().reshape(-1)
                for one in inputs]))
        return np.array(rows)

    def _called(self, call, row):
        sizes = [int(np.prod(shape)) for shape in call.shapes]
        needs = call.needs or (True,) * len(sizes)
        inputs = [
            torch.tensor(part.reshape(shape), requires_grad=need)
            for part, shape, need in zip(
                np.split(row, np.cumsum(sizes)[:-1]), call.shapes, needs, strict=True)]
        return self.function(*inputs), inputs


class Subject:
    def __init__(self, functions):
        self.of = {"autograd_function": functions}.__getitem__


def checked(name, function, seed=0):
    task = FunctionTask(name, name, "", {"loads": CheckSpec(1), "training": CheckSpec(2)},
                kind="autograd_function", specification=name)
    asked = function if hasattr(function, "vjp_many") else Asked(function)
    return training(FunctionContext(
        Assignment("some", "Some", "1", (task,)), task,
        Submission("someone", (SourceFile("mine.py", b""),)), Subject(asked), seed))


def with_gradient(forward, backward):
    """A Function of one input: `backward` gets the cotangent and the input."""
    class Own(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return forward(x)

        @staticmethod
        def backward(ctx, g):
            return backward(g, *ctx.saved_tensors)

    return Own.apply


def sign(x):
    return torch.where(x >= 0, 1.0, -1.0).double()


def stable(x):
    return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))


RIGHT = {
    "quantize": [
        quantize_with_error_feedback,
        with_gradient(torch.floor, lambda g, x: x - torch.floor(x) + g)],
    "softplus": [
        functional.softplus, lambda x: torch.logaddexp(x, torch.zeros_like(x)),
        with_gradient(stable, lambda g, x: g / (1 + torch.exp(-x)))],
    "sign_ste": [with_gradient(sign, lambda g, x: g * (x.abs() < 1))],
    "affine": [functional.linear, lambda x, w, b: torch.addmm(b, x, w.T),
               lambda x, w, b: (x[:, None, :] * w).sum(-1) + b],
}
WRONG = {
    "quantize": [
        with_gradient(torch.floor, lambda g, x: g),                         # straight through
        with_gradient(torch.floor, lambda g, x: g - (x - torch.floor(x))),
        with_gradient(torch.floor, lambda g, x: torch.zeros_like(x)),
        with_gradient(torch.round, lambda g, x: g + (x - torch.floor(x)))],
    "softplus": [
        with_gradient(stable, lambda g, x: g), with_gradient(stable, lambda g, x: 1.0009 * g),
        with_gradient(stable, lambda g, x: g.clamp(-1, 1) * torch.sigmoid(x)),
        with_gradient(stable, lambda g, x: torch.sigmoid(x)), functional.relu,
        lambda x: functional.softplus(x.float()).double()],
    "sign_ste": [
        with_gradient(sign, lambda g, x: g),
        with_gradient(sign, lambda g, x: -g * (x.abs() < 1)),
        with_gradient(torch.tanh, lambda g, x: g * (x.abs() < 1))],
    "affine": [lambda x, w, b: functional.linear(x, w, b / 2),
               lambda x, w, b: functional.linear(x, w, b.detach() + 0 * b),
               lambda x, w, b: functional.linear(x.detach() + 0 * x, w, b)],
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_functions_in_different_styles_train_as_the_reference(name):
    for seed in range(2):
        for function in RIGHT[name]:
            done = checked(name, function, seed)
            assert (done.status, done.fraction) == (Status.PASSED, 1.0), done.message


@pytest.mark.parametrize("name", WRONG)
def test_wrong_functions_leave_the_reference(name):
    for function in WRONG[name]:
        done = checked(name, function)
        assert (done.status, done.fraction) == (Status.FAILED, 0.0)


SIGN = """
@autograd_function("sign_ste")
class Sign(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x >= 0, 1.0, -1.0).to(x.dtype)
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * (x.abs() < 1)
"""


def on(device, source=SIGN):
    context = replace(functions_in_process.context_of(source, "sign_ste"), device=device)
    return training(context)


def test_on_a_device_its_tensors_are_the_function_s():
    here = on(CPU)
    there = on(Device("torch-cpu", "cpu"))
    assert here.status is there.status is Status.PASSED
    assert there.message == here.message + " Its tensors were on the device torch-cpu."


def test_a_function_that_does_not_compute_on_the_device_is_given_others():
    done = on(Device("nowhere", "meta"))        # tensors of that device have no numbers
    assert done.status is Status.PASSED
    assert done.message == on(CPU).message + (
        " It does not compute on tensors of the device nowhere, so these were in the host's "
        "memory.")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device")
def test_on_a_gpu_the_losses_are_the_same():
    done = on(Device("cuda", "cuda"))
    assert done.status is Status.PASSED
    assert done.message.endswith("Its tensors were on the device cuda.")


RUNS = "(60 iterations of SGD from each of 8 starts)"


def test_what_is_said_of_right_and_wrong_ones():
    assert checked("quantize", RIGHT["quantize"][0]).message == (
        "With your Function in its hidden units, the 2-10-2 network trains as the reference does, "
        f"to 1e-08 of every loss {RUNS}.")
    assert checked("affine", RIGHT["affine"][0]).message == (
        "With your Function as its layers, the 2-10-2 network trains as the reference does, "
        "to 1e-08 of every loss (60 iterations of SGD from each of 3 starts).")
    assert checked("softplus", functional.relu).message == (
        "With your Function in its hidden units, the 2-10-2 network does not train as the "
        f"reference does {RUNS}. The first loss is another already, so it is forward that differs: "
        "7.525, expected 6.083 (start 2).")
    assert checked("softplus", WRONG["softplus"][1]).message == (
        "With your Function in its hidden units, the 2-10-2 network does not train as the "
        f"reference does {RUNS}. After 1 step the loss is another: 32.22, expected 35.13 "
        "(start 8).")


def test_the_case_holds_the_losses_around_the_parting():
    done = checked("softplus", WRONG["softplus"][1])
    case = done.counterexample
    assert (case["function"], case["start"], case["table"]["first_difference"]) == (
        "softplus", 8, 1)
    rows = case["table"]["rows"]
    assert [row[0] for row in rows] == [0, 1, 2, 3, 4, 5]
    assert rows[0][1] == pytest.approx(rows[0][2], rel=1e-12)
    assert [f"{number:.4g}" for number in rows[1][1:]] == ["32.22", "35.13"]
    assert case_of(case).columns == ("iteration", "got", "expected")
    assert checked("softplus", RIGHT["softplus"][0]).counterexample is None


def test_few_requests_are_made():
    for name, each in (("quantize", 2), ("affine", 4)):
        asked = Asked(RIGHT[name][0])
        checked(name, asked)
        assert asked.calls == each * ITERATIONS


def test_an_error_of_the_function_ends_the_task_with_its_own_problem():
    problem = Problem(Status.STUDENT_ERROR, "quantize raised ValueError: no", "mine.py:7")

    class Raising(Asked):
        def vjp_many(self, call, points, cotangents):
            raise SubjectError(problem)

    done = checked("quantize", Raising(torch.floor))
    assert (done.status, done.message, done.blocks) == (
        problem.status, f"inside the network, for x of shape (8, 4, 10): {problem}", True)


def test_an_output_of_another_shape_is_explained():
    done = checked("quantize", lambda x: x.sum())
    assert (done.status, done.message, done.blocks) == (
        Status.STUDENT_ERROR, "quantize gives an output of shape () inside the network\n"
        "  expected the shape (8, 4, 10)", True)


def test_the_figure_shows_straight_and_extended():
    [plot] = checked("quantize", RIGHT["quantize"][0]).plots
    assert [(one.role, one.label) for one in plot.series] == [
        ("sgd", "straight: ReLU instead"), ("reference", "with the specified Function"),
        ("student", "with your Function")]
    straight, specified, own = plot.series
    assert own.y == specified.y != straight.y
    assert len(own.x) == len(own.low) == ITERATIONS
    [layers] = checked("affine", RIGHT["affine"][0]).plots
    assert [one.role for one in layers.series] == ["reference", "student"]


# --- the trainings themselves, against torch ---------------------------------------------------


def by_torch(predict, size, start):
    """Losses (T, S) of the network that `predict` writes down in torch, trained by torch's SGD."""
    samples = bivariate(1000, seed=0)
    losses = []
    for column in start.T:
        packed = torch.tensor(column.copy(), requires_grad=True)
        optimizer = torch.optim.SGD([packed], lr=RATE)
        losses.append([])
        for k in range(ITERATIONS):
            rows = slice(k * BATCH, (k + 1) * BATCH)
            x, y = torch.tensor(samples.values[:, rows].T), torch.tensor(samples.labels[rows])
            loss = (predict(x, packed) - y[:, None]).square().sum(-1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses[-1].append(loss.item())
    return np.array(losses).T


def weights(packed):
    return packed[:20].reshape(2, 10), packed[20:40].reshape(10, 2)


def with_hidden(function, scale=1.0):
    def predict(x, packed):
        first, last = weights(packed)
        return function((scale * x) @ first) @ last
    return predict


def with_layers(x, packed):
    first, last = weights(packed)
    hidden = torch.relu(functional.linear(x, first.T, packed[40:50]))
    return functional.linear(hidden, last.T, packed[50:])


PREDICTED = {
    "quantize": with_hidden(lambda s: quantize_with_error_feedback(s.clamp(0, 255.9999))),
    "softplus": with_hidden(lambda s: functional.softplus(s.clamp(-4, 4)), 0.4),
    "sign_ste": with_hidden(lambda s: RIGHT["sign_ste"][0](s.clamp(-3, 3)), 0.3),
    "affine": with_layers,
}


@pytest.mark.parametrize("name", PREDICTED)
def test_the_reference_trains_as_torch_does(name):
    specification = SPECIFICATIONS[name]
    course = TrainingCourse(specification, AsSpecified(specification), SEEDS)
    expected = by_torch(PREDICTED[name], len(course.start), course.start)
    np.testing.assert_allclose(trained(course), expected, rtol=1e-9)
    assert (np.median(expected[-10:]) < 0.2 * np.median(expected[0]))


def test_the_straight_network_is_the_lecture_s():
    course = TrainingCourse(SPECIFICATIONS["quantize"], Relu(), SEEDS)
    np.testing.assert_array_equal(course.start, QuantizedNetwork().start(SEEDS))
    np.testing.assert_allclose(
        trained(course), by_torch(with_hidden(torch.relu), 40, course.start), rtol=1e-9)


def test_a_function_without_a_vjp_trains_with_its_derivative():
    cube = Specification(name="cube", formula="x^3", forward=lambda x: x**3, domain=(-2.0, 2.0))
    course = TrainingCourse(cube, AsSpecified(cube), SEEDS)
    expected = by_torch(
        with_hidden(lambda s: s.clamp(-2, 2) ** 3, 0.2), len(course.start), course.start)
    np.testing.assert_allclose(trained(course), expected, rtol=1e-8)


def test_a_function_that_has_no_place_in_the_network_is_the_instructor_s_to_mend():
    product = Specification(
        name="product", formula="a b", forward=lambda a, b: a * b,
        inputs={"a": "n", "b": "n"}, output="n")
    with pytest.raises(HarnessError) as error:
        trained(TrainingCourse(product, AsSpecified(product), SEEDS))
    assert str(error.value) == (
        "the 2-10-2 network has no place for such a Function\n  at product\n"
        "  expected one input, elementwise; or x, W and b of a layer\n"
        "  fix: leave the check 'training' out of this task")


def test_a_parting_is_the_first_step_and_there_the_farthest_seed():
    expected = np.ones((5, 3))
    assert parting(expected * (1 + 1e-9), expected) is None
    off = expected.copy()
    off[2] = [1 + 1e-7, 1 - 1e-6, 1.0]
    off[3] = np.nan
    at = parting(off, expected)
    assert (at.step, at.seed, at.got, at.expected) == (2, 1, 1 - 1e-6, 1.0)
    off[2] = [1.0, 1.0, np.nan]
    assert parting(off, expected).seed == 2
