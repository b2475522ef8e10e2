"""What a worker is given besides to compute on an NVIDIA GPU, in runs that ask for one.

    device files to read, write and control; the driver's own descriptions of them
    threads (never processes), since CUDA starts some
    room: addresses without limit, data and descriptors for CUDA's own

Drawn up from what CUDA is known to open. The tests hold that nothing else becomes possible; whether
it suffices has not been tried on a machine with a GPU yet.
"""

from __future__ import annotations

import glob
import os

NODES = (
    "/dev/nvidia[0-9]*", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools",
    "/dev/nvidia-caps/*",
)
READABLE = (
    "/proc/driver/nvidia", "/proc/devices", "/sys/module/nvidia", "/sys/module/nvidia_uvm",
    "/sys/devices/system/memory", "/sys/devices/system/node", "/usr/local/nvidia",
)
"""Files and folders, where they exist."""


def nodes() -> list[str]:
    """The device files that this machine has."""
    return [path for pattern in NODES for path in sorted(glob.glob(pattern))]


def variables(device: str) -> dict[str, str]:
    """Environment variables of a worker that may use a device; none where that is no GPU.

    Args:
        device: torch's name: `cuda` is the first GPU that the grader sees.
    """
    if not device.startswith("cuda"):
        return {}
    seen = os.environ.get("CUDA_VISIBLE_DEVICES") or "0"
    order = os.environ.get("CUDA_DEVICE_ORDER")
    return {
        "CUDA_VISIBLE_DEVICES": seen.partition(",")[0],
        # Without it cuBLAS may sum in another order from run to run.
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
        # A worker can write no file.
        "CUDA_CACHE_DISABLE": "1",
        **({"CUDA_DEVICE_ORDER": order} if order else {}),
    }
