"""Changes to a source that is wrong, of which one may make it right."""
