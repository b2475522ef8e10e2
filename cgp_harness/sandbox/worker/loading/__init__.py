"""Importing a submission's files, statement by statement."""
