"""Run a command."""

import subprocess

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    subprocess.run(["/bin/true"], check=True)
    return lr * g
