"""`autograd`: is a Function a good citizen of Autograd, whatever it computes?

Answers are compared with the Function's own answers; no oracle is needed. One leak trips many
relations, so they are tried in causal order and the first that fails is reported alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.checks.context import Outcome, passed, stopped
from cgp_harness.kinds.autograd_function.checks.autograd_answers import Answers
from cgp_harness.kinds.autograd_function.checks.needs_input_grad import needs_input_grad
from cgp_harness.kinds.autograd_function.checks.returned import misreturned
from cgp_harness.kinds.autograd_function.checks.special_cases import forward_fails
from cgp_harness.kinds.autograd_function.checks.where_it_runs import backward_answers
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw, refused
from cgp_harness.kinds.autograd_function.probes.numbers import agree
from cgp_harness.kinds.autograd_function.probes.under_test import (
    FunctionUnderTest,
    function_under_test,
)
from cgp_harness.kinds.autograd_function.questions import Scenario
from cgp_harness.kinds.autograd_function.specifications.specification import FLOAT32, Sizes
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError


@np.errstate(over="ignore", invalid="ignore")  # a student may return 1e308, or infinity
def autograd(context: FunctionContext) -> Outcome:
    """The first relation that does not hold, in causal order."""
    try:
        elsewhere = {"forward", "gradient"} <= set(context.task.checks)
        answers = Answers.of(function_under_test(context), elsewhere=elsewhere)
        for relation in (
            _changes, _repeats, _two_nodes, _retained, _kept, _cycle, _changed_after_forward,
            needs_input_grad, _single_precision,
        ):
            flaw = next(relation(answers), None)
            if flaw is not None:
                return refused(flaw)
    except SubjectError as error:
        return stopped(error.problem)
    return passed()


def _changes(answers: Answers) -> Iterator[Flaw]:
    changed = answers.plain.changed
    if changed == "cotangent":
        yield Flaw("cotangent_changed", (
            "backward changes g in place. The same tensor may be on its way to other nodes: make a "
            "new one, as `g * h` does and `g *= h` and `g.mul_(h)` do not."))
    elif changed:
        name = _name(answers, changed)
        yield Flaw("input_changed", (
            f"backward changes {name} in place. What was saved is not a copy: compute with a new "
            "tensor."))


def _name(answers: Answers, changed: str) -> str:
    """Which input it is; a worker's text is compared, never read."""
    inputs = {f"input {index}": name for index, name in enumerate(answers.names)}
    return inputs.get(changed, "an input")


def _repeats(answers: Answers) -> Iterator[Flaw]:
    if not agree(answers.plain.gradients[0], answers.gradients[0]):
        yield Flaw("not_deterministic", (
            "backward gives another gradient for the same input and the same g the second time: "
            "something is drawn at random, or remembered from one call to the next."))


def _two_nodes(answers: Answers) -> Iterator[Flaw]:
    message = (
        "Two calls before the first backward disturb each other: something is kept on the class, "
        "in a global or in a list, which all calls share. What belongs to one call belongs to its "
        "ctx.")
    first, second = answers.gradients
    expected = np.stack([second, first, first, second])
    yield from _compared(
        answers, "two_nodes", "shared_state", message, expected, answers.points[:2])
    yield from _compared(
        answers, "temporaries", "shared_state", f"{message} Here the inputs of the first are gone "
        "when the second comes, as of `F.apply(w * c)`: a new tensor may have the `id()` and the "
        "`data_ptr()` of an old one.", np.stack([first, second, first, second]),
        answers.points[:2])
    first, other = answers.function.specification.tried_sizes[:2]
    other = first if other == answers.sizes else other
    for flaw in _compared(
            answers, "other_shape", "shared_state", f"{message} Here the other call has inputs of "
            "other shapes.", answers.gradients[:1], answers.points[:1], between=other.inputs):
        # With the very numbers of that call, which may be none that it takes.
        at = np.resize(answers.points[0], (1, other.numbers))
        if not forward_fails(answers.function, other, at):
            yield flaw


def _retained(answers: Answers) -> Iterator[Flaw]:
    message = (
        "A second backward through the same node, after `backward(retain_graph=True)`, does not "
        "give the same gradient: the first one changes or uses up what forward saved.")
    expected = np.stack([answers.gradients[0], answers.gradients[0]])
    yield from _compared(
        answers, "retained", "second_backward", message, expected, answers.points[:1])


