"""The process that student code runs in."""
