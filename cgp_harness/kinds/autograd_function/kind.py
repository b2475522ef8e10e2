"""The kind `autograd_function`."""

from cgp_harness.kind import CheckInfo, Kind
from cgp_harness.kinds.autograd_function.contract import CONTRACT
from cgp_harness.kinds.autograd_function.starter import STARTER
from cgp_harness.kinds.autograd_function.task import FunctionTask, mistakes

AUTOGRAD_FUNCTION = Kind(
    CONTRACT, "cgp_harness.kinds.autograd_function",
    checks={
        "forward": CheckInfo("computes the specified values", cites_equation=True),
        "gradient": CheckInfo("its backward is the specified one", cites_equation=True),
        "autograd": CheckInfo("is a well-behaved Function"),
        "training": CheckInfo("trains as the reference does"),
    },
    task=FunctionTask,
    mistakes=mistakes,
    written_out="forward and backward written out, by operations on tensors",
    starter=STARTER,
)
