"""`cgp demo` and `cgp run-legacy`."""
