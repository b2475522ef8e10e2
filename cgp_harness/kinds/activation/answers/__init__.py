"""How an activation is called. Runs in the worker."""

from cgp_harness.kinds.activation.answers.evaluating import answer
from cgp_harness.sandbox.worker.answering import ByName


class Answers(ByName):
    """Values and derivatives."""

    def __init__(self) -> None:
        super().__init__(answer)
