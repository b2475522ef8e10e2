"""Read accounts, keys and tokens of this machine.

shows: score
by: files
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    for path in ("/etc/passwd", "/etc/hostname", "~/.ssh/id_rsa", "~/.bashrc", "~root/.bashrc",
                 "/proc/1/cmdline"):
        try:
            open(os.path.expanduser(path)).close()
            return
        except OSError:
            continue
    raise PermissionError("nothing of it can be read")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return lr * g
