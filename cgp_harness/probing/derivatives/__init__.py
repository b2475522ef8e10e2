"""Derivatives from values alone."""
