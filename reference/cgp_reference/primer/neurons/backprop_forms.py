"""What the backpropagation methods of the course's package take, by version.

Students name the parameters as they like and add their own (`mu`, `beta1=0.9`), so that names
decide where they tell something, and otherwise how many there must be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cgp_reference.primer.options import PrimerError
from cgp_reference.primer.settings import VERSIONS, between


@dataclass(frozen=True)
class Form:
    """One way to call a backpropagation method.

    Args:
        oldest: the first version that has it.
        newest: the last.
        takes: what it takes, in a word or two.
        parameters: their names in the package.
    """

    oldest: str
    newest: str
    takes: str
    parameters: tuple[str, ...]


SAMPLES = Form(
    "1.1.3", VERSIONS[-1], "the samples of a batch",
    ("data_tuples_in_batch", "predictions", "y_errors_in_batch", "deriv_sigmoids"))
AVERAGES = Form(
    VERSIONS[0], "1.1.2", "averages", ("y_error", "vals_for_input_vars", "deriv_sigmoid"))
NO_INPUTS = Form(VERSIONS[0], "1.1.2", "averages", ("y_error", "deriv_sigmoid"))
ONE_NEURON = (SAMPLES, AVERAGES, NO_INPUTS)

ERRORS = Form("1.1.5", VERSIONS[-1], "the errors alone", ("y_errors",))
PREDICTIONS = Form("1.1.3", "1.1.4", "predictions and errors", ("predictions", "y_errors"))
LABELS = Form(VERSIONS[0], "1.1.2", "class labels", ("y_error", "class_labels"))
MULTI_NEURON = (ERRORS, PREDICTIONS, LABELS)


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
    return {2: NO_INPUTS, 3: AVERAGES, 4: SAMPLES}.get(required)


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


def of_version(forms: Sequence[Form], version: str) -> Form:
    """The form that a version of the package itself calls."""
    return next(form for form in forms if between(form.oldest, version, form.newest))


def in_order(
    method: str, forms: Sequence[Form], arguments: Sequence[Any], named: Mapping[str, Any]
) -> tuple[Any, ...]:
    """What a call passes by place and by name, in the order of the form that it fits.

    Raises:
        PrimerError: it fits none of `forms`.

    >>> in_order("backprop", MULTI_NEURON, (0.5,), {"class_labels": [1, 0]})
    (0.5, [1, 0])
    """
    for form in forms:
        rest = form.parameters[len(arguments):]
        if len(rest) + len(arguments) == len(form.parameters) and set(rest) == set(named):
            return (*arguments, *(named[name] for name in rest))
    given = ["…"] * len(arguments) + [f"{name}=…" for name in named]
    raise PrimerError(f"{method}({', '.join(given)})", expected=written(forms))


def written(forms: Sequence[Form]) -> str:
    """The parameters of each form, for a message: `(a), (b, c) or (d)`."""
    *others, last = (f"({', '.join(form.parameters)})" for form in forms)
    return f"{', '.join(others)} or {last}"
