"""Functions of arrays as homework: what a student's file imports."""

from cgp_function.contract import function

__all__ = ["function"]
