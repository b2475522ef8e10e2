"""How the benchmarks take time: CPU seconds of this process, the least of several runs."""

from __future__ import annotations

import time
from collections.abc import Callable


def least_s(function: Callable[[], object], runs: int) -> float:
    """The least CPU seconds of several runs, after one that warms up.

    The least, since a shared machine only ever adds.
    """
    function()
    times = []
    for _ in range(runs):
        begin = time.process_time()
        function()
        times.append(time.process_time() - begin)
    return min(times)
