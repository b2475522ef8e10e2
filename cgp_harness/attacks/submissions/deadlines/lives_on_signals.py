"""Be woken up again and again, and catch whatever comes.

shows: grader
by: deadline
"""

import signal

from cgp_harness import optimizer

DONE = []


def attack():
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    while True:
        try:
            signal.pause()
        except BaseException:
            pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
