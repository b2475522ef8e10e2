"""Start a thread that outlives the step."""

import threading
import time

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return lr * g
