"""Answer the request to load with a failure: of stepping, and so of nothing that was asked."""

from cgp_harness.sandbox import worker

worker.load = lambda *_: worker.Failed("raised", "ValueError: forged")
