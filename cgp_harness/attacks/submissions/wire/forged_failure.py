"""Answer the request to load with a failure, as if a rule had been stepped.

shows: grader
by: wire
"""

from cgp_harness.sandbox.worker import serve

encode = serve.encode
serve.encode = lambda answer: encode(serve.Failed("raised", "ValueError: forged"))
