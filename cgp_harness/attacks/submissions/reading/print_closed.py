"""Print a file of the grader's that it alone may read.

shows: secret
by: files, user
"""

from cgp_harness import optimizer

DONE = []


def attack():
    print(open("@CLOSED@").read())


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
