"""What every process that runs tests needs."""

import signal

# A shell starts a background job with Ctrl-C ignored, `nohup` one with SIGHUP, and all processes
# inherit that: tests that stop a process of theirs by it would wait in vain.
for number, usual in (
        (signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)
