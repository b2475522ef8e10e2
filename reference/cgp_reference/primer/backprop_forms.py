"""What the backpropagation methods of the course's package take, by version.

| network | arguments | versions |
|---|---|---|
| one neuron | error, (inputs,) slope, averaged over the batch | to 1.1.2 |
| one neuron | samples, predictions, errors, slopes of the batch | from 1.1.3 |
| three and more | averaged error, class labels | to 1.1.2 |
| three and more | predictions, errors of the batch | 1.1.3 and 1.1.4 |
| three and more | errors of the batch | 1.1.5 |

Students name the parameters as they like and add their own (`mu`, `beta1=0.9`), so that names
decide where they tell something, and otherwise how many there must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cgp_reference.primer.settings import VERSIONS


@dataclass(frozen=True)
class Form:
    """One way to call a backpropagation method."""

    oldest: str
    newest: str
    takes: str


AVERAGES = Form(VERSIONS[0], "1.1.2", "averages")
SAMPLES = Form("1.1.3", VERSIONS[-1], "the samples of a batch")
LABELS = Form(VERSIONS[0], "1.1.2", "class labels")
PREDICTIONS = Form("1.1.3", "1.1.4", "predictions and errors")
ERRORS = Form("1.1.5", VERSIONS[-1], "the errors alone")


def one_neuron_form(names: Sequence[str], required: int) -> Form | None:
    """The form of the one-neuron method whose arguments have these names.

    Args:
        names: all arguments but `self`; "" where there is none, as in a call.
        required: how many of them have no default.

    >>> one_neuron_form(["y_error_avg", "deriv_sigmoid_avg", "mu"], 2).takes
    'averages'
    """
    first = names[0].lower() if names else ""
    if "err" in first or "avg" in first:
        return AVERAGES
    if "data" in first or "sample" in first or "batch" in first:
        return SAMPLES
    return {2: AVERAGES, 3: AVERAGES, 4: SAMPLES}.get(required)


def multi_neuron_form(names: Sequence[str], required: int) -> Form | None:
    """The form of the multi-neuron method whose arguments have these names.

    Args:
        names: all arguments but `self`; "" where there is none, as in a call.
        required: how many of them have no default.

    >>> multi_neuron_form(["y_errors"], 1).oldest
    '1.1.5'
    """
    first = names[0].lower() if names else ""
    if any("label" in name.lower() for name in names) or "avg" in first:
        return LABELS
    if "pred" in first:
        return PREDICTIONS
    if "errors" in first or required == 1:
        return ERRORS
    return LABELS if "err" in first else None
