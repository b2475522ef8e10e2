"""The corpus is what it says: right answers are right, wrong ones are wrong."""

import warnings
from functools import cache

import numpy as np
import pytest
import torch

from tests.from_solution import calls, oracles, trainings
from tests.from_solution.folders import (
    FOLDERS,
    FUNCTIONAL,
    PLAIN,
    PLUGIN,
    RULES,
    answers,
    described,
    registered,
    source,
)

SAME, CLEAR = 1e-10, 1e-5
"""By how much a right answer may be off; by how much a wrong one is, at least, somewhere."""
FLOAT32 = 1e-4
FROM = {"softplus": 0.0}
"""Digits count from here, in proportion to the largest number; else from 1e-3."""
KINDS = {
    "another rule", "another function", "assumption", "axis", "constant", "hyperparameter",
    "mean for sum", "name exchanged", "numerics", "operator", "order", "place of eps",
    "place of lr", "place of decay", "shape", "shared state", "sign", "state", "step number",
    "sum for mean", "term left out", "term too much",
}


@pytest.fixture(autouse=True)
def _as_in_a_worker(monkeypatch):
    """Plain functions are known, and what an answer makes numpy or torch warn of costs nothing."""
    monkeypatch.syspath_prepend(PLUGIN)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cache
def asked(folder):
    solution = registered(folder, "solution")
    if folder in RULES:
        return trainings.trainings(solution.hyperparameters)
    return calls.calls(solution)


@cache
def wanted(folder):
    solution = registered(folder, "solution")
    if folder in RULES:
        return [trainings.steps(solution, one) for one in asked(folder)]
    return calls.outputs(solution, asked(folder))


def apart(folder, got, enough=np.inf):
    """How far from the solution, at most; what is `enough` apart is compared no further."""
    if folder in FUNCTIONAL:
        return calls.apart(got, wanted(folder), FROM.get(folder, 1e-3))
    largest = 0.0
    for one, right in zip(got, wanted(folder), strict=True):
        largest = max(largest, trainings.apart(one, right))
        if largest > enough:
            break
    return largest


def off(folder, name, enough=np.inf):
    """How far an answer is from its solution."""
    answer = registered(folder, name)
    if folder in FUNCTIONAL:
        return apart(folder, calls.outputs(answer, asked(folder)))
    return apart(folder, (trainings.steps(answer, one) for one in asked(folder)), enough)


@pytest.mark.parametrize("folder", RULES)
def test_the_solution_is_the_rule_that_others_have(folder):
    defaults = registered(folder, "solution").hyperparameters
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)      # torch keeps the product of NAdam's mu in it
    try:
        others = [oracles.steps(folder, defaults, one) for one in asked(folder)]
    finally:
        torch.set_default_dtype(before)
    assert apart(folder, others) < SAME


@pytest.mark.parametrize("folder", FUNCTIONAL)
def test_the_solution_is_the_function_that_torch_has(folder):
    assert apart(folder, oracles.outputs(folder, asked(folder))) < SAME


@pytest.mark.parametrize(("folder", "name"), answers("right"))
def test_a_right_answer_gives_what_the_solution_gives(folder, name):
    assert off(folder, name) < SAME


@pytest.mark.parametrize(("folder", "name"), [
    one for one in answers("right", FUNCTIONAL) if not one[0].endswith(PLAIN)])
def test_a_right_function_takes_float32_and_gives_it(folder, name):
    some = asked(folder)[1:4]
    got = calls.outputs(registered(folder, name), some, torch.float32)
    exact = calls.outputs(registered(folder, "solution"), some)
    assert {array.dtype for one in got for array in one} == {np.dtype(np.float32)}
    assert calls.apart(got, exact, 1.0) < FLOAT32


@pytest.mark.parametrize(("folder", "name"), answers("wrong"))
def test_a_wrong_answer_differs_clearly(folder, name):
    assert off(folder, name, CLEAR) > CLEAR


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_wrong_answer_is_described(folder):
    told = described(folder)
    assert {f"wrong/{name}" for name in told} == {name for _, name in answers("wrong", [folder])}
    for name, one in told.items():
        assert set(one) == {"what", "mistakes", "where", "kind"}
        assert one["mistakes"] == len(one["kind"])
        assert set(one["kind"]) <= KINDS
        assert one["what"].endswith(".")
        lines = source(folder, f"wrong/{name}").splitlines()
        assert one["where"]
        assert all(lines[line - 1].strip() for line in one["where"])


@pytest.mark.parametrize("folder", FOLDERS)
def test_there_are_enough(folder):
    assert len(list(answers("right", [folder]))) >= 8
    assert len(list(answers("wrong", [folder]))) >= 14
    assert sum(one["mistakes"] > 1 for one in described(folder).values()) >= 2
