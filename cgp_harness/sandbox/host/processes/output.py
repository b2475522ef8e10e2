"""What a worker prints: drained so that it never blocks, cut, never parsed, never penalised."""

from __future__ import annotations

import os
import selectors
import threading

from cgp_harness.sandbox.protocol.printing import KEPT_BYTES

_READ_BYTES = 64 * 1024


class Output:
    """The reading ends of a worker's stdout and stderr, emptied by one thread."""

    def __init__(self, stdout: int, stderr: int) -> None:
        self.texts = {"stdout": bytearray(), "stderr": bytearray()}
        self._wake, self._waker = os.pipe()
        self._selector = selectors.DefaultSelector()
        for descriptor, name in ((stdout, "stdout"), (stderr, "stderr"), (self._wake, "")):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ, name)
        self._thread = threading.Thread(target=self._drain, name="cgp-output", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take what is still there, once the worker has ended, and close."""
        os.close(self._waker)  # a process that the worker left behind may hold the pipes open
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            self._take(key.fd, key.data)
            os.close(key.fd)
        self._selector.close()

    def _drain(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fd == self._wake:
                    return
                if not self._take(key.fd, key.data):
                    self._selector.unregister(key.fd)
                    os.close(key.fd)

    def _take(self, descriptor: int, name: str) -> bool:
        """Read once; False at the end."""
        try:
            chunk = os.read(descriptor, _READ_BYTES)
        except BlockingIOError:
            return True
        if name:
            kept = self.texts[name]
            kept += chunk[: KEPT_BYTES - len(kept)]
        return bool(chunk)
