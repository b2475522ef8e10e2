"""How tests are graded: each is a check."""

from __future__ import annotations

from functools import partial

from cgp_harness.checks.grading import Grading, Right
from cgp_harness.kinds.pytest_tests.running import outcome
from cgp_harness.kinds.pytest_tests.task import PytestTask
from cgp_harness.task import CheckSpec

_TESTS = """
def test_value(activation):
    assert activation.value([1.0, 2.0]).tolist() == [2.0, 3.0]
"""
_IMPORTS = "from cgp_harness import activation\n"
_RIGHT = '''
@activation("cgp_tested")
def cgp_tested(x):
    return x + 1, 0 * x + 1
'''

GRADING = Grading(
    checks={},
    further=lambda name: partial(outcome, name),
    right=(Right("numpy", _IMPORTS, _RIGHT, PytestTask(
        "cgp_tested", "test", "", {"loads": CheckSpec(1.0), "test_value": CheckSpec(1.0)},
        tests="test_right.py", files={"test_right.py": _TESTS}, titles={"test_value": "value"})),),
)
