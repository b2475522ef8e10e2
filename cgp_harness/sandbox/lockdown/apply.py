"""What a worker does to itself before it runs a byte of a student's: give up all that it can.

Called inside the worker, once its own imports are done. Only the standard library is used, since a
worker's view of this project holds little else.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

LEVELS = ("plain", "container_partly", "container", "landlock")
"""Weakest first: resource limits; these and what there is of the next; these, another uid and
seccomp, where a container is the sandbox; these, another uid if root, landlock and seccomp."""


def apply(
    level: str, readable: Sequence[str], memory_mib: int, cpu_s: int,
    gpu: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Lock this process down, for good.

    Args:
        level: one of `LEVELS`.
        readable: files and folders that stay readable under `landlock`, with all beneath: the
            standard library, the packages that may be imported later, the system's libraries
            that these load (torch: libdl, libstdc++), the submission. In a container the other
            uid must be able to read them; it can read more.
        memory_mib: data that the process may hold besides what it has now.
        cpu_s: seconds of CPU time, counted from now.
        gpu: environment variables of a process that may use a GPU, which takes more; see `gpu.py`.

    Raises:
        OSError: a step was refused; its text says which. The process must then end, since it may
            be locked down in part.
        ValueError: there is no such level.
    """
    if level not in LEVELS:
        raise ValueError(f"no isolation level {level!r}")
    from cgp_harness.sandbox.lockdown import rlimits

    os.environ.update(gpu)  # CUDA reads them when it begins, after this
    rlimits.lower(memory_mib, cpu_s, gpu=bool(gpu), writes="container" not in level)
    _name_folders()
    if level == "landlock":
        _isolate(readable, gpu=bool(gpu))
    elif level != "plain":
        _leave_to_the_container(readable, gpu=bool(gpu), partly=level == "container_partly")


def _isolate(readable: Sequence[str], *, gpu: bool) -> None:
    # Imported here, since ctypes finds no such C library on Windows; all before the first step,
    # since afterwards these files cannot be read.
    from cgp_harness.sandbox.lockdown import landlock, privileges, seccomp

    _refuse_threads()
    privileges.drop(readable)
    landlock.restrict(readable, gpu=gpu)
    seccomp.install(threads=gpu)


def _leave_to_the_container(readable: Sequence[str], *, gpu: bool, partly: bool) -> None:
    """Another uid, no privileges and the filter of system calls; `partly`: what there is of them.

    Without landlock the filter also keeps folders as they are, and no file is opened to be read
    and written; what is left is to empty files that everyone may write, and to make empty ones.
    """
    from cgp_harness.sandbox.lockdown import privileges, seccomp

    _refuse_threads()
    with suppress(*[OSError] * partly):
        privileges.drop(readable, needed=not partly)
    with suppress(*[OSError] * partly):
        seccomp.install(threads=gpu, files=True)


def _name_folders() -> None:
    """Name the working folder to those who want a folder to write to before they do anything.

    `torch.optim.Optimizer()` makes sure of a cache folder (torch 2.13, by torch._dynamo) although
    it then writes nothing; `tempfile` looks for a folder that it can write to, and finds none.
    """
    tempfile.tempdir = os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.getcwd()


def _refuse_threads() -> None:
    # Landlock binds the calling thread alone (all of them only from ABI 8), so does seccomp here;
    # a thread left outside could be made to run anything.
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise OSError(
            errno.EBUSY,
            f"lockdown: {threads} threads run, expected 1: "
            "set OPENBLAS_NUM_THREADS, OMP_NUM_THREADS and MKL_NUM_THREADS to 1 before importing",
        )
