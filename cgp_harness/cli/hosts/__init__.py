"""`cgp export`, and `cgp autograde`, which what was exported runs on its host."""
