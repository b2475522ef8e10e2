"""What `torch.autograd.gradcheck` says of a Function of the homework, right or wrong.

It runs what it is given in this process: for the corpus only, never for a submission.
"""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
import torch

Says = Literal["passes", "refuses"]


def inputs(task: str) -> tuple[torch.Tensor, ...]:
    """A few float64 numbers away from every kink, as a course's own test would have them."""
    rng = np.random.default_rng(5)
    drawn: dict[str, list[Any]] = {
        "quantize": [rng.integers(0, 256, (2, 3)) + rng.uniform(0.2, 0.8, (2, 3))],
        "softplus": [rng.normal(0, 2, (2, 3))],
        "affine": [rng.normal(size=shape) for shape in ((4, 3), (2, 3), (2,))],
        "sign_ste": [np.array([[-2.5, -0.5, -0.1], [0.25, 0.75, 1.5]])],
    }
    return tuple(torch.tensor(one, requires_grad=True) for one in drawn[task])


def gradcheck(function: Any, task: str, *, fast: bool) -> Says:
    """Slow mode compares the whole Jacobian, fast mode one random product with it."""
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            passed = torch.autograd.gradcheck(
                function.apply, inputs(task), fast_mode=fast, raise_exception=False)
        except Exception:       # a wrong Function may raise whatever it likes
            return "refuses"
    return "passes" if passed else "refuses"
