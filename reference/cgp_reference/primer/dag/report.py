"""What the DAG's training prints, in the lecture's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def start(parameters: Mapping[str, float]) -> None:
    """The parameters that training begins with."""
    print(f"\n\nInitial values for all learnable parameters: {parameters}")


def sample(
    index: int, inputs: Mapping[str, float], outputs: Mapping[str, float], error: float
) -> None:
    """One sample, its prediction and its loss."""
    rule = "=" * 12
    print(f"\n\n{rule}  [Forward Propagation] Training with sample indexed: {index} ==={rule}")
    print(f"\ninput values for independent variables:  {inputs}")
    print(f"\npredicted value at the output nodes:  {outputs}")
    loss(index, error)


def loss(index: int, error: float) -> None:
    """The norm of one sample's error."""
    print(f"\nloss for training sample indexed {index}: {error}")


def partials(to_param: Mapping[str, Any], to_var: Mapping[str, Any]) -> None:
    """Every variable's partials, a line each; in `exact` semantics they are not estimates."""
    for title, table in (("learnable parameters", to_param), ("other vars", to_var)):
        print(f"\nestimated partial derivatives of vars wrt {title}:")
        for name, row in table.items():
            print(f"\nk={name}     v={row}")


def end(index: int, inputs: Mapping[str, float], parameters: Mapping[str, float]) -> None:
    """The parameters after the sample's step."""
    print(f"\n\n[sample index: {index}]: input val: {inputs}    "
          f"vals for learnable parameters: {parameters}")
