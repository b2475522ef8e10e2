"""How many digits of two numbers to write."""

from __future__ import annotations


def apart(got: float, expected: float, least: int = 4) -> tuple[str, str]:
    """Both numbers with as many digits as it takes to tell them apart.

    >>> apart(0.001 * (1 + 1e-8), 0.001, least=6)
    ('0.00100000001', '0.001')

    Args:
        least: significant digits, where fewer would do.
    """
    for digits in range(least, 17):
        written = f"{got:.{digits}g}", f"{expected:.{digits}g}"
        if written[0] != written[1]:
            return written
    return repr(got), repr(expected)
