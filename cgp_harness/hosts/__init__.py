"""Hosts that grade each submission in a place of its own: autograders, exported and run there."""
