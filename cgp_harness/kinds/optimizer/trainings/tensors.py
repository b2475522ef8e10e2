"""Does a student's rule compute on a device's tensors, or must it be given copies elsewhere?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cgp_harness.kinds.optimizer.trainings.student_steps import Entrant, of_subject
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

_GRADIENTS = np.array([[0.5, -2.0], [1.25, 0.75]])
"""Of two steps, for two numbers."""
_PARAMETERS = np.array([2.0, -0.5])
_TOLERANCE = 1e-6
"""Relative. Devices differ in the last digits, in float32 in the seventh."""


def computes_on(device: str, entrant: Entrant) -> bool:
    """Whether the rule answers on the device's tensors as it does on the arrays that it has here.

    A rule may raise there: numpy takes no tensor of a GPU's, and no sum that has no fixed order is
    allowed. What it does there is no finding; it is then run as everywhere else.

    Args:
        device: torch's name of it.
        entrant: an elementwise rule.
    """
    here = _steps(entrant)
    try:
        there = _steps(replace(entrant, device=device))
    except SubjectError:
        return False
    return bool(np.allclose(there, here, rtol=_TOLERANCE, atol=0.0, equal_nan=True))


def _steps(entrant: Entrant) -> Floats:
    step = of_subject(entrant, 2, 1)
    return np.concatenate([
        step(gradient[:, None], _PARAMETERS[:, None]) for gradient in _GRADIENTS])
