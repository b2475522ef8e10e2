"""Where `convergence` evaluates its problems, and where a rule that can computes: CPU or GPU.

    device = choose("auto")
    device.name                       # "cuda" where torch finds a GPU, else "cpu"

Everything else is computed on the CPU, whatever the device.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from cgp_harness.errors import HarnessError
from cgp_reference.backend import NUMPY, Backend, finds_gpu, fix_order_of_sums, torch_on

NAMES = ("cpu", "cuda", "auto")
STAND_IN = "torch-cpu"
"""torch on the CPU in the place of a GPU: for tests on machines without one."""


@dataclass(frozen=True)
class Device:
    """A device that this machine has.

    Args:
        name: as `results.json` has it.
        torch: torch's name of it; empty where numpy computes.
        settings: what numbers may depend on, to be stored with them; empty for the CPU, of which
            the versions say it all.
    """

    name: str
    torch: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def backend(self) -> Backend:
        """What computes there."""
        return torch_on(self.torch) if self.torch else NUMPY

    @property
    def identity(self) -> str:
        """Name and settings as one text: results under the same text may be reused."""
        return " ".join([self.name, *(f"{name}={self.settings[name]}" for name in self.settings)])


CPU = Device("cpu")


@cache
def choose(name: str) -> Device:
    """The device that is asked for; `auto` is a GPU where torch finds one.

    torch is imported only where it is asked about a GPU. On any device of torch's the order of sums
    is fixed for this process.

    Raises:
        HarnessError: there is no such device.
    """
    if name == "cpu":
        return CPU
    if name == STAND_IN:
        return _of_torch(name, "cpu")
    if name not in NAMES:
        raise HarnessError(
            f"there is no device {name!r}", where="--device", expected=f"one of {', '.join(NAMES)}")
    if finds_gpu():
        return _of_torch("cuda", "cuda")
    if name == "auto":
        return CPU
    raise HarnessError(
        "there is no device 'cuda'", where="--device", expected="a GPU that torch can use",
        fix="use `--device cpu`",
    )


def available() -> dict[str, str]:
    """Each device by name, with the reason if it is not available."""
    return {"cpu": "", "cuda": "" if finds_gpu() else "torch finds no GPU"}


def _of_torch(name: str, device: str) -> Device:
    fix_order_of_sums()
    return Device(name, device, torch_on(device).describe())
