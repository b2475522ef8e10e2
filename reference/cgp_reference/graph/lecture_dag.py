"""The DAG of the lecture's demo, and the parameters that make its ground truth."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EXPRESSIONS = ("xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3")
TRUTH: Mapping[str, float] = MappingProxyType({"ab": 1.0, "bc": 2.0, "cd": 3.0, "ac": 4.0})
