"""Leave by an exception that `except Exception` misses.

shows: grader
by: process
"""

import sys

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    sys.exit(0)
