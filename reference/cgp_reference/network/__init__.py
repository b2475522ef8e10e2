"""Layered networks: shape, passes, and the same network as a graph of expressions."""

from __future__ import annotations

from cgp_reference.network.layered import LayeredNetwork
from cgp_reference.network.layout import NetworkError

__all__ = ["LayeredNetwork", "NetworkError"]
