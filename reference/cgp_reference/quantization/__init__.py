"""Numbers cut down to bytes: in a network, and in Autograd."""

from __future__ import annotations

from cgp_reference.quantization.quantizer import QuantizationError, quantize, require_byte

__all__ = ["QuantizationError", "quantize", "require_byte"]
