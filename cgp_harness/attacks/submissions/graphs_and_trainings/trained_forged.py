"""Say that something else was recorded than was: nothing, no numbers, and more than fits.

shows: score
by: wire
task: one_neuron_sgd_plus
"""

import sys

import numpy as np

def attack():
    recorder = sys.modules["cgp_harness.kinds.primer_training.answers"].RECORDER
    record = recorder.record
    recorder.record = lambda: (record()[0], FORGED.pop() if FORGED else b"")


FORGED = [b"", np.full(10**6, np.nan).tobytes(), bytes(8), b"x" * 7]


@RIGHT@
