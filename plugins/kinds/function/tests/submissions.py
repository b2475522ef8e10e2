"""Homeworks of functions, and submissions to them that are graded in a worker."""

import cgp_harness
from cgp_harness.assignment import parse
from cgp_harness.model import SourceFile, Submission

TASK = """
[[tasks]]
kind = "function"
id = "{name}"
title = "{name}"
equation = "Eq. 1"
{further}
[tasks.checks]
loads = {{points = 1}}
values = {{points = 4}}
"""


def homework(answers="", **tasks):
    """A homework of these tasks: name -> what its table says besides."""
    tables = (TASK.format(name=name, further=further) for name, further in tasks.items())
    head = 'id = "small"\ntitle = "Small"\nversion = "1"\n'
    return parse((head + "".join(tables)).encode(), answers=answers)


def solution(**bodies):
    """A solution: name -> what its function of x computes."""
    return "import numpy as np, torch\nfrom cgp_function import function\n" + "".join(
        f"@function\ndef {name}(x):\n    return {body}\n" for name, body in bodies.items())


HOMEWORK = parse(b"""
id = "functions"
title = "Functions"
version = "1"

[[tasks]]
kind = "function"
id = "softmax"
title = "Softmax"
equation = "exp(x_i) / sum exp(x_j)"
shapes = [[[1]], [[4]], [[2, 3]]]
magnitudes = [1e-3, 800.0]
[tasks.checks]
loads = {points = 1}
values = {points = 4}

[[tasks]]
kind = "function"
id = "softplus"
title = "Softplus"
equation = "log(1 + exp(x))"
shapes = [[[3]]]
library = "torch"
[tasks.checks]
loads = {points = 1}
values = {points = 4}
derivative = {points = 4}
""", answers=solution(
    softmax="np.exp(x - x.max(-1, keepdims=True)) / np.exp(x - x.max(-1, keepdims=True)).sum("
    "-1, keepdims=True)",
    softplus="x.clamp(min=0) + torch.log1p(torch.exp(-abs(x)))",
    softplus_derivative="torch.exp(-torch.logaddexp(0 * x, -x))"))


def graded(text, assignment=HOMEWORK):
    """Checks of a submission of one file, by `task.check`."""
    one = Submission("ada", (SourceFile("ada.py", text.encode()),))
    return {check.id: check for check in cgp_harness.check(one, assignment).checks}
