"""Bytes of a worker, whatever they are, against what reads them in the grader."""
