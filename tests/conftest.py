"""What every process that runs tests needs."""

import signal

# A shell starts a background job with Ctrl-C ignored, and all processes inherit that: tests that
# stop a process of theirs by it would wait in vain.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
