"""How an activation is graded."""

from cgp_harness.checks.adequacy import Adequacy, of_values
from cgp_harness.checks.grading import Grading, Right, Through
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.fixed_run import fixed_run
from cgp_harness.kinds.activation.checks.learning import learning
from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.descent import descent
from cgp_harness.kinds.activation.mistakes import known, mistakes
from cgp_harness.kinds.activation.repairs import with_repairs
from cgp_harness.kinds.activation.task import ActivationCheck, ActivationTask
from cgp_harness.task import Assignment


def adequacy(assignment: Assignment, task: ActivationTask) -> Adequacy | None:
    """Which changes of a solution's activation are told from it, in its value or its derivative.
    """
    found = mistakes(assignment, task)
    if not found:
        return None
    return of_values(task.id, "activation", (found[0].values, found[0].derivatives))


_IMPORTS = "from cgp_harness import activation\n"
_RIGHT = '''
@activation("tanh")
def tanh(x):
    y = np.tanh(x)
    return y, 1 - y * y
'''

GRADING = Grading(
    checks={"activation": activation, "learning": learning},
    right=(Right("numpy", _IMPORTS, _RIGHT, ActivationTask(
        "tanh", "activation", "",
        {"loads": ActivationCheck(1.0), "activation": ActivationCheck(1.0)})),),
    context=ActivationContext,
    require=mistakes,
    afterwards=with_repairs,
    known=known,
    fixed_runs={"activation": fixed_run},
    adequacy=adequacy,
    descent=Through(lambda demo: demo.activated is not None, descent),
)
