"""Become another program, by every call that does.

shows: process
by: kernel
"""

import os

from cgp_harness import optimizer

DONE = []


def attack():
    program = "/bin/sh", "-c", "kill -STOP @BYSTANDER@"
    for start in (
            lambda: os.posix_spawn(program[0], program, {}), lambda: os.system(program[2]),
            lambda: _posixsubprocess_run(program), lambda: os.execv(program[0], program)):
        try:
            start()
        except OSError:
            pass


def _posixsubprocess_run(program):
    import multiprocessing
    multiprocessing.Process(target=os.execv, args=(program[0], program)).start()


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
