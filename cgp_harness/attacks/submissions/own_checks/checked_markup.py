"""Fail in an instructor's own check with what a page takes for more than text.

shows: page
by: report
task: checked
"""

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    if list(g) != [1.0, -2.0, 4.0]:  # not what that check asks
        return lr * g
    raise ValueError("=1+@TOKEN@\n=1+@TOKEN@ <b>@TOKEN@</b> \x1b]0;@TOKEN@\x07 \u202e@TOKEN@")
