"""Benchmarks that would print a worse figure and say that all is well."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.tolerances import T

OF_BENCHMARKS = Area("benchmarks", (f"{T}/benchmarks/test_gates.py",), (
    Bug("benchmarks/activations.py", "return int(wrongly > 0", "return 0 * int(wrongly > 0"),
    Bug("benchmarks/regions/__main__.py", "return 1 if bad else 0", "return 0"),
    Bug("benchmarks/regions/__main__.py", "bool(grading.lost) and not grading.error",
        "bool(grading.lost)"),
    Bug("benchmarks/regions/__main__.py", "not grading.lost and not grading.error",
        "not grading.error"),
    Bug("benchmarks/planted/__main__.py", "return 1 if survivors else 0", "return 0"),
    Bug("benchmarks/agreement.py", "return 1 if bad else 0", "return 0"),
    Bug("benchmarks/diagnosis.py", "return 1 if bad else 0", "return 0"),
    Bug("benchmarks/gradients/__main__.py", "return 1 if bad else 0", "return 0"),
    Bug("benchmarks/grading.py", "return 1 if bad else 0", "return 0"),
))

AREAS = (OF_BENCHMARKS,)
