"""How a backpropagation is called. Runs in the worker."""

from cgp_harness.kinds.backprop.answers.graphs import answer
from cgp_harness.sandbox.worker.answering import ByName


class Answers(ByName):
    """Values, partials and gradients."""

    def __init__(self) -> None:
        super().__init__(answer)
