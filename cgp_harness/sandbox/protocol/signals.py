"""The signals by which somebody else ends a process: a person, a batch system, the kernel.

A worker is refused to send itself one of these: what they end is never a submission's doing.
"""

import signal

FROM_OUTSIDE = tuple(
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGTERM")
    if hasattr(signal, name))
"""Windows has two of them."""
