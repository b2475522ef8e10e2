"""What a submission draws at random is the same in every worker, so that no verdict is luck.

A rule that is wrong once in 1,000 calls would be caught in most gradings, and not in others. The
generators of `random`, numpy and torch begin alike everywhere. What is drawn from the system or the
clock stays what it is.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

SEED = 5329
"""With it `random.random()`, `np.random.random()` and `default_rng().random()` each give a number
below 0.001 and one above 0.999 among their first 250: what is rare happens in every grading."""


def fix() -> None:
    """From now on, in this process, after what is trusted has been imported."""
    random.seed(SEED)
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(SEED)
    entropy = random.Random(SEED).getrandbits
    if "numpy.random" not in sys.modules:  # importing it takes 9 ms
        sys.meta_path.insert(0, _Entropy())
        return
    import numpy as np

    np.random.bit_generator.__dict__["randbits"] = entropy
    fresh = np.random.RandomState(np.random.MT19937())
    np.random.set_state(fresh.get_state())


class _Entropy(MetaPathFinder):
    """Finds `secrets`, from which numpy takes what its generators begin with."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Of `secrets` alone, with bits that are known beforehand."""
        if name != "secrets":
            return None
        spec = PathFinder.find_spec(name)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Known(spec.loader.name, spec.loader.path)
        return spec


class _Known(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        """As it is, and then without the system's randomness."""
        super().exec_module(module)
        module.__dict__["randbits"] = random.Random(SEED).getrandbits
