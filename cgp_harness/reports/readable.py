"""The fields of a stored case that has no table, as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cgp_harness.probing.text import number, shown

WHOLE = 17


def fields(case: Mapping[str, Any]) -> Iterator[str]:
    """A line for each field that holds something.

    >>> list(fields({"function": "f", "inputs": {"x": [750.0]}, "got": {"output": [None]}}))
    ['function: f', 'inputs: x = [750.0]', 'got: output = [not finite]']
    """
    for name, value in case.items():
        if value is not None and value != {}:
            yield f"{shown(name).replace('_', ' ')}: {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{shown(str(key))} = {_value(one)}" for key, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_value, value))}]"
    return number(value, WHOLE)
