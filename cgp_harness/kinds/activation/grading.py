"""How an activation is graded."""

from cgp_harness.checks.grading import Grading, Right, Through
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.learning import learning
from cgp_harness.kinds.activation.descent import descent
from cgp_harness.task import CheckSpec, Task

_IMPORTS = "from cgp_harness import activation\n"
_RIGHT = '''
@activation("tanh")
def tanh(x):
    y = np.tanh(x)
    return y, 1 - y * y
'''

GRADING = Grading(
    checks={"activation": activation, "learning": learning},
    right=(Right("numpy", _IMPORTS, _RIGHT, Task(
        "tanh", "activation", "", {"loads": CheckSpec(1.0), "activation": CheckSpec(1.0)},
        kind="activation")),),
    descent=Through(lambda demo: demo.activated is not None, descent),
)
