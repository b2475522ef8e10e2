"""Take another process' time away.

shows: process
by: kernel
"""

import os
import resource

from cgp_harness import optimizer

DONE = []


def attack():
    resource.prlimit(@BYSTANDER@, resource.RLIMIT_CPU, (0, 0))
    os.kill(@BYSTANDER@, 18)
    os.setpriority(os.PRIO_PROCESS, @BYSTANDER@, 19)
    os.kill(@BYSTANDER@, 19)


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
