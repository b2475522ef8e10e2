"""Never answer, and ignore all signals that can be ignored.

shows: grader
by: deadline
"""

import signal
import time

from cgp_harness import optimizer

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)


@optimizer
def sgd(g, lr=1e-3):
    while True:
        time.sleep(1)
