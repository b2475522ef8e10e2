"""Names that a submission must not use, where the code that is graded reaches them.

Nothing of a submission is run for it. Its text is read in a process of its own (`apart.py`).
"""
