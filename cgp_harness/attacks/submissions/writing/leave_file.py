"""Leave a file in the folder for temporary ones, and in shared memory.

shows: file
by: files
"""

from cgp_harness import optimizer

DONE = []


def attack():
    for folder in ("@TEMP@", "/dev/shm", "/var/tmp"):
        try:
            open(f"{folder}/@TOKEN@", "w").write("left")
        except OSError:
            pass


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
