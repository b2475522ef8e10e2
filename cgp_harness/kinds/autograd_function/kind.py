"""The kind `autograd_function`."""

import ast

from cgp_harness.kind import Authored, CheckInfo, Kind
from cgp_harness.kinds.autograd_function.contract import CONTRACT
from cgp_harness.kinds.autograd_function.starter import STARTER
from cgp_harness.kinds.autograd_function.task import FunctionTask, mistakes


def _asked(check: str, node: ast.stmt, _: int) -> bool:
    """Training takes one input, of which nothing is said: a network has a place for it."""
    forward = next((
        one for one in ast.walk(node) if isinstance(one, ast.FunctionDef)
        and one.name == "forward"), None)
    if check != "training" or forward is None:
        return check != "training"
    inputs = [argument for argument in forward.args.args if argument.arg != "ctx"]
    return len(inputs) - len(forward.args.defaults) == 1 and inputs[0].annotation is None


AUTOGRAD_FUNCTION = Kind(
    CONTRACT, "cgp_harness.kinds.autograd_function",
    fixture="function",
    checks={
        "forward": CheckInfo("computes the specified values", cites_equation=True),
        "gradient": CheckInfo("its backward is the specified one", cites_equation=True),
        "autograd": CheckInfo("is a well-behaved Function"),
        "training": CheckInfo(
            "trains as the reference does",
            repeats={"forward": "the values", "gradient": "the backward"}),
    },
    task=FunctionTask,
    mistakes=mistakes,
    written_out="forward and backward written out, by operations on tensors",
    starter=STARTER,
    authored=Authored(
        {"forward": 20, "gradient": 50, "autograd": 15, "training": 10},
        ("torch.autograd.grad", "torch.autograd.backward", "torch.autograd.functional",
         "torch.autograd.forward_ad", "torch.func", "torch.nn", "torch.ops", "torch._C"),
        "What forward returns (values, shape, dtype) and what backward returns for every gradient "
        "`g` of the output are compared with the right ones, on inputs that you have not seen. "
        "Both are to be written out: backward is given `g`, in the shape of the output, and "
        "returns a gradient for each input of forward, in its shape.",
        asked=_asked),
)
