"""Which default values are numbers: whatever `float()` takes, but for switches and texts."""

from __future__ import annotations

import warnings
from typing import Any


def is_number(value: Any) -> bool:
    """Whether `float()` takes it; a text is no number, and a bool is a switch.

    >>> from fractions import Fraction
    >>> [is_number(one) for one in (1e-3, Fraction(1, 2), True, "0.9", (0.9, 0.999), None)]
    [True, True, False, False, False, False]
    """
    if isinstance(value, (bool, str, bytes, bytearray)):
        return False
    if str(getattr(value, "dtype", "")).endswith("bool"):  # of numpy or torch
        return False
    try:
        as_float(value)
    except OverflowError:
        return True  # a number, and a message of its own
    except Exception:
        return False  # whatever a foreign class raises
    return True


def is_count(value: Any) -> bool:
    """Whether it says how many: whole, and 1 or more; such an argument is only given such values.

    >>> [is_count(one) for one in (4, 1.0, 0, True)]
    [True, False, False, False]
    """
    return type(value) is int and 1 <= value < 2**53


def as_float(value: Any) -> float:
    """The number; arrays and tensors of one number have it in them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(value)
