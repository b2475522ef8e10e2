"""Which wrong answers of the corpus are one group: those of the same arithmetic, and no others."""

import itertools

import numpy as np
import pytest

from cgp_harness.assignment import Assignment
from cgp_harness.kinds.autograd_function.probes.fixed_run import gradients, values
from cgp_harness.kinds.optimizer.probes.verdict import fixed_run
from cgp_harness.model import SourceFile, Submission
from cgp_harness.probing.fixed_run import alike, plain
from cgp_harness.subject import SubjectError
from tests.from_solution.folders import answers, source
from tests.from_solution.test_function_names import diagnoses, specification
from tests.from_solution.test_rule_names import NO_ROOT, homework, of_arrays, outcome
from tests.harness.functions.right.solved_functions import Solved, task_of
from tests.harness.in_process.functions import FunctionsInProcess
from tests.harness.in_process.rules import context_of

SIGMOID_MIRRORED = (  # g / (1 + e^x), in four ways
    "abs_forgotten_mirrored", "no_inner_derivative", "one_minus_forgotten", "sigmoid_mirrored")


def asked(ask, context):
    with np.errstate(all="ignore"):
        try:
            answer = ask(context)
        except SubjectError:
            return None
    return None if answer is None else plain(answer.ravel().tolist())


def pairs(found):
    return {pair for pair in itertools.combinations(sorted(found), 2)
            if alike(*(found[one] for one in pair))}


def of_rules(folder, which):
    every = {name: asked(fixed_run, context_of(
        source(folder, f"{which}/{name}"), homework(folder), folder))
        for name in of_arrays(folder, which) if name != "through_the_hook"}
    return {name: found for name, found in every.items() if found}


@pytest.mark.parametrize(("folder", "same"), [
    ("adamw", set()), ("lion", set()), ("amsgrad", {("kept_and_not_used", "plain_adam")}),
    ("nesterov", {("old_buffer", "plain_momentum")})])
def test_rules_are_one_where_their_arithmetic_is(folder, same):
    assert of_rules(folder, "right") == {}
    found = of_rules(folder, "wrong")
    assert len(found) > 14
    assert pairs(found) == same


def of_functions(folder, which, ask):
    task, found = task_of(folder), {}
    for _, name in answers(which, [folder]):
        text = source(folder, name)
        found[name.partition("/")[2]] = asked(ask, Solved(
            Assignment("a", "A", "1", (task,)), task,
            Submission("student", (SourceFile("plugin.py", text.encode()),)),
            FunctionsInProcess(text), 0, own=specification(folder)))
    return {name: one for name, one in found.items() if one}


@pytest.mark.parametrize(("folder", "ask", "count", "same"), [
    ("rms_norm", values, 8, set()), ("rms_norm", gradients, 18, set()),
    ("softplus", values, 4, {("abs_forgotten", "abs_forgotten_mirrored")}),
    ("softplus", gradients, 11, {
        ("forgets_g", "overflows_and_forgets_g"), *itertools.combinations(SIGMOID_MIRRORED, 2)})])
def test_functions_are_one_where_what_they_compute_is(folder, ask, count, same):
    assert of_functions(folder, "right", ask) == {}
    found = of_functions(folder, "wrong", ask)
    assert len(found) == count
    assert pairs(found) == same


def test_a_name_that_is_made_from_a_solution_says_so_and_gives_way_to_an_instructor_s():
    assert outcome("adamw", "wrong/first_uncorrected").diagnosis.of_source
    assert outcome("adamw", "wrong/first_uncorrected", reveal="full").diagnosis.of_source
    assert diagnoses("softplus", "wrong/abs_forgotten")[0].of_source
    written = outcome("adamw", "wrong/without_root", mistakes=(NO_ROOT,)).diagnosis
    assert (written.flags, written.of_source) == (("no_root",), False)
