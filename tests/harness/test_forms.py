"""One rule in every form of other courses: the verdict, name and points of the harness's own."""

from functools import cache

import msgspec
import pytest

from cgp_harness import pipeline
from cgp_harness.assignment import load, parse
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from tests.harness.written_in_forms import ALL, FORMS

CHECKS = "loads", "relations", "update_rule", "hyperparameters", "closed_loop"
SGD = parse(b"""
id = "sgd"
title = "SGD"
version = "1"
stand_ins = ["needle"]
[[tasks]]
id = "sgd"
title = "SGD"
[tasks.checks]
loads = {points = 1}
relations = {points = 3}
update_rule = {points = 10}
hyperparameters = {points = 3}
closed_loop = {points = 2}
""", answers='''from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    """SGD."""
    return lr * g
''')


def asked(homework, *tasks, checks=CHECKS):
    """The homework with these tasks and checks alone."""
    def only(task):
        return msgspec.structs.replace(
            task, checks={name: one for name, one in task.checks.items() if name in checks})

    return msgspec.structs.replace(
        homework, stand_ins=("needle",),
        tasks=tuple(only(task) for task in homework.tasks if task.id in tasks))


@cache
def homework(task):
    return SGD if task == "sgd" else asked(load("step_size"), task)


def graded(text, of, **options):
    return pipeline.grade(
        Submission("ada", (SourceFile("mine.py", text.encode()),)), of, seed=3,
        isolation=levels.choose("auto"), **options)


@cache
def verdicts(name, form):
    report = graded(FORMS[form](ALL[name]), homework(ALL[name].task))
    return [(one.kind, one.status, one.score, one.diagnosis.flags if one.diagnosis else ())
            for one in report.checks]


ALWAYS = [("adam", "w_dw_config"), ("momentum", "step_over_params"), ("rho_swapped", "init_update")]


@pytest.mark.parametrize(("name", "form"), [*ALWAYS, *(
    pytest.param(name, form, marks=pytest.mark.long) for form in FORMS if form != "rule"
    for name in ALL if (name, form) not in ALWAYS)])
def test_a_rule_is_judged_alike_in_every_form(name, form):
    assert verdicts(name, form) == verdicts(name, "rule")
