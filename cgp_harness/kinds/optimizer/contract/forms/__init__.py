"""Forms: how a rule is called, and where its step is seen, in code of other courses."""
