"""The command `cgp`, and `python -m cgp_harness`: Ctrl-C ends it quietly from the start on."""

from __future__ import annotations

import gc
import os
import signal
import sys

STOPPED = 130
RARELY = 50_000, 20, 100
"""When memory is searched for circles. While modules are imported there is nothing to be found, and
each search of all of it takes 20 to 30 ms."""
STREAMS = {"stdin": "r", "stdout": "w", "stderr": "w"}


def main() -> None:
    """Import what all commands need, 0.2 s on a cold disk, and run the one that is asked for."""
    open_streams()
    gc.set_threshold(*RARELY)
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else it is ignored
    if ours:
        signal.signal(signal.SIGINT, _stopped)
    from cgp_harness.cli import main as cgp

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cgp(prog_name="cgp")


def open_streams() -> None:
    """What was closed before this began (`2>&-`) leads nowhere: else the next file has its number,
    and what is printed goes into the store."""
    for name, mode in STREAMS.items():
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _stopped(*_: object) -> None:
    """Nothing has begun that would have to be ended."""
    os.write(2, b"stopped\n")
    os._exit(STOPPED)


# The guard matters: every grader process imports this module again.
if __name__ == "__main__":
    main()
