"""How a Function is graded."""

from collections.abc import Mapping, Sequence

from cgp_harness.assignment.solution import OWN, answers_to
from cgp_harness.checks.grading import Grading, Right, Through
from cgp_harness.kinds.autograd_function import shown_cases
from cgp_harness.kinds.autograd_function.checks.autograd import autograd
from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.kinds.autograd_function.checks.training import training
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.descent import descent
from cgp_harness.kinds.autograd_function.probes.fixed_run import gradients, values
from cgp_harness.kinds.autograd_function.probes.training_course import place
from cgp_harness.kinds.autograd_function.repairs import with_repairs
from cgp_harness.kinds.autograd_function.specifications.specified import (
    adequacy,
    require_mistakes,
    specified,
)
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.task import Assignment, CheckSpec


def require(assignment: Assignment, task: FunctionTask) -> None:
    """See that what it must compute is there, and can be asked for.

    Raises:
        HarnessError: it is not, or has no place in the network of the check `training`; or a
            mistake of `mistakes.toml` is none.
    """
    for specification in specified(assignment, task).values():
        if "training" in task.checks:
            place(specification)
    require_mistakes(assignment, task)


def remarks(assignment: Assignment, task: FunctionTask) -> Sequence[str]:
    """See `remarks.of_task`."""
    from cgp_harness.kinds.autograd_function.remarks import of_task  # torch takes 2 s to import

    return of_task(assignment, task)


def found(assignment: Assignment, task: FunctionTask) -> Mapping[str, object]:
    """Where its answer is asked for, and how far off another may be."""
    # Torch takes 2 s to import.
    from cgp_harness.kinds.autograd_function.specifications.from_solution.making import domain_of

    if task.specification:
        return {}
    one = domain_of(answers_to(assignment, task)[OWN].target, task)
    alike = len({*one.domain.values()}) == 1
    fields = {
        "domain": next(iter(one.domain.values())) if alike else one.domain, "wide": one.wide,
        "avoid": one.avoid, "relative": one.relative}
    return {name: value for name, value in fields.items() if value != ()}


_IMPORTS = "from cgp_harness import autograd_function\n"
_RIGHT = '''
@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x.abs() < 1)
        return 2.0 * (x >= 0).to(x.dtype) - 1.0

    @staticmethod
    def backward(ctx, g):
        (inside,) = ctx.saved_tensors
        return g * inside
'''

GRADING = Grading(
    checks={
        "forward": forward, "gradient": gradient, "autograd": autograd, "training": training},
    right=(Right("torch", _IMPORTS, _RIGHT, FunctionTask(
        "sign_ste", "Function", "",
        {"loads": CheckSpec(1.0), "forward": CheckSpec(1.0), "gradient": CheckSpec(1.0)},
        specification="sign_ste"), {"training": CheckSpec(1.0)}),),
    context=FunctionContext,
    require=require,
    remarks=remarks,
    found=found,
    afterwards=with_repairs,
    known=shown_cases.known,
    fixed_runs={"forward": values, "gradient": gradients},
    adequacy=adequacy,
    descent=Through(lambda demo: demo.extended is not None, descent),
)
