"""Lift the own limits.

shows: score
by: limits
"""

import resource

from cgp_harness import optimizer

DONE = []


def attack():
    for name in ("AS", "DATA", "CPU", "FSIZE", "NOFILE", "CORE", "STACK"):
        kind = getattr(resource, f"RLIMIT_{name}")
        low, high = resource.getrlimit(kind)
        try:
            resource.setrlimit(kind, (high + 1, high + 1))
        except (OSError, ValueError):
            continue
        return
    raise PermissionError("none can be lifted")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return lr * g
