"""Loaded by the processes of a local cluster: they end with the driver, however that ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def dask_setup(server: object) -> None:
    """What dask calls of a module that is named in `preload`."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if parent == 1 != os.getpgid(0):  # it died before
            os.kill(os.getpid(), signal.SIGKILL)
