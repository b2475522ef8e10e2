"""See which files the grader has.

shows: score
by: files
"""

import os

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    os.listdir(os.path.dirname("@SECRET@"))
    return lr * g
