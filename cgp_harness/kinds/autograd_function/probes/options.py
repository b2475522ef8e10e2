"""A Function where an argument after its inputs has another value than its default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.finding import RAISED
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest
from cgp_harness.subject import SubjectError

OPTION = "option"
"""The name of what is wrong there."""
RIGHT_OTHERWISE = "right for the default values, and wrong for"
TOO_MANY = re.compile(
    r"TypeError: .*\(\) takes (from \d+ to )?\d+ positional arguments? but \d+ ")


def others(function: FunctionUnderTest) -> Iterator[tuple[str, FunctionUnderTest]]:
    """The Function so, and what is another there: `delta = 1.5`.

    Who takes no such argument has its default in the code, and is right with that.
    """
    for place, specification in function.specification.options.items():
        other = replace(function, specification=specification)
        if not _gets_too_much(other):
            yield place, other


def _gets_too_much(function: FunctionUnderTest) -> bool:
    """Whether it refuses what it is given for having too many arguments."""
    sizes, point, _ = ground.with_option(function.specification)
    try:
        function.forward(sizes, point)
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        return bool(TOO_MANY.search(error.problem.python_says))
    return False
