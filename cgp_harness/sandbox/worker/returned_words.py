"""What a student's code returned, in words. Runs in the worker."""

from __future__ import annotations

import math

import numpy as np

LONGEST = 10**40
"""Whole numbers up to here are shown digit by digit; Python refuses to write 4,300 digits."""


def shown(value: object) -> str:
    """A returned value as a message has it, whatever it is; never its address.

    >>> shown(None), shown((1, 2)), shown(1.5), shown(10**400)
    ('None', '2 values', '1.5', 'a whole number of about 400 digits')
    """
    if type(value) is int and abs(value) > LONGEST:
        return f"a whole number of about {int(math.log10(abs(value)))} digits"
    if value is None or type(value) in (str, int, float, bool):
        return f"{value!r:.40}"
    if type(value) is tuple:
        return f"{len(value)} values" if len(value) != 1 else "a tuple of 1 value"
    if isinstance(value, (complex, np.complexfloating)):
        return "a complex number"
    if type(value) is np.ndarray:
        return f"an array of shape {value.shape}"
    return with_article(type(value).__name__)


def with_article(name: str) -> str:
    """A noun with `a` or `an` before it, cut where it is very long."""
    return f"{'an' if name[:1].lower() in tuple('aeiou') else 'a'} {name:.40}"
