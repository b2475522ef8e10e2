"""Known mistakes in step-size rules."""
