"""Where a wrong rule is wrong: the change to its source that makes it right."""
