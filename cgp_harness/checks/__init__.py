"""One kind of check per file; each is a function of a `Context` and gives an `Outcome`."""
