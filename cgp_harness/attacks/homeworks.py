"""The smallest homework of each kind, for attacks: a wrong answer earns nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import cgp_assignments
from cgp_harness.assignment import parse
from cgp_harness.attacks import own_check
from cgp_harness.checks.grading import grading_of
from cgp_harness.installed import kinds
from cgp_harness.model import SourceFile, Submission
from cgp_harness.task import Assignment

MARKER = "xyzzy-73512864"
"""Stands in each solution, and nowhere else."""
_HEAD = 'id = "attacked"\ntitle = "Attacked"\nversion = "1"\n'
_LIMITS = "[limits]\nload_s = 0.7\nrequest_s = {request_s}\ntotal_s = 6.0\nmemory_mib = 512\n"
_TASK = '[[tasks]]\nkind = "{kind}"\nid = "{id}"\ntitle = "{id}"\n{more}[tasks.checks]\n{checks}'

_SGD = '''
from cgp_harness import optimizer

@optimizer
def sgd(g, lr=1e-3):
    return lr * g
'''
_SQUARE = '''
from cgp_harness import activation

@activation
def square(x):
    return x * x, 2 * x
'''
_SOFTPLUS = '''
import torch
from cgp_harness import autograd_function

@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.logaddexp(x, torch.zeros_like(x))

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * torch.sigmoid(x)
'''
_SCRIPT = Path(cgp_assignments.__path__[0], "primer_homework", "examples", "by_averages.py")
_TRAINED = _SCRIPT.read_text(encoding="utf-8")
_TESTS = '''
def test_first_step(rule):
    assert rule.step(2.0, lr=0.5) == 1.0
'''

_RIGHT: Mapping[str, str] = {
    "sgd": _SGD, "square": _SQUARE, "softplus": _SOFTPLUS, "tested": _SGD, "checked": _SGD,
    "one_neuron_sgd_plus": _TRAINED}
"""A right answer to each task whose kind has none for it: see `checks.grading.Right`."""
_CHECKS = {
    "sgd": ("optimizer", "update_rule = {points = 1}\n", ""),
    "sgd_plus": ("optimizer", "update_rule = {points = 1}\n", ""),
    "square": ("activation", "activation = {points = 1}\n", ""),
    "softplus": ("autograd_function", "gradient = {points = 1}\n", ""),
    "graph": ("backprop", "partials = {points = 1}\nbackpropagation = {points = 1}\n", ""),
    "checked": ("optimizer", f"{own_check.NAME} = {{points = 1}}\n", ""),
    "tested": ("pytest", "", 'tests = "test_steps.py"\n'),
    "one_neuron_sgd_plus": (
        "primer_training", "followed = {points = 0}\nrule_used = {points = 1}\n",
        'layers = [4, 1]\nwords = ["plus"]\n'),
}
_WITHOUT_SOLUTION = ("backprop", "pytest", "primer_training")


TASKS = tuple(_CHECKS)


def right(task: str) -> str:
    """A right answer to a task."""
    if task in _RIGHT:
        return _RIGHT[task]
    one = grading_of(kinds()[_CHECKS[task][0]]).right[0]
    return f"import numpy as np\n{one.imports}{one.source}"


def solution(task: str) -> str:
    """The text of the homework's solution, which no submission may find."""
    return f"{right(task)}\nMARKER = \"{MARKER}\"\n"


def homework(task: str, *, patient: bool = False) -> Assignment:
    """The homework for a task; `patient`: a request may take longer."""
    kind, checks, more = _CHECKS[task]
    toml = _HEAD + _LIMITS.format(request_s=10.0 if patient else 0.7) + _TASK.format(
        kind=kind, id="sgd" if task == "checked" else task, more=more,
        checks="loads = {points = 0}\n" + checks)
    return parse(
        toml.encode(), answers="" if kind in _WITHOUT_SOLUTION else solution(task),
        text={"test_steps.py": _TESTS}.get)


def attacked(task: str) -> str:
    """A right answer whose functions each call `attack()` first; of a script, those that train."""
    entered = "run_training_loop" if task == "one_neuron_sgd_plus" else ""
    return re.sub(
        rf"^( *)def {entered}.*:\n", r"\g<0>\1    attack()\n", right(task), flags=re.MULTILINE)


def honest(task: str) -> Submission:
    """A right submission."""
    return Submission("honest", (SourceFile("honest.py", right(task).encode()),))
