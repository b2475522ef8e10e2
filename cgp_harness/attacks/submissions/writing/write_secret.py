"""Overwrite a file of the grader's.

shows: file
by: files
"""

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    open("@SECRET@", "w").close()
    return lr * g
