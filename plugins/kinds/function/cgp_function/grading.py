"""How a function is graded: by its values on arrays of the declared shapes and sizes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from cgp_function.asking import AskingFunction
from cgp_function.kind import FunctionTask
from cgp_function.requests import Library, Numbers, Shape
from cgp_function.specified import Specified, Value, specified
from cgp_harness.checks.context import Context, Outcome, failed, passed
from cgp_harness.checks.grading import Grading, Right
from cgp_harness.errors import HarnessError
from cgp_harness.model import Floats, Status
from cgp_harness.probing.case_table import table
from cgp_harness.probing.search import smallest_failure
from cgp_harness.task import Assignment, CheckSpec

Case = tuple[Floats, ...]
FIXED = 8
"""Calls for each list of shapes with generic numbers, in every run."""
FAR = 0.9
"""Of the largest size: where all numbers of an argument are, less what they differ by."""
ROUNDINGS = 8
"""A right form is off by so many times what one rounding of each argument changes, at most."""


@dataclass(frozen=True)
class FunctionContext(Context):
    """A function under one check."""

    task: FunctionTask


def require(assignment: Assignment, task: FunctionTask) -> None:
    """See that all is there that a task asks for.

    Raises:
        HarnessError: it is not.
    """
    if "derivative" in task.checks and specified(assignment, task).derivative is None:
        raise HarnessError(
            f"the solution has no function {task.id}_derivative", where=f"task {task.id!r}",
            expected=f'one below @function("{task.id}_derivative"), since the task checks it')


def values(context: FunctionContext) -> Outcome:
    """Is it the specified function, by one of its conventions?"""
    asked = specified(context.assignment, context.task)
    outcomes = [_judged(context, context.task.id, asked, value) for value in asked.values]
    return next((one for one in outcomes if one.status is Status.PASSED), outcomes[0])


def derivative(context: FunctionContext) -> Outcome:
    """Is what is registered as `<id>_derivative` the specified derivative?"""
    name = f"{context.task.id}_derivative"
    if context.subject.manifest.find("function", name) is None:
        return failed(f"No function is registered as {name}: write @function(\"{name}\") above it.")
    asked = specified(context.assignment, context.task)
    assert asked.derivative is not None  # else nothing is graded
    return _judged(context, name, asked, asked.derivative)


def _judged(context: FunctionContext, name: str, right: Specified, value: Value) -> Outcome:
    asking: AskingFunction = context.subject.of("function")
    task = context.task

    def asked(case: Case) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        wanted = _value(value, case)
        got = asking.value(name, case, right.numbers, wanted.shape, task.library)
        largest = max((float(np.abs(one).max()) for one in case), default=1.0)
        near = task.relative * np.abs(wanted) + right.absolute * max(1.0, largest)
        wrong = _wrong(value, right.numbers, case, got, wanted, near)
        return got, wanted, wrong & (right.everywhere | np.isfinite(wanted))

    def fails(case: Case) -> bool:
        return bool(asked(case)[2].any())

    fixed = next(filter(fails, _fixed(task, right)), None)
    case = smallest_failure(
        _cases(task, right), context.seed, fails, lambda one: sum(part.size for part in one)
    ) or fixed
    if case is None:
        return passed()
    got, wanted, wrong = (one.ravel() for one in asked(case))
    given = ", ".join(np.array2string(one, separator=", ", threshold=20) for one in case)
    return failed(f"{name} computes other values than specified.", counterexample=table(
        f"{name}({given})", ("number", "got", "expected"),
        list(zip(range(1, got.size + 1), got, wanted, strict=True)), int(np.argmax(wrong))))


def _value(value: Value, case: Case) -> Floats:
    with np.errstate(all="ignore"):  # not finite is a value like others
        return np.asarray(value(*case), np.float64)


def _wrong(
    value: Value, numbers: Sequence[Numbers], case: Case, got: Floats, wanted: Floats,
    near: Floats,
) -> NDArray[np.bool_]:
    """Which numbers no right form computes: one may be off by what rounding the arguments does, and
    as much as `near` says."""
    draw = np.random.default_rng(0)
    rounded = np.array([
        _value(value, tuple(
            part if one != "real"
            else part * (1 + np.spacing(1) * draw.choice([-1, 1], part.shape))
            for part, one in zip(case, numbers, strict=True)))
        for _ in range(8)])
    with np.errstate(all="ignore"):
        moved = np.nan_to_num(np.abs(rounded - wanted).max(axis=0))
        close = np.abs(got - wanted) <= near + ROUNDINGS * moved
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted)) | (close & np.isfinite(wanted))
    steady = np.isfinite(rounded) == np.isfinite(wanted)
    return np.asarray(steady.all(axis=0) & ~same)


def _fixed(task: FunctionTask, right: Specified) -> Iterator[Case]:
    """The same in every run: generic numbers of every declared size and both signs, and zeros; and
    all numbers of an argument far out, on one side."""
    draw, (low, high) = np.random.default_rng(0), np.log(task.magnitudes)

    def drawn(shapes: tuple[Shape, ...], high: float = high) -> Case:
        return tuple(
            draw.integers(0, below, shape).astype(np.float64) if below else
            np.exp(draw.uniform(low, high, shape)) * draw.choice([-1.0, 1.0], shape)
            for shape, below in zip(shapes, right.below(shapes), strict=True))

    for shapes in right.shapes:
        yield from (drawn(shapes) for _ in range(FIXED))
        yield tuple(np.zeros(shape) for shape in shapes)
        for far, below in enumerate(right.below(shapes)):
            for end in (-FAR, FAR) if not below else ():
                yield tuple(
                    one + end * task.magnitudes[1] * (i == far)
                    for i, one in enumerate(drawn(shapes, max(low, min(high, 0.0)))))


def _cases(task: FunctionTask, right: Specified) -> st.SearchStrategy[Case]:
    number = st.floats(-task.magnitudes[1], task.magnitudes[1])
    return st.one_of([
        st.tuples(*[
            _arrays(shape, st.integers(0, below - 1) if below else number)
            for shape, below in zip(shapes, right.below(shapes), strict=True)])
        for shapes in right.shapes])


def _arrays(shape: Shape, number: st.SearchStrategy[float]) -> st.SearchStrategy[Floats]:
    size = math.prod(shape)
    return st.lists(number, min_size=size, max_size=size).map(
        lambda flat: np.reshape(np.array(flat, np.float64), shape))


_RIGHT = '''
@function("double")
def double(x):
    return 2 * x
'''


def double(x: Floats) -> Floats:
    """What the canary computes."""
    return 2 * x


GRADING = Grading(
    checks={"values": values, "derivative": derivative},
    right=tuple(Right(library, "from cgp_function import function\n", _RIGHT, FunctionTask(
        "double", "function", "", {"loads": CheckSpec(1.0), "values": CheckSpec(1.0)},
        specified="cgp_function.grading:double", shapes=(((3,),),), library=library,
    )) for library in get_args(Library)),
    context=FunctionContext,
    require=require,
)
