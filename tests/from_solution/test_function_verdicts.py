"""The Functions of the corpus, judged by their solutions: right ones pass, wrong ones do not."""

from functools import cache

import pytest

from cgp_harness.kinds.autograd_function.specifications.from_solution.making import specified_by
from tests.from_solution.folders import FUNCTIONAL, PLAIN, answers, registered, source
from tests.harness.functions.right.solved_functions import failed, task_of
from tests.long import some

FOLDERS = [folder for folder in FUNCTIONAL if not folder.endswith(PLAIN)]


@cache
def specification(folder):
    return specified_by(registered(folder, "solution"), task_of(folder))


@pytest.mark.parametrize(("folder", "name"), some([
    *answers("right", FOLDERS), *((folder, "solution") for folder in FOLDERS)], 2))
def test_right_ones_pass_on_every_seed(folder, name, long):
    text = source(folder, name)
    seeds = range(3 if long else 1)
    assert [failed(text, folder, specification(folder), seed) for seed in seeds] == [
        [] for _ in seeds]


@pytest.mark.parametrize(("folder", "name"), some(answers("wrong", FOLDERS), 3))
def test_wrong_ones_fail(folder, name):
    assert failed(source(folder, name), folder, specification(folder))
