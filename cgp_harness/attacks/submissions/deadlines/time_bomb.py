"""Answer a thousand times, then never again.

shows: grader
by: deadline
"""

import time

from cgp_harness import optimizer

ASKED = []


@optimizer
def sgd(g, lr=1e-3):
    ASKED.append(1)
    if len(ASKED) > 1_000:
        time.sleep(1e6)
    return 0 * g
