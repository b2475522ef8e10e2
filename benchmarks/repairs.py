"""Where wrong Functions, graphs and activations are wrong: how often it is found, at what cost.

    python -m benchmarks.repairs [--kind KIND]... [--only TEXT]

In this process, by the very code that grades: the answers of `tests/from_solution`, and the
mistakes of `tests/mutants`. CPU times are of the search alone.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks import solved
from cgp_harness.assignment import Assignment, load
from cgp_harness.checks.context import Context
from cgp_harness.checks.grading import grading_of
from cgp_harness.installed import kinds
from cgp_harness.kinds import activation, autograd_function, backprop
from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.task import ActivationCheck, ActivationTask
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.task import CheckSpec
from tests.from_solution.folders import FUNCTIONAL, PLAIN, answers, source
from tests.from_solution.test_function_names import specification
from tests.harness.functions.right.solved_functions import Solved, task_of
from tests.harness.in_process.changed import Changed, inside, results_of
from tests.mutants.backprop_outside import OUTSIDE
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission
from tests.mutants.backprop_wrong import WRONG_BACKWARDS, WRONG_FORWARDS
from tests.mutants.functions.write import MISTAKES
from tests.mutants.functions.write import source as mutant

CHECKS = ("forward", "gradient", "autograd")


@dataclass(frozen=True)
class Wrong:
    """A wrong answer: its kind's package, its text, its context in a worker, its checks."""

    name: str
    kind: object
    text: str
    context: Callable[[Changed, Submission], Context]
    checks: tuple[str, ...]


def functions() -> Iterator[Wrong]:
    """The wrong answers of the corpus."""
    for folder, name in answers("wrong", [one for one in FUNCTIONAL if not one.endswith(PLAIN)]):

        def context(subject: Changed, one: Submission, folder: str = folder) -> Context:
            task = task_of(folder)
            return Solved(Assignment("a", "A", "1", (task,)), task, one, subject, 0,
                          own=specification(folder))

        yield Wrong(f"{folder}/{name.removeprefix('wrong/')}", autograd_function,
                    source(folder, name), context, CHECKS)


def mutants() -> Iterator[Wrong]:
    """All mistakes in the Functions of the homework on Autograd."""
    for own, name in MISTAKES:
        if own != "mine":
            def context(subject: Changed, one: Submission, own: str = own) -> Context:
                task = FunctionTask(own, own, "", {
                    check: CheckSpec(1.0) for check in CHECKS}, specification=own)
                return FunctionContext(Assignment("a", "A", "1", (task,)), task, one, subject, 0)

            yield Wrong(f"{own}/{name}", autograd_function, mutant(own, name), context, CHECKS)


def arrays() -> Iterator[Wrong]:
    """The wrong functions of arrays of the corpus, where their kind is installed."""
    if "function" not in kinds():
        return
    package = importlib.import_module(kinds()["function"].package)
    for folder, name in answers("wrong", [one for one in FUNCTIONAL if one.endswith(PLAIN)]):
        homework = solved.homework(folder)

        def context(
            subject: Changed, one: Submission, homework: Assignment = homework
        ) -> Context:
            return grading_of(kinds()["function"]).context(
                homework, homework.tasks[0], one, subject, 0)

        yield Wrong(name, package, source(folder, name), context, ("values",))


def graphs() -> Iterator[Wrong]:
    """All mistakes on graphs."""
    homework = load("computational_graph")

    def context(subject: Changed, one: Submission) -> Context:
        return Context(homework, homework.task("graph"), one, subject, 0)

    for name, (_, method, helpers) in WRONG_FORWARDS.items():
        yield Wrong(name, backprop, submission(method, BACKWARDS["reverse_order"], helpers),
                    context, ("partials",))
    for name, (_, method) in WRONG_BACKWARDS.items():
        yield Wrong(name, backprop, submission(FORWARDS["program"], method, HELPERS),
                    context, ("backpropagation",))
    for name, (method, text) in OUTSIDE.items():
        check = {"forward": "partials", "backward": "backpropagation"}[method]
        yield Wrong(name, backprop, text, context, (check,))


def activations() -> Iterator[Wrong]:
    """All mistakes in activations, with no solution that says their values."""
    task = ActivationTask("mine", "An activation", "", {"activation": ActivationCheck(10)})

    def context(subject: Changed, one: Submission) -> Context:
        return ActivationContext(
            Assignment("some", "Some", "1", (task,)), task, one, subject, 0)

    for own, name in MISTAKES:
        if own == "mine":
            yield Wrong(name, activation, mutant(own, name), context, ("activation",))


KINDS: Mapping[str, Callable[[], Iterator[Wrong]]] = {
    "functions": functions, "arrays": arrays, "mutants": mutants, "graphs": graphs,
    "activations": activations}


def measured(one: Wrong) -> tuple[bool, str, float]:
    """Whether it has a name, what is said of the place, CPU seconds of the search."""
    with (tempfile.TemporaryDirectory() as folder, inside(os.path.realpath(folder)),
          np.errstate(all="ignore")):
        subject = Changed(one.text, one.kind)
        context = one.context(
            subject, Submission("s", (SourceFile("plugin.py", one.text.encode()),)))
        results = results_of(context, one.checks)
        named = any(result.diagnosis and result.diagnosis.flags for result in results.values())
        if all(result.status is Status.PASSED for result in results.values()):
            return named, "is right", 0.0
        begin = time.process_time()
        said = grading_of(kinds()[context.task.kind]).afterwards(context, results)
        took = time.process_time() - begin
    return named, "".join(found.staff.get("repair", "") and (
        f"{found.text.rpartition('one change it is right: ')[2]} {found.staff['repair']}")
        for found in said.values()), took


def main() -> int:
    """Print a line for each wrong answer and a sum for each kind; exit 1 where it is too dear."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", action="append", choices=KINDS, help="these only")
    parser.add_argument("--only", default="", help="answers whose name has this text")
    options = parser.parse_args()
    torch.set_num_threads(1)
    dear = False
    for kind in options.kind or KINDS:
        found = []
        for one in KINDS[kind]():
            if options.only in one.name:
                found.append(measured(one))
                named, said, took = found[-1]
                print(f"{one.name:50} {took:5.2f} {'name' if named else '    '} {said}", flush=True)
        if found:
            repaired = sum(bool(said) for _, said, _ in found)
            either = sum(bool(named or said) for named, said, _ in found)
            times = [took for *_, took in found]
            print(f"\n{kind}: {repaired} of {len(found)} have a place, {either} a name or a place; "
                  f"CPU {np.mean(times):.2f} s, at most {max(times):.2f}\n", flush=True)
            dear |= bool(np.mean(times) > 1.5)
    return int(dear)


if __name__ == "__main__":
    sys.exit(main())
