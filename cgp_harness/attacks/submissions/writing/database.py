"""Write by a library that opens files by itself.

shows: file
by: kernel
"""

import sqlite3

from cgp_harness import optimizer

DONE = []


def attack():
    connection = sqlite3.connect("@TEMP@/@TOKEN@.db")
    connection.execute("create table t(a)")
    connection.commit()


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
