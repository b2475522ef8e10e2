"""One rule in every form of other courses: the verdict, name and points of the harness's own."""

import builtins
import importlib.util
import re
import sys
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from cgp_harness import installed, pipeline
from cgp_harness.assignment import in_form, load, parse
from cgp_harness.errors import HarnessError
from cgp_harness.installed import told
from cgp_harness.kinds.optimizer.contract.reading.found import found
from cgp_harness.kinds.optimizer.contract.reading.told import sought
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host import view as host_view
from tests.harness.cli.test_cli import cgp
from tests.harness.rules.other_forms.written_in_forms import ALL, FORMS
from tests.places import ROOT

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


# --- code as other courses have it -------------------------------------------------------------

OTHERS = Path(__file__).parent / "other_courses"
PACKAGES = ("minitorch", "needle", "mytorch")
FORM_OF = {
    "config_of_each": "w_dw_config", "dicts_in_place": "update_params_grads",
    "lists_in_place": "update_params_grads", "one_for_each": "update_w_grad",
    "one_for_all": "update_w_grad", "tensors_of_needle": "step_over_params",
    "tensors_of_mytorch": "step_over_params", "values_of_minitorch": "step_over_params",
    "layers_of_a_model": "step_over_params", "states_given": "params_states_hyperparams",
    "two_functions": "init_update", "classes_of_torch": "torch_class"}
GRADIENTS = np.random.default_rng(3).normal(size=(6, 5))


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    """What stand-ins leave in Python itself is taken back."""
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)
    before = {*sys.modules}
    yield
    for name in {*sys.modules} - before:
        if name.partition(".")[0] in PACKAGES:
            del sys.modules[name]


