"""The kind `backprop`."""

from cgp_harness.kind import CheckInfo, Kind
from cgp_harness.kinds.backprop.contract import CONTRACT
from cgp_harness.kinds.backprop.starter import STARTER

BACKPROP = Kind(
    CONTRACT, "cgp_harness.kinds.backprop",
    checks={
        "partials": CheckInfo(
            "forward computes values and partial derivatives", cites_equation=True),
        "backpropagation": CheckInfo(
            "backward computes the gradient over all paths", cites_equation=True),
    },
    written_out="forward and backward written out",
    starter=STARTER,
)
