"""Small changes to the source of a right answer: what a student may have written instead."""
