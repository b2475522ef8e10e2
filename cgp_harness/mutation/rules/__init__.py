"""What goes wrong in a step-size rule alone: in its step, its state and when it does what."""
