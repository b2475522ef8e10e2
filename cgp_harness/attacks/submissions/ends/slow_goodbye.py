"""Take for ever to end.

shows: grader
by: process
"""

import atexit
import time
import weakref

from cgp_harness import optimizer


class Slow:
    def __del__(self):
        time.sleep(1e6)


KEPT = Slow()
atexit.register(time.sleep, 1e6)
weakref.finalize(KEPT, time.sleep, 1e6)


@optimizer
def sgd(g, lr=1e-3):
    return 0 * g
