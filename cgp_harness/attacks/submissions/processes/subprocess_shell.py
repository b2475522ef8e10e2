"""Run a command.

shows: score
by: kernel
"""

import subprocess

from cgp_harness import optimizer


DONE = []


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        subprocess.run(["/bin/true"], check=True)
        DONE.append(True)
    return lr * g
