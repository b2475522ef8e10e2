"""The kind `primer_training`."""

from cgp_harness.kind import CheckInfo, Kind
from cgp_harness.kinds.primer_training.contract import CONTRACT
from cgp_harness.kinds.primer_training.task import PrimerTask, mistakes

NOT_KNOWN = "Not known: "
"""How the message of `hyperparameters_used` begins where the rule is another, with others."""

PRIMER_TRAINING = Kind(
    CONTRACT, "cgp_harness.kinds.primer_training",
    checks={
        "followed": CheckInfo("trains, and can be followed", evidence="trace"),
        "gradient_used": CheckInfo("steps along the gradient of its batch", evidence="trace"),
        "rule_used": CheckInfo(
            "moves by the specified rule", cites_equation=True, evidence="trace"),
        "hyperparameters_used": CheckInfo(
            "uses its hyperparameters", evidence="trace", repeats={"rule_used": "the rule"},
            repeating=NOT_KNOWN),
        "compared_fairly": CheckInfo("is compared fairly", evidence="trace"),
    },
    task=PrimerTask,
    mistakes=mistakes,
    imports=lambda task: (
        "matplotlib.pyplot", "cgp_reference.primer.watching",
        "cgp_harness.kinds.primer_training.answers"),
    written_out="the rule written out",
    runs_files=True,
    gives={"ComputationalGraphPrimer": "primer_homework"},
)
