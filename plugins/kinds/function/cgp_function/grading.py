"""How a function is graded: by its values on arrays of the declared shapes and sizes."""

import math
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from cgp_function.asking import AskingFunction
from cgp_function.kind import FunctionTask
from cgp_function.requests import Library, Shape
from cgp_harness.checks.context import Context, Outcome, failed, passed
from cgp_harness.checks.grading import Grading, Right
from cgp_harness.errors import HarnessError
from cgp_harness.model import Floats
from cgp_harness.probing.case_table import table
from cgp_harness.probing.search import smallest_failure
from cgp_harness.task import CheckSpec

Specified = Callable[..., Floats]
Case = tuple[Floats, ...]
FIXED = 8
"""Calls for each list of shapes with generic numbers, in every run."""
ROUNDINGS = 8
"""A right form is off by so many times what one rounding of each argument changes, at most."""


@dataclass(frozen=True)
class FunctionContext(Context):
    """A function under one check."""

    task: FunctionTask


def named(task: FunctionTask, path: str) -> Specified:
    """The function that a task names.

    Raises:
        HarnessError: there is none.
    """
    try:
        found: Specified = pkgutil.resolve_name(path)
    except (ImportError, AttributeError, ValueError) as error:
        raise HarnessError(
            f"there is no function {path!r}", where=f"task {task.id!r}",
            expected="module:function, of a module that is installed here") from error
    return found


def require(task: FunctionTask) -> None:
    """See that all is there that a task names."""
    for path in filter(None, (task.specified, task.derivative)):
        named(task, path)


def values(context: FunctionContext) -> Outcome:
    """Is it the specified function?"""
    return _judged(context, context.task.id, named(context.task, context.task.specified))


def derivative(context: FunctionContext) -> Outcome:
    """Is what is registered as `<id>_derivative` the specified derivative?"""
    name = f"{context.task.id}_derivative"
    if context.subject.manifest.find("function", name) is None:
        return failed(f"No function is registered as {name}: write @function(\"{name}\") above it.")
    return _judged(context, name, named(context.task, context.task.derivative))


def _judged(context: FunctionContext, name: str, specified: Specified) -> Outcome:
    asking: AskingFunction = context.subject.of("function")
    task = context.task

    def asked(case: Case) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        wanted = _value(specified, case)
        got = asking.value(name, case, wanted.shape, task.library)
        return got, wanted, _wrong(specified, case, got, wanted, task.relative)

    def fails(case: Case) -> bool:
        return bool(asked(case)[2].any())

    fixed = next(filter(fails, _fixed(task)), None)
    case = smallest_failure(
        _cases(task), context.seed, fails, lambda one: sum(part.size for part in one)) or fixed
    if case is None:
        return passed()
    got, wanted, wrong = (one.ravel() for one in asked(case))
    given = ", ".join(np.array2string(one, separator=", ", threshold=20) for one in case)
    return failed(f"{name} computes other values than specified.", counterexample=table(
        f"{name}({given})", ("number", "got", "expected"),
        list(zip(range(1, got.size + 1), got, wanted, strict=True)), int(np.argmax(wrong))))


def _value(specified: Specified, case: Case) -> Floats:
    with np.errstate(all="ignore"):  # not finite is a value like others
        return np.asarray(specified(*case), np.float64)


def _wrong(
    specified: Specified, case: Case, got: Floats, wanted: Floats, relative: float
) -> NDArray[np.bool_]:
    """Which numbers no right form computes: one may be off by what rounding the arguments does."""
    draw = np.random.default_rng(0)
    rounded = np.array([
        _value(specified, tuple(
            part * (1 + np.spacing(1) * draw.choice([-1, 1], part.shape)) for part in case))
        for _ in range(8)])
    with np.errstate(all="ignore"):
        moved = np.nan_to_num(np.abs(rounded - wanted).max(axis=0))
        near = np.abs(got - wanted) <= relative * np.abs(wanted) + ROUNDINGS * moved
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted)) | (near & np.isfinite(wanted))
    steady = np.isfinite(rounded) == np.isfinite(wanted)
    return np.asarray(steady.all(axis=0) & ~same)


def _fixed(task: FunctionTask) -> Sequence[Case]:
    """The same in every run: generic numbers of every declared size and both signs, and zeros."""
    draw, (low, high) = np.random.default_rng(0), np.log(task.magnitudes)
    cases = [
        tuple(np.exp(draw.uniform(low, high, shape)) * draw.choice([-1.0, 1.0], shape)
              for shape in shapes)
        for shapes in task.shapes for _ in range(FIXED)]
    return [*cases, *(tuple(np.zeros(shape) for shape in shapes) for shapes in task.shapes)]


def _cases(task: FunctionTask) -> st.SearchStrategy[Case]:
    number = st.floats(-task.magnitudes[1], task.magnitudes[1])
    return st.one_of([
        st.tuples(*[_arrays(shape, number) for shape in shapes]) for shapes in task.shapes])


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
    require=lambda _, task: require(task),
)
