"""Open a file below a descriptor of a folder that was got without reading it.

shows: secret
by: files
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    folder = os.open(os.path.dirname("@SECRET@"), os.O_PATH)
    print(open(os.open("results.json", os.O_RDONLY, dir_fd=folder)).read())


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
