"""Checks of an activation: value and derivative, and what a network learns with it."""
