"""How a function is graded: by its values on arrays of the declared shapes and sizes."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from cgp_function.asking import AskingFunction
from cgp_function.kind import FunctionTask
from cgp_function.requests import Shape
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


@dataclass(frozen=True)
class FunctionContext(Context):
    """A function under one check."""

    task: FunctionTask


def named(task: FunctionTask, path: str) -> Specified:
    """The function that a task names.

    Raises:
        HarnessError: there is none.
    """
    module, _, name = path.partition(":")
    try:
        found: Specified = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
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

    def wrong(case: Case) -> bool:
        wanted = np.asarray(specified(*case), np.float64)
        got = asking.value(name, case, wanted.shape, context.task.library)
        return not np.allclose(got, wanted, rtol=context.task.relative, atol=1e-300, equal_nan=True)

    fixed = next(filter(wrong, _fixed(context.task)), None)
    case = smallest_failure(
        _cases(context.task), context.seed, wrong, lambda one: sum(part.size for part in one)
    ) or fixed
    if case is None:
        return passed()
    wanted = np.asarray(specified(*case), np.float64)
    got = asking.value(name, case, wanted.shape, context.task.library)
    return failed(
        f"{name} computes other values than specified.",
        counterexample=_shown(name, case, got, wanted))


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


def _shown(name: str, case: Case, got: Floats, wanted: Floats) -> dict[str, object]:
    first = int(np.argmax(~np.isclose(got, wanted, rtol=1e-9, atol=1e-300, equal_nan=True).ravel()))
    rows = [(number, one, other) for number, (one, other) in enumerate(
        zip(got.ravel(), wanted.ravel(), strict=True), start=1)]
    given = ", ".join(np.array2string(one, separator=", ", threshold=20) for one in case)
    return table(f"{name}({given})", ("number", "got", "expected"), rows, first)


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
    right=(Right("numpy", "from cgp_function import function\n", _RIGHT, FunctionTask(
        "double", "function", "", {"loads": CheckSpec(1.0), "values": CheckSpec(1.0)},
        specified="cgp_function.grading:double", shapes=(((3,),),))),),
    context=FunctionContext,
    require=require,
)
