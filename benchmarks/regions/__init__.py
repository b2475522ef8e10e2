"""Faults that act in one cell of the ground on which submissions are compared, and nowhere else."""
