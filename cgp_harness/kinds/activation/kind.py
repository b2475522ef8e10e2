"""The kind `activation`."""

from cgp_harness.kind import Authored, CheckInfo, Kind
from cgp_harness.kinds.activation.contract import CONTRACT
from cgp_harness.kinds.activation.starter import STARTER
from cgp_harness.kinds.activation.task import ActivationTask

REFUSAL = "Refused: "
"""How the message of `learning` begins where `activation` has refused what it is given."""

ACTIVATION = Kind(
    CONTRACT, "cgp_harness.kinds.activation",
    fixture="activation",
    checks={
        "activation": CheckInfo("value and derivative fit each other"),
        "learning": CheckInfo(
            "the 4-2-1 network learns with it",
            repeats={"activation": "the function"}, repeating=REFUSAL),
    },
    task=ActivationTask,
    written_out="value and derivative written out",
    starter=STARTER,
    authored=Authored(
        {"activation": 60, "learning": 35},
        compared="Value and derivative are compared with the right ones, number by number, on "
        "inputs that you have not seen."),
)
