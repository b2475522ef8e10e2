"""Functions whose specification is a right answer: made and judged in this process."""

import types
from dataclasses import dataclass

from cgp_harness.assignment import Assignment, CheckSpec
from cgp_harness.checks.context import stopped
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.specifications.from_solution.making import specified_by
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.subject import SubjectError
from tests.harness.functions.right.function_verdicts import CHECKS
from tests.harness.in_process.functions import HEAD, KINDS, FunctionsInProcess

KNOWN = {}
LATER = "from __future__ import annotations\n"
IMPORTS = f"{HEAD}import torch.nn.functional as F\n"


@dataclass(frozen=True)
class Solved(FunctionContext):
    own: Specification | None = None

    @property
    def conventions(self):
        return {"own": self.own}


def task_of(name, **fields):
    return FunctionTask(
        id=name, title=name, equation="", checks=dict.fromkeys(KINDS, CheckSpec(1.0)), **fields)


def target_of(text):
    """The one thing that a text registers."""
    module = types.ModuleType("solution")
    exec(compile(LATER * text.startswith(LATER) + IMPORTS + text.removeprefix(LATER),
                 "solution.py", "exec", dont_inherit=True), module.__dict__)
    [found] = [one for one in vars(module).values() if hasattr(one, "cgp_extension")]
    return found


def specification_of(text, name, **fields):
    key = (text, name, repr(sorted(fields.items())))
    if key not in KNOWN:
        KNOWN[key] = specified_by(target_of(text), task_of(name, **fields))
    return KNOWN[key]


def outcomes(text, name, specification, seed=0):
    """Of each check, as the pipeline runs them: none after one that blocks."""
    task, found = task_of(name), {}
    submission = Submission("student", (SourceFile("plugin.py", (IMPORTS + text).encode()),))
    context = Solved(
        Assignment("a", "A", "1", (task,)), task, submission, FunctionsInProcess(IMPORTS + text),
        seed, own=specification)
    for kind, check in CHECKS.items():
        try:
            found[kind] = check(context)
        except SubjectError as error:
            found[kind] = stopped(error.problem)
        if found[kind].blocks:
            break
    return found


def failed(text, name, specification, seed=0):
    """Kinds of check that failed."""
    return [kind for kind, one in outcomes(text, name, specification, seed).items()
            if one.status is not Status.PASSED]


def function(name, arguments, forward, backward, saved="x"):
    """A Function as students write it: statements of forward, an expression for backward."""
    lines = "\n".join(f"        {line}" for line in forward.strip().splitlines())
    return f"""
@autograd_function("{name}")
class Mine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, {arguments}):
{lines}
        ctx.save_for_backward({saved})
        return y

    @staticmethod
    def backward(ctx, g):
        {saved}, = ctx.saved_tensors
        return {backward}
"""