def read(path, form="auto"):
    """The rules that a file has by its looks, and what is said of others."""
    asked_for = sought(told(in_form(
        msgspec.structs.replace(load("step_size"), stand_ins=PACKAGES), form))["optimizer"])
    spec = importlib.util.spec_from_file_location(f"_form_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return found(module, asked_for, ())


def steps_of(rule, scheduled=(), array=np.array):
    """Of two parameters in six steps; `scheduled` is the rate's name, which falls after three."""
    run, steps = rule.run([array(np.zeros(2)), array(np.zeros((1, 3)))]), []
    for k, row in enumerate(GRADIENTS):
        given = {name: 0.01 if k < 3 else 0.004 for name in scheduled}
        parts = run.step([array(row[:2]), array(row[2:].reshape(1, 3))], given)
        steps.append(np.concatenate([np.asarray(one).ravel() for one in parts]))
    return np.array(steps)


@cache
def rights(task):
    """All forms of the right answer."""
    homework = load("step_size")
    return tuple(specified(homework, homework.task(task)).conventions.values())


@pytest.mark.parametrize("name", FORM_OF)
def test_code_of_other_courses_takes_the_right_steps(name):
    rules, errors = read(OTHERS / f"{name}.py")
    assert not errors
    assert rules
    assert {rule.form for rule in rules} == {FORM_OF[name]}
    rates = {"lr", "alpha", *load("step_size").aliases["lr"]}
    for rule in rules:
        rate = rates & rule.hyperparameters.keys()
        assert len(rate) == 1
        got = steps_of(rule, rate, torch.tensor if name == "states_given" else np.array)
        errors = [np.abs(got - steps_of(right.rule, ["lr"])).max() for right in rights(rule.name)]
        assert min(errors) < (1e-7 if name == "layers_of_a_model" else 1e-15), rule.name


@pytest.mark.long
@pytest.mark.parametrize("name", FORM_OF)
def test_code_of_other_courses_is_graded_without_an_edit(name):
    homework = asked(load("step_size"), "sgd_plus", "adagrad", "rmsprop", "adam")
    report = graded(
        (OTHERS / f"{name}.py").read_text("utf-8"),
        msgspec.structs.replace(homework, stand_ins=PACKAGES))
    there = {one.task for one in report.checks if one.kind == "loads" and one.status == "passed"}
    assert there
    for one in report.checks:
        # Some have eps in the code, where it is asked for.
        assert one.task not in there or one.kind == "hyperparameters" or one.status == "passed"


# --- what is said ------------------------------------------------------------------------------

NONE_OF_THEM = """
import numpy as np


class Adam:
    def __init__(self, lr=1e-3):
        self.lr = lr

    def move(self, weights):
        return weights
"""
HALF = """
def adam(w, dw, config=None):
    return w - 1e-3 * dw
"""
SHAPES = (
    "@optimizer above def adam(g, k, m, v, lr=…); class Adam(torch.optim.Optimizer); "
    "def adam(w, dw, config=None), which returns next_w, config; "
    "def adam(params, states, hyperparams), in place; "
    "class Adam with __init__(self, params, lr=…) and step(self); "
    "class Adam with update(self, params, grads), in place; "
    "class Adam with update(self, w, grad), which returns w; "
    "init(params) and update(grads, state, params), which returns updates, state")


def loads_of(text, *tasks, **options):
    report = graded(text, msgspec.structs.replace(asked(
        load("step_size"), *(tasks or ("adam",)), checks=("loads",)), **options))
    return report.checks[0]


@pytest.mark.parametrize(("text", "message"), [
    (NONE_OF_THEM,
     "the class Adam, with __init__(self, lr), move(self, weights), is written in no form that is "
     f"known\n  at mine.py:5\n  expected one of these: {SHAPES}"),
    (HALF,
     "adam() returned something else than two values\n"
     "  at mine.py:2\n"
     "  expected next_w and config, the dict with what it keeps\n"
     "  fix: end the function with `return next_w, config`"),
    ("def adam(w, dw, config=None):\n    return w - rate * dw, {}\n",
     "adam() fails (step 1): `rate` is not defined: nothing above this line gives it a value, and "
     "no argument is called so\n  at mine.py:2\n"
     "  Python says: NameError: name 'rate' is not defined"),
    ("class Adam:\n    def update(self, params, grads):\n        while True:\n            pass\n",
     "the class Adam, with update(self, params, grads), cannot be graded: it computed for more "
     "than 2 s in two small steps\n  at mine.py:1"),
    ("def adam(g, k, lr=1e-3):\n    return lr * g\n",
     "nothing is registered; the functions here are adam\n"
     "  at mine.py\n"
     "  expected a function with @optimizer above it\n"
     "  fix: write @optimizer above the function that is the rule"),
])
def test_what_cannot_be_read_says_why(text, message):
    assert loads_of(text).message == message


def test_what_else_stands_in_the_file_may_be_anything():
    odd = """
class Unhashable(type):
    __hash__ = None
    def __eq__(self, other): raise ValueError


class Odd(metaclass=Unhashable):
    @property
    def __class__(self): raise ValueError


odd = Odd()
"""
    text = odd + (OTHERS / "one_for_each.py").read_text("utf-8").partition('"""\n')[2]
    assert loads_of(text).message == "It is read in the form update_w_grad."


def test_the_form_that_is_named_is_the_only_one_that_is_tried():
    text = (OTHERS / "one_for_each.py").read_text("utf-8")
    assert loads_of(text).message == "It is read in the form update_w_grad."
    assert loads_of(text, form="update_w_grad").message == "It is read in the form update_w_grad."
    assert loads_of(text, form="init_update").message == (
        "the class Adam, with __init__(self, learning_rate, b1, b2), update(self, w, grad_wrt_w), "
        "is written in no form that is known\n"
        "  at mine.py:38\n"
        "  expected init(params) and update(grads, state, params), which returns updates, state")
    assert loads_of(text, form="rule").message.startswith("nothing is registered; ")


def test_what_is_registered_counts_before_what_only_looks_like_a_rule():
    """Beside it, or in another file."""
    declared = FORMS["rule"](ALL["adam"])
    beside = declared + (OTHERS / "one_for_each.py").read_text("utf-8").partition('"""\n')[2]
    files = [("a.py", FORMS["update_w_grad"](ALL["no_correction"])), ("b.py", declared),
             ("c.py", FORMS["w_dw_config"](ALL["no_correction"])), ("d.py", NONE_OF_THEM)]
    homework = asked(load("step_size"), "adam", checks=("loads", "update_rule"))
    for sources in ([("mine.py", beside)], files):
        submission = Submission(
            "ada", tuple(SourceFile(name, text.encode()) for name, text in sources))
        report = pipeline.grade(
            submission, homework, seed=3, isolation=levels.choose("auto"))
        assert [(one.status, one.message) for one in report.checks] == [("passed", "")] * 2
        assert report.notes == ()


@pytest.mark.parametrize(("line", "message"), [
    ('form = "w_dw_confg"',
     "there is no form 'w_dw_confg'\n"
     "  at hw/assignment.toml:1, form\n"
     "  expected one of auto, rule, torch_class, w_dw_config, params_states_hyperparams, "
     "step_over_params, update_params_grads, update_w_grad, init_update\n"
     "  fix: did you mean 'w_dw_config'?"),
    ('stand_ins = ["my torch"]',
     "stand_ins names 'my torch'\n"
     "  at hw/assignment.toml:1, stand_ins\n"
     "  expected a package as Python imports it: needle\n"
     "  fix: write the name that stands behind `import`"),
])
def test_a_form_that_there_is_not_is_refused(line, message):
    with pytest.raises(HarnessError) as caught:
        parse(f"""{line}
id = "sgd"
title = "SGD"
version = "1"
[[tasks]]
id = "sgd"
title = "SGD"
[tasks.checks]
loads = {{points = 1}}
""".encode(), "hw/assignment.toml", answers="")
    assert str(caught.value) == message


def test_another_form_is_another_homework():
    homework = load("step_size")
    assert in_form(homework, "") is homework
    other = in_form(homework, "init_update")
    assert (other.form, other.digest != homework.digest) == ("init_update", True)
    with pytest.raises(HarnessError) as caught:
        in_form(homework, "pytorch")
    assert str(caught.value) == (
        "there is no form 'pytorch'\n  expected one of auto, rule, torch_class, w_dw_config, "
        "params_states_hyperparams, step_over_params, update_params_grads, update_w_grad, "
        "init_update")


def test_the_commands_say_which_forms_there_are(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("x = 1\n", "utf-8")
    for command in (["check", file], ["grade", file, "-o", tmp_path / "out"]):
        done = cgp(*command, "-a", "step_size", "--form", "update_grads")
        assert done.exit_code == 2
        assert done.output == (
            "error: there is no form 'update_grads'\n"
            "  expected one of auto, rule, torch_class, w_dw_config, params_states_hyperparams, "
            "step_over_params, update_params_grads, update_w_grad, init_update\n"
            "  fix: did you mean 'update_w_grad'?\n")


def test_a_number_in_the_code_is_what_the_case_is_compared_at():
    text = FORMS["update_params_grads"](ALL["no_correction"]).replace("+ eps", "+ 1e-7")
    text = text.replace(", eps=1e-08", "").replace("self.eps = eps", "").replace(
        "eps = self.eps", "")
    report = graded(text, asked(load("step_size"), "adam", checks=("loads", "update_rule")))
    found = report.checks[1]
    assert found.diagnosis.flags == ("no_bias_correction",)
    assert found.counterexample["expected_at"] == {"eps": 1e-7}
    assert found.counterexample["expected"] == [[pytest.approx(0.5, rel=1e-6)]]


def test_the_rate_of_init_in_the_place_of_the_groups_is_named():
    text = FORMS["torch_class"](ALL["momentum"]).replace('lr = group["lr"]', "lr = self.lr")
    text = text.replace("        super()", "        self.lr = lr\n        super()")
    report = graded(text, asked(load("step_size"), "sgd_plus", checks=("loads", "update_rule")))
    found = report.checks[1].diagnosis
    assert found.flags == ("rate_of_init",)
    assert re.sub(r"within \S+", "within …", found.text) == (
        "Your update is SGD+ with the rate of __init__ at every step, to within … on 177 numbers. "
        'Read group["lr"] in step(): self.lr stays as it was, where a schedule or a second group '
        "has another rate.")


def add_forms(monkeypatch, forms):
    """As an installed plugin does."""
    def answers(hook, known=installed.answers):
        return [*known(hook), *([("mine", forms)] if hook == "cgp_forms" else [])]

    monkeypatch.setattr(installed, "answers", answers)


def test_a_plugins_form_is_read_in_the_worker(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "forms.md").read_text("utf-8")
    (tmp_path / "my_forms").mkdir()
    (tmp_path / "my_forms" / "with_a_rate.py").write_text(
        page.partition("```python\n")[2].partition("```")[0], "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    add_forms(monkeypatch, {"with_a_rate": "my_forms.with_a_rate"})
    caches = installed.forms, host_view._view
    for one in caches:
        one.cache_clear()
    try:
        text = "def sgd(w, grad, lr):\n    return w - lr * grad\n"
        report = graded(text, in_form(asked(SGD, "sgd"), "with_a_rate"))
        assert [one.score for one in report.checks] == [1, 3, 10, 3, 2]
        assert report.checks[0].message == "It is read in the form with_a_rate."
    finally:
        for one in caches:
            one.cache_clear()


def test_a_plugins_form_without_a_name_of_its_own_is_refused(monkeypatch):
    add_forms(monkeypatch, {"rule": "a.b"})
    installed.forms.cache_clear()
    with pytest.raises(HarnessError) as caught:
        installed.forms()
    installed.forms.cache_clear()
    assert str(caught.value) == (
        "the installed plugin 'mine' cannot be used: cgp_forms() has a str under 'rule'\n"
        "  at mine of the package mine\n"
        "  expected a name of its own, and the dotted name of the module that has the FORM\n"
        "  fix: mend it, or `pip uninstall mine`")
