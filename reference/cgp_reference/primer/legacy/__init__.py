"""Old scripts: the process they run in, the module they import, their version."""
