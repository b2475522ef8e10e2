"""Which library computes, and where: numpy, or torch on a device, from one source.

    backend = torch_on("cuda")
    course = PROBLEMS["multi_neuron"].course(range(4096), 1500, backend=backend)

The arithmetic uses functions that numpy and torch call by one name, with the same arguments
(`xp.exp(a, out=b)`); the few that differ are fields of `Backend`. numpy's are numpy's own, so that
they cost nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from cgp_reference.errors import ExplainedError


class BackendError(ExplainedError):
    """A device that this machine does not have."""


@dataclass(frozen=True, eq=False)     # one of each: compared, and found in a cache, by identity
class Backend:
    """A library on a device. All numbers are float64.

    Args:
        library: `"numpy"` or `"torch"`.
        device: `"cpu"`, or as torch names it.
        namespace: the library's module.
        array: numpy's float64 array -> the backend's.
        places: numpy's whole numbers -> what the backend indexes with.
        numpy: the backend's array -> numpy's.
        empty: shape -> memory.
        ones: shape -> ones.
        zeros: shape -> zeros.
        copy: the backend's array -> memory of its own.
        einsum: `(subscripts, *operands, out=None)`, as numpy's.
        product: `(matrix, matrix, out=None)`.
        gather: `(bank, places, out)`: `out[...] = bank[:, places]`.
    """

    library: str
    device: str
    namespace: Any = field(repr=False)
    array: Callable[[Any], Any] = field(repr=False)
    places: Callable[[Any], Any] = field(repr=False)
    numpy: Callable[[Any], Any] = field(repr=False)
    empty: Callable[[tuple[int, ...]], Any] = field(repr=False)
    ones: Callable[[tuple[int, ...]], Any] = field(repr=False)
    zeros: Callable[[tuple[int, ...]], Any] = field(repr=False)
    copy: Callable[[Any], Any] = field(repr=False)
    einsum: Callable[..., Any] = field(repr=False)
    product: Callable[..., Any] = field(repr=False)
    gather: Callable[[Any, Any, Any], Any] = field(repr=False)

    def describe(self) -> dict[str, str]:
        """What the numbers may depend on, to be stored with them.

        >>> sorted(NUMPY.describe())
        ['device', 'numpy']
        """
        described = {"device": self.device, "numpy": np.__version__}
        return described if self is NUMPY else described | _torch_settings(self.device)


NUMPY = Backend(
    "numpy", "cpu", np,
    array=lambda array: array,
    places=lambda places: places,
    numpy=lambda array: array,
    empty=np.empty,
    ones=np.ones,
    zeros=np.zeros,
    copy=np.array,
    einsum=np.einsum,
    product=np.dot,        # of small matrices 0.5 µs, `matmul` 0.9 (numpy 2.4)
    # "clip" only saves a buffer: every place is in the bank.
    gather=lambda bank, places, out: bank.take(places, axis=1, out=out, mode="clip"),
)
"""numpy on the CPU."""


def backend_of(array: Any) -> Backend:
    """Where this array is; the arithmetic goes where its parameters are."""
    return NUMPY if isinstance(array, np.ndarray) else torch_on(str(array.device))


@cache
def torch_on(device: str) -> Backend:
    """torch on `"cpu"`, `"cuda"`, `"cuda:1"`, …

    Raises:
        BackendError: torch has no such device here.
    """
    import torch

    if device.startswith("cuda") and not torch.cuda.is_available():
        raise BackendError(
            f"there is no device {device!r}", expected="a GPU that torch can use",
            fix="use 'cpu', or install a torch that is built for the GPU's driver",
        )

    def floats(array: Any) -> Any:
        # A copy: torch would otherwise share memory that numpy may have made read-only.
        return torch.tensor(array, dtype=torch.float64, device=device)

    def einsum(subscripts: str, *operands: Any, out: Any = None) -> Any:
        result = torch.einsum(subscripts, *operands)
        return result if out is None else out.copy_(result)

    def gather(bank: Any, places: Any, out: Any) -> Any:
        return out.copy_(bank.index_select(1, places.flatten()).reshape(out.shape))

    return Backend(
        "torch", device, torch,
        array=floats,
        places=lambda places: torch.from_numpy(places.astype(np.int64)).to(device),
        numpy=lambda tensor: tensor.detach().cpu().numpy(),
        empty=lambda shape: torch.empty(shape, dtype=torch.float64, device=device),
        ones=lambda shape: torch.ones(shape, dtype=torch.float64, device=device),
        zeros=lambda shape: torch.zeros(shape, dtype=torch.float64, device=device),
        copy=torch.clone,
        einsum=einsum,
        product=torch.mm,
        gather=gather,
    )


def finds_gpu() -> bool:
    """Whether torch finds a GPU here that it can use; imports torch, which takes 2 s."""
    import torch

    return torch.cuda.is_available()


def fix_order_of_sums() -> None:
    """From here on torch gives the same numbers for the same run, or refuses to compute.

    To be called before a GPU is first used: cuBLAS reads its variable once. Holds for the process.
    """
    import torch

    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    torch.use_deterministic_algorithms(True)


def _torch_settings(device: str) -> dict[str, str]:
    import torch

    settings = {
        "torch": str(torch.__version__),  # a TorchVersion, which no encoder knows
        "threads": str(torch.get_num_threads()),
        "deterministic": str(torch.are_deterministic_algorithms_enabled()),
    }
    if device.startswith("cuda"):
        settings |= {
            "gpu": torch.cuda.get_device_name(device),
            "cuda": str(torch.version.cuda),
            # Read by cuBLAS when it begins; without it, sums of products may vary between runs.
            "CUBLAS_WORKSPACE_CONFIG": os.environ.get("CUBLAS_WORKSPACE_CONFIG", ""),
        }
    return settings
