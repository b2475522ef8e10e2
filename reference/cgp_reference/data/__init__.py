"""The lecture's data sets, and batches of them."""

from __future__ import annotations

from cgp_reference.data.datasets import (
    Array,
    DataError,
    Samples,
    bivariate,
    dag_inputs,
    two_gaussians,
)

__all__ = ["Array", "DataError", "Samples", "bivariate", "dag_inputs", "two_gaussians"]
