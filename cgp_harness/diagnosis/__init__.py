"""Which known mistake is it? A bank of wrong rules, simulated beside the student's."""
