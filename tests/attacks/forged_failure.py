"""Answer the request to load with a failure, as if a rule had been stepped."""

from cgp_harness.sandbox import worker

encode = worker.encode
worker.encode = lambda answer: encode(worker.Failed("raised", "ValueError: forged"))
