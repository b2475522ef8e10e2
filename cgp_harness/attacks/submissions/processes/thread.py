"""Start a thread that outlives the step.

shows: score
by: kernel
"""

import threading
import time

from cgp_harness import optimizer


DONE = []


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        DONE.append(True)
    return lr * g