def _compared(
    answers: Answers, scenario: Scenario, flag: str, message: str, expected: Floats,
    points: Floats, **options: Any
) -> Iterator[Flaw]:
    try:
        got = answers.scenario(scenario, points, **options).gradients
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        yield Flaw(flag, f"{message}\n{error.problem}")
        return
    if not agree(got, expected):
        yield Flaw(flag, message)


def _kept(answers: Answers) -> Iterator[Flaw]:
    if answers.plain.kept:
        listed = " and ".join(f"ctx.{name:.40}" for name in answers.plain.kept[:3])
        yield Flaw("tensor_on_ctx", (
            f"forward keeps a tensor in {listed}. Autograd then neither notices a change in place "
            "nor frees it in time: hand tensors to ctx.save_for_backward() and take them from "
            "ctx.saved_tensors."))


def _cycle(answers: Answers) -> Iterator[Flaw]:
    if not answers.scenario("cycle").collected:
        yield Flaw("reference_cycle", (
            "The node stays alive after its output is gone, so that memory grows with every call: "
            "something that ctx refers to refers back to it."))


def _changed_after_forward(answers: Answers) -> Iterator[Flaw]:
    for name, points in zip(answers.names, answers.with_one_changed(), strict=True):
        answer = answers.scenario("changed_after_forward", points)
        if not answer.refused and not agree(answer.gradients[0], answers.gradients[0]):
            yield Flaw("input_not_guarded", (
                f"{name}, changed in place between forward and backward, changes the gradient, and "
                "nothing is said. torch raises if tensors are handed to ctx.save_for_backward() as "
                "they came, not as an array, as `.data` or in a container."))


def _single_precision(answers: Answers) -> Iterator[Flaw]:
    """Against the Function's own gradient in float64, at the very same numbers."""
    function = answers.function
    for sizes, points, cotangents in _single_numbers(answers):
        if not function.specification.where_usable(sizes, points, "float32").all():
            continue
        if not _forward_is_single(function, sizes, points):
            return  # the check `forward` says so, and it is charged there
        try:
            answer = function.vjp(sizes, points, cotangents, dtype="float32")
        except SubjectError as error:
            if error.kind not in RAISED:
                raise
            if backward_answers(function, sizes, points, cotangents):  # else `gradient` says so
                yield Flaw(
                    "float32_gradient", f"backward fails for float32 inputs.\n{error.problem}")
            return
        if flaw := misreturned(answer, function, sizes.inputs, "float32"):
            as_ever = misreturned(answers.plain, function, answers.sizes.inputs)
            if as_ever is None or as_ever.flag != flaw.flag:  # else `gradient` says so
                yield replace(flaw, message=f"For float32 inputs: {flaw.message}")
            return
        wanted = function.gradients(sizes, points, cotangents)[0]
        off = np.abs(answer.gradients[0] - wanted)
        size = max(1.0, float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)))
        if not (off <= FLOAT32 * size).all() and np.isfinite(wanted).all():
            yield Flaw("float32_gradient", "backward gives another gradient for float32 inputs.")
            return


def _single_numbers(answers: Answers) -> Iterator[tuple[Sizes, Floats, Floats]]:
    """A usual point, and numbers of every size: all of them exact in float32."""
    specification = answers.function.specification
    point, cotangent = (
        one.astype(np.float32).astype(np.float64)
        for one in ground.in_single_precision(specification, answers.sizes))
    yield answers.sizes, point, cotangent
    if specification.elementwise and specification.vjp is not None:
        numbers = ground.numbers(specification, "float32")
        sizes = Sizes((numbers.shape,), numbers.shape)
        yield sizes, numbers[None], np.resize(np.array([1.0, -2.0, 0.5]), (1, len(numbers)))


def _forward_is_single(function: FunctionUnderTest, sizes: Sizes, points: Floats) -> bool:
    wanted = "float64" if function.specification.output_dtype == "float64" else "float32"
    try:
        got = function.forward(sizes, points, dtype="float32")
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        return False
    return got.dtype == wanted and got.changed < 0
