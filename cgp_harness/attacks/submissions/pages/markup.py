"""Say what a page, a terminal and a spreadsheet take for more than text.

shows: page
by: report
"""

from cgp_harness import optimizer

DONE = []


def attack():
    print("<b>@TOKEN@ \x1b]0;@TOKEN@\x07 \u202e@TOKEN@")
    raise ValueError("=1+@TOKEN@\n=1+@TOKEN@ <b>@TOKEN@</b> \x1b]0;@TOKEN@\x07 \u202e@TOKEN@")


@optimizer
def sgd(g, lr=1e-3):
    if not DONE:
        attack()
        DONE.append(True)
    return 0 * g
