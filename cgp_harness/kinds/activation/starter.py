"""An activation to begin with."""

from cgp_harness.kind import Starter

STARTER = Starter('''\
"""An activation to begin with: change the value and the derivative."""

from cgp_harness import activation


@activation("mine")
def mine(x):
    # x is an array of float64, of one or more axes, read-only: write y = x * 2, not x *= 2.
    # Treat every number in it alike, and alone.
    value = x * x
    # The derivative of the value, at x itself.
    derivative = 2 * x
    return value, derivative
''', registers="mine")
