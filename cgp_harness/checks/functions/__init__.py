"""Checks of an autograd function: its values, its backward, its manners in Autograd."""
