"""The kind `pytest`."""

from cgp_harness.kind import Kind
from cgp_harness.kinds.pytest_tests.contract import CONTRACT
from cgp_harness.kinds.pytest_tests.task import PytestTask, beside, titles

PYTEST = Kind(
    CONTRACT, "cgp_harness.kinds.pytest_tests",
    checks={},
    task=PytestTask,
    beside=beside,
    further=titles,
    of_all=True,
)
