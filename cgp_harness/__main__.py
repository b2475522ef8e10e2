"""The command `cgp`, and `python -m cgp_harness`: Ctrl-C ends it quietly from the start on."""

from __future__ import annotations

import os
import signal

STOPPED = 130


def main() -> None:
    """Import what all commands need, 0.2 s on a cold disk, and run the one that is asked for."""
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else it is ignored
    if ours:
        signal.signal(signal.SIGINT, _stopped)
    from cgp_harness.cli import main as cgp

    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cgp(prog_name="cgp")


def _stopped(*_: object) -> None:
    """Nothing has begun that would have to be ended."""
    os.write(2, b"stopped\n")
    os._exit(STOPPED)


# The guard matters: every grader process imports this module again.
if __name__ == "__main__":
    main()
