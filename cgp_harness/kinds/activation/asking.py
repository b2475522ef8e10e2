"""Questions to a submission's activations, over its worker: `questions.Activations`."""

from __future__ import annotations

import numpy as np

from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.kinds.activation.requests import Activate, Activated
from cgp_harness.model import Floats
from cgp_harness.sandbox.host.asking import AskingByName


class WorkerActivations(AskingByName):
    """Turns questions into requests."""

    def evaluate(self, name: str, x: Floats) -> Evaluated:
        """See `questions.Activations`."""
        numbers = np.asarray(x, np.float64, order="C")  # ascontiguousarray makes () a (1,)
        answer, payload = self.ask(
            Activate(name, numbers.shape), Activated, numbers.tobytes(), 2 * numbers.nbytes)
        value, derivative = np.frombuffer(payload, np.float64).reshape(2, *numbers.shape)
        return Evaluated(value, derivative, answer.dtypes)


asking = WorkerActivations
