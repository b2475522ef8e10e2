"""The constructor's options: their kinds, their defaults, and what is said of a wrong one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any

from cgp_reference.errors import ExplainedError, meant


class PrimerError(ExplainedError, ValueError):
    """The class of the lecture was given, or is asked for, something that it does not have."""


class MissingOptionError(PrimerError, AttributeError):
    """An attribute that the constructor would have set; `hasattr` sees that it is not there."""


Kind = tuple[str, Callable[[Any], bool]]


def _texts(given: Any) -> bool:
    return isinstance(given, list | tuple) and all(isinstance(text, str) for text in given)


def _count(given: Any) -> bool:
    return isinstance(given, Integral) and int(given) >= 1


def _whole(given: Any) -> bool:
    """Also 1e2: the package divides by it, and never counts up to it, so that scripts have it."""
    return isinstance(given, Real) and float(given) >= 1.0 and float(given).is_integer()


def _number(given: Any) -> bool:
    return isinstance(given, Real) and math.isfinite(given)


_TEXTS: Kind = ("a list of texts, such as ['xw=ab*xa+bc*xb']", _texts)
_NAMES: Kind = ("a list of names, such as ['xw']", _texts)
_COUNT: Kind = ("a whole number, 1 or more", _count)
_NUMBER: Kind = ("a number", _number)
_YES_OR_NO: Kind = ("True or False", lambda given: True)

OPTIONS: Mapping[str, Kind] = {
    "expressions": _TEXTS,
    "output_vars": _NAMES,
    "dataset_size": _COUNT,
    "learning_rate": _NUMBER,
    "grad_delta": _NUMBER,
    "display_loss_how_often": (_COUNT[0], _whole),
    "one_neuron_model": _YES_OR_NO,
    "training_iterations": _COUNT,
    "batch_size": _COUNT,
    "num_layers": ("a whole number, 2 or more", lambda given: _count(given) and given >= 2),
    "layers_config": (
        "a list of whole numbers, such as [4, 2, 1]",
        lambda given: isinstance(given, list | tuple) and all(map(_count, given)),
    ),
    "epochs": _COUNT,
    "for_verification_only": _YES_OR_NO,
    "debug": _YES_OR_NO,
}

DEFAULTS: Mapping[str, Any] = {
    "learning_rate": 1e-6, "grad_delta": 1e-4, "display_loss_how_often": 100, "batch_size": 4,
    "one_neuron_model": False, "debug": 0,
    # Not None by chance: scripts ask `if self.num_layers is None`.
    "num_layers": None, "epochs": None, "for_verification_only": None,
}

SYNONYMS = {"display_vals_how_often": "display_loss_how_often"}
"""The lecture's slides have the first, its code the second."""


def checked_options(positional: tuple[object, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that a constructor call sets; a falsy value stands for the default.

    Raises:
        PrimerError: an option without a name, an unknown one, or one of the wrong kind.
    """
    if positional:
        raise PrimerError(
            f"an option without its name: {_short(positional[0])}",
            expected=f"options by name: {', '.join(OPTIONS)}",
            fix="write name=value, such as learning_rate=1e-3",
        )
    options = dict(DEFAULTS)
    for written, value in given.items():
        name = SYNONYMS.get(written, written)
        _require_known(name)
        if value is None or (isinstance(value, Real | str | list | tuple) and not value):
            continue
        expected, fits = OPTIONS[name]
        if not fits(value):
            raise PrimerError(f"{written}={_short(value)}", expected=expected)
        options[name] = value
    _require_layers(options)
    return options


def missing(name: str) -> MissingOptionError:
    """The error for an option that is needed and was not given."""
    example = {
        "expressions": "['xw=ab*xa+bc*xb']", "output_vars": "['xw']", "dataset_size": "5000",
        "training_iterations": "40000", "num_layers": "3", "layers_config": "[4, 2, 1]",
        "epochs": "5",
    }.get(name, "…")
    return MissingOptionError(
        f"{name} was not given", expected=OPTIONS[name][0],
        fix=f"add {name}={example} to the constructor call",
    )


def not_begun(name: str) -> MissingOptionError:
    """The error of a subclass whose `__init__` leaves this class's out."""
    return MissingOptionError(
        f"the __init__ of {name} does not call that of ComputationalGraphPrimer",
        expected="the options of the constructor handed on to it",
        fix="write `super().__init__(*args, **kwargs)` first in it",
    )


def _require_known(name: str) -> None:
    if name not in OPTIONS:
        raise PrimerError(
            f"there is no option called {name!r}", expected=f"one of {', '.join(OPTIONS)}",
            fix=meant(name, [*OPTIONS, *SYNONYMS]),
        )


def _require_layers(options: Mapping[str, Any]) -> None:
    layers, count = options.get("layers_config"), options["num_layers"]
    if layers and count and len(layers) != count:
        raise PrimerError(
            f"num_layers={count} and layers_config={_short(layers)}",
            expected=f"num_layers={len(layers)}, or a layers_config of {count} numbers",
        )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
