"""Bugs in how code of other courses is read."""

from __future__ import annotations

from benchmarks.planted.bug import Area, Bug
from benchmarks.planted.rooms import RULE_PROBES
from benchmarks.planted.tolerances import T

READING = "cgp_harness/kinds/optimizer/contract/reading"

OF_OTHER_COURSES = Area("rules in the forms of other courses",
        (f"{T}/rules/other_forms/test_forms.py",), (
    Bug(f"{READING}/moved.py", "anchored.put([zeros(self._own(one)) for one in self.given])",
        "pass", (f"{T}/rules/other_forms/test_torch_adapter.py",)),
    Bug(f"{READING}/moved.py", "return library.where(",
        "return exact if True else library.where(",
        (f"{T}/rules/other_forms/test_torch_adapter.py",)),
    Bug(f"{READING}/made.py", "elif not same(old, value):", "elif False:"),
    Bug(f"{READING}/made.py", "if isinstance(value, FunctionType):", "if False:"),
    Bug(f"{READING}/found.py", "    if len(ways) > 1:", "    if False:"),
    Bug(f"{READING}/samples.py", "old.shape == new.shape and ", ""),
    Bug(f"{RULE_PROBES}/held.py", "or default in numbers", "or numbers"),
    Bug("cgp_harness/sandbox/host/manifest.py", "return one.empty or one.undeclared",
        "return one.empty"),
))

AREAS = (OF_OTHER_COURSES,)
