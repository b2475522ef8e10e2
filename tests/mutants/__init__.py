"""Wrong plugins, one or two known mistakes each, written out as a student would hand them in.

>>> from tests.mutants.write import source
>>> print(source("rmsprop", ["rho_swapped"]))
\"""Homework: RMSProp.\"""
<BLANKLINE>
from cgp_harness import optimizer
<BLANKLINE>
<BLANKLINE>
@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = (1 - rho) * v + rho * g * g
    step = lr * g / (v + eps)**0.5
    return step, v
<BLANKLINE>
"""
