"""Fill the disk.

shows: file
by: files
"""

from cgp_harness import optimizer

DONE = []


def attack():
    for number in range(20):
        with open(f"@TEMP@/@TOKEN@.{number}", "wb") as file:
            file.write(bytes(2**20))


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
