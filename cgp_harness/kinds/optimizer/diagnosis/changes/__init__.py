"""Small changes to a right rule, and which of them explains what a wrong one answers."""
