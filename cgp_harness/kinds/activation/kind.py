"""The kind `activation`."""

from cgp_harness.kind import CheckInfo, Kind
from cgp_harness.kinds.activation.contract import CONTRACT
from cgp_harness.kinds.activation.starter import STARTER
from cgp_harness.kinds.activation.task import ActivationTask

ACTIVATION = Kind(
    CONTRACT, "cgp_harness.kinds.activation",
    checks={
        "activation": CheckInfo("value and derivative fit each other"),
        "learning": CheckInfo("the 4-2-1 network learns with it"),
    },
    task=ActivationTask,
    written_out="value and derivative written out",
    starter=STARTER,
)
