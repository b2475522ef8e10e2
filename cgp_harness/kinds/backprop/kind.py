"""The kind `backprop`."""

from cgp_harness.kind import Authored, CheckInfo, Kind
from cgp_harness.kinds.backprop.contract import CONTRACT
from cgp_harness.kinds.backprop.starter import STARTER

BACKPROP = Kind(
    CONTRACT, "cgp_harness.kinds.backprop",
    fixture="backprop",
    checks={
        "partials": CheckInfo(
            "forward computes values and partial derivatives", cites_equation=True),
        "backpropagation": CheckInfo(
            "backward computes the gradient over all paths", cites_equation=True),
    },
    written_out="forward and backward written out",
    starter=STARTER,
    authored=Authored(
        {"partials": 40, "backpropagation": 55}, ("torch.autograd", "torch.func"),
        "Values, partial derivatives and gradients are compared with the right ones, on graphs "
        "that you have not seen."),
)
