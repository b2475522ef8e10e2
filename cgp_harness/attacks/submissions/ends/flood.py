"""Print 50 MB.

shows: grader
by: process
"""

import sys

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    for _ in range(50):
        sys.stdout.write("All tests passed\n" * 62500)
    return 0 * g
