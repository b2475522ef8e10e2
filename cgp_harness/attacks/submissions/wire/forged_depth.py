"""Answer with an array in an array, 60,000 deep: whoever decodes it by recursion falls.

shows: grader
by: wire
"""

from cgp_harness import optimizer
from cgp_harness.sandbox.worker import serve

DEEP = b"\x82\xa1x" + b"\x91" * 60_000 + b"\xc0" + b"\xa4type\xa7stepped"
encode = serve.encode
serve.encode = lambda answer: DEEP if type(answer).__name__ == "Stepped" else encode(answer)


@optimizer
def sgd(g, lr=1e-3):
    return lr * g
