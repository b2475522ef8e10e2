"""How much of a result is rounding: each operation is off by its last digit, up or down by chance.

Monte Carlo arithmetic (Parker, *Monte Carlo Arithmetic*, UCLA CSD-970002, 1997): what comes of a
computation whose every result is moved by one unit in the last place differs by what its own
rounding may have done to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class Rounding(TorchFunctionMode):
    """Within it the results of torch's functions are moved; what is a view or in place is not."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._draw = torch.Generator().manual_seed(seed)

    def __torch_function__(
        self, func: Callable[..., Any], types: Sequence[type], args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """The function's result, moved."""
        result = func(*args, **(kwargs or {}))
        with torch._C.DisableTorchFunction():
            if isinstance(result, torch.Tensor) and result.is_floating_point() and not any(
                    isinstance(one, torch.Tensor) and _same_memory(one, result) for one in args):
                return self.moved(result)
        return result

    def moved(self, tensor: torch.Tensor) -> torch.Tensor:
        """Each number times 1 + eps or 1 - eps."""
        with torch._C.DisableTorchFunction():
            up = torch.randint(0, 2, tensor.shape, generator=self._draw).to(tensor.dtype)
            return tensor * (1 + torch.finfo(tensor.dtype).eps * (2 * up - 1))


def _same_memory(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()
