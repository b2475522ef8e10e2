"""How a Function is called and recorded. Runs in the worker."""

from cgp_harness.kinds.autograd_function.answers.functions import answer
from cgp_harness.sandbox.worker.answering import ByName


class Answers(ByName):
    """Outputs and vector-Jacobian products."""

    def __init__(self) -> None:
        super().__init__(answer)
