"""Print a file of the grader's that everyone may read.

shows: secret
by: files
"""

from cgp_harness import optimizer

DONE = []


def attack():
    print(open("@SECRET@").read())


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
