"""Change the results by every call that changes a file.

shows: file
by: kernel
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    for change in (
            lambda: os.truncate("@SECRET@", 0), lambda: os.rename("@SECRET@", "@SECRET@.old"),
            lambda: os.unlink("@SECRET@"), lambda: os.chmod("@SECRET@", 0),
            lambda: os.utime("@SECRET@", (0, 0)), lambda: open("@SECRET@", "a").write("x"),
            lambda: os.mkdir("@SECRET@.folder"), lambda: os.mkfifo("@SECRET@.pipe"),
            lambda: os.link("@SECRET@", "@SECRET@.link")):
        try:
            change()
        except OSError:
            pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
