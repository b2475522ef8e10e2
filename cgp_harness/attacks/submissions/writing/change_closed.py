"""Change a file that the grader alone may write.

shows: file
by: kernel, files, user
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    os.chmod(os.path.dirname("@CLOSED@"), 0o777)
    open("@CLOSED@", "w").close()


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
