"""Which engine: named by an instructor, refused before anything is read if it cannot be had."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable, Sequence

from cgp_harness.batch.engines import Engine
from cgp_harness.errors import HarnessError

ENGINES = {"local": "", "dask": "distributed", "slurm": "dask_jobqueue"}
"""What each needs."""
LOOPBACK = re.compile(r"(127\.[0-9.]+|localhost|\[::1\]):[0-9]+")


def require(engine: str, scheduler: str) -> None:
    """See to it that an engine can be used.

    Raises:
        HarnessError: there is none called so, its packages are missing, or the address is none.
    """
    if engine not in ENGINES:
        raise HarnessError(
            f"there is no engine {engine!r:.40}", expected=f"one of {', '.join(ENGINES)}")
    if scheduler and engine != "dask":
        raise HarnessError(
            f"the engine {engine!r} takes no scheduler", expected="--engine dask")
    needed = ENGINES[engine]
    if needed and importlib.util.find_spec(needed) is None:
        raise HarnessError(
            f"the engine {engine!r} needs the package {needed}", expected="the extra `cluster`",
            fix='python -m pip install "cgp-harness[cluster]"')
    if scheduler:
        _require_address(scheduler)


def start(
    engine: str, jobs: int | None, scheduler: str, *, gpu: bool, packages: Sequence[str],
    on_wait: Callable[[str], None] = lambda said: None,
) -> Callable[[float], Engine] | None:
    """Starts an engine, given the seconds that one submission may take; None: processes of this
    machine.
    """
    if engine == "local":
        return None

    def started(wall_s: float) -> Engine:
        from cgp_harness.batch.engines import clusters, remote

        return clusters.started(
            engine, wall_s, jobs=jobs or default_jobs(), scheduler=scheduler, gpu=gpu,
            made_by=remote.identity(packages), on_wait=on_wait)

    return started


def default_jobs() -> int:
    """One grader process per core that this process may use."""
    # A container or a batch system grants fewer cores than os.cpu_count() says.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _require_address(address: str) -> None:
    protocol, separator, place = address.partition("://")
    if not separator or protocol not in ("tcp", "tls"):
        raise HarnessError(
            f"{address!r:.80} is no address of a scheduler",
            expected="such as tls://cluster.example.org:8786")
    if protocol == "tcp" and not LOOPBACK.fullmatch(place):
        raise HarnessError(
            f"the scheduler {address} is not encrypted", expected=f"tls://{place}",
            fix="start it with certificates: whoever reaches it otherwise runs programs as you")
