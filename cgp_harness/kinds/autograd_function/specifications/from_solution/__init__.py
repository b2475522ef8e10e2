"""The right answer of a solution as a specification: no formula, domain or shape is written twice.

The answer is run by the grader, in float64, and trusted: `oracle`. Where it is finite and how far
out it is right is found by trying it (`trying`, `kinks`); at which points a submission may be asked
is decided point by point (`usable`, `rounding`).
"""
