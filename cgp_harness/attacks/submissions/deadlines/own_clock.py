"""Turn the clocks back, so that no time passes.

shows: grader
by: deadline
"""

import signal
import time

from cgp_harness import optimizer

DONE = []


def attack():
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        setattr(time, name, lambda: 0.0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
