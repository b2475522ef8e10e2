"""What is said once for a submission: what was left out, what a file raised, what is missing."""

import json
from dataclasses import replace

import msgspec
import pytest

from cgp_harness.assignment import CheckSpec, load
from cgp_harness.collect import collect
from cgp_harness.model import AssignmentInfo, BatchReport, Environment, SourceFile, Submission
from cgp_harness.pipeline import grade
from cgp_harness.reports.checked.closing import submission_lines
from cgp_harness.reports.pages import student
from cgp_harness.sandbox.host import levels
from tests.harness.collect.made_submissions import zipped
from tests.places import ROOT

LEVEL = levels.choose("auto")
SGD = """
from cgp_harness import optimizer

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g
    return v, v
"""
ADAGRAD = """
@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s + eps) ** 0.5, s
"""


def homework(name, *checks):
    whole = load(name)
    tasks = tuple(
        msgspec.structs.replace(task, checks=dict.fromkeys(checks, CheckSpec(1.0)))
        for task in whole.tasks)
    return msgspec.structs.replace(whole, tasks=tasks)


RULES = homework("step_size", "loads")


def graded(submission, assignment=RULES):
    return grade(submission, assignment, seed=0, isolation=LEVEL)


def file(text, name="hw.py"):
    return Submission("ada", (SourceFile(name, text.encode()),))


def said(report):
    """The notes, and the messages of the checks that lost points."""
    return list(report.notes), {c.id: c.message for c in report.checks if not c.score}


def printed(report):
    return [line.plain.rstrip() for line in submission_lines(report)]


def notebook(tmp_path, *cells):
    path = tmp_path / "hw.ipynb"
    path.write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
            {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [],
             "source": cell} for cell in cells]}), encoding="utf-8")
    [submission] = collect([path])
    return submission


def test_what_a_file_raises_and_what_is_missing_for_it_is_said_once():
    report = graded(file(f"{SGD}1 / 0\n{ADAGRAD}"))
    assert said(report) == (
        ["ZeroDivisionError: division by zero\n  at hw.py:8",
         "rmsprop and adam are not registered\n  expected @optimizer above a function for "
         "each of rmsprop and adam; found sgd_plus, adagrad"],
        {"rmsprop.loads": "no rule is registered as 'rmsprop'",
         "adam.loads": "no rule is registered as 'adam'"})


def test_what_keeps_one_task_alone_is_said_there():
    rms = ADAGRAD.replace("adagrad", "rmsprop")
    text = f"{SGD}{ADAGRAD}{rms}raise KeyError('data')\n"
    missing = {
        "adam.loads": "no rule is registered as 'adam'\n"
        "  expected a function of that name under @optimizer; found sgd_plus, adagrad, rmsprop"}
    assert said(graded(file(text))) == (["KeyError: 'data'\n  at hw.py:18"], missing)
    assert said(graded(file(f"{SGD}{ADAGRAD}{rms}"))) == ([], missing)


def test_what_a_check_says_of_an_exception_is_not_said_again_of_the_file_that_raised_it_too():
    wrong = SGD.replace("lr * g", "lr * grad")
    report = graded(file(f"{wrong}{ADAGRAD}sgd_plus(1.0, 0.0)\nadagrad('1', 0.0)\n"))
    notes, messages = said(report)
    assert messages["sgd_plus.loads"] == (
        "sgd_plus() fails (step 1): `grad` is not defined: the gradient is called `g` here\n"
        "  at hw.py:6\n  fix: write `g`\n  Python says: NameError: name 'grad' is not defined")
    assert [note.split("\n")[:2] for note in notes[:-1]] == [[
        "`g` is the text '1', and no number", "  at hw.py:11"]]


def test_a_rule_in_the_block_that_does_not_run_is_said_to_be_there():
    block = "if __name__ == '__main__':\n" + "".join(
        f"    {line}\n" if line else "\n" for line in SGD.splitlines()[3:])
    report = graded(file(f"from cgp_harness import optimizer\n\n\n{block}"))
    assert said(report)[0] == [
        'nothing is registered: @optimizer stands under `if __name__ == "__main__":`, which does '
        "not run here\n  at hw.py\n"
        "  expected @optimizer above a function for each of sgd_plus, adagrad, rmsprop and adam\n"
        "  fix: move what is to be graded out of that block"]


def test_a_decorator_below_that_block_is_none_of_it():
    report = graded(file("if __name__ == '__main__':\n    pass\n\n\nclass A:\n    @optimizer\n"
                         "    def f(g): ...\n"))
    assert not any("block" in note for note in report.notes)


def test_the_line_of_what_is_said_of_a_file_is_shown_also_where_tasks_are_judged():
    given = file(f"{SGD}1 / 0\n{ADAGRAD}")
    lines = printed(replace(graded(given), sources=given.files))
    at = lines.index("      at hw.py:8")
    assert lines[at - 1:at + 3] == [
        "    ZeroDivisionError: division by zero", "      at hw.py:8", "         8 | 1 / 0",
        "           | ^^^^^"]


def test_a_class_with_the_decorator_that_is_no_rule_is_told_once():
    report = graded(file("from cgp_harness import optimizer\n\n@optimizer(name='adam')\n"
                         "class Adam:\n    def step(self, g):\n        return g\n"))
    assert {one.id: one.message for one in report.checks}["adam.loads"] == (
        "the class Adam is no torch.optim.Optimizer\n  at hw.py:3\n"
        "  expected class Adam(torch.optim.Optimizer), or a function")
    assert not any("form" in note for note in report.notes)


def test_a_forgotten_decorator_is_said_once_with_the_names_that_are_wanted():
    report = graded(file("def sgd_plus(g): ...\ndef my_adam(g): ...\n"))
    notes, messages = said(report)
    assert notes == [
        "nothing is registered; the functions here are sgd_plus, my_adam\n  at hw.py\n"
        "  expected @optimizer above a function for each of sgd_plus, adagrad, rmsprop and adam\n"
        "  fix: write @optimizer above the function that is the rule"]
    assert messages["adam.loads"] == "no rule is registered as 'adam'"


@pytest.mark.parametrize(("definition", "line", "noun", "decorator"), [
    ("class Adam:\n    pass\n", 9, "class Adam", '@optimizer(name="adam")'),
    ("# the last rule\ndef adam(g, lr=1e-3):\n    return lr * g\n", 10, "function adam",
     "@optimizer"),
    ("@staticmethod\ndef A_dam(g, lr=1e-3):\n    return lr * g\n", 10, "function A_dam",
     '@optimizer(name="adam")'),
])
def test_what_is_called_like_a_task_and_lacks_its_decorator_is_said(
        definition, line, noun, decorator):
    _, messages = said(graded(file(f"{SGD}\n{definition}{ADAGRAD}")))
    assert messages == {
        "adam.loads": f"no rule is registered as 'adam'\n  at hw.py:{line}\n  expected @optimizer "
        f"above the {noun}\n  fix: write {decorator} above it",
        "rmsprop.loads": "no rule is registered as 'rmsprop'"}


DOC = '''"Write\n\ndef adam(g):\n    ...\n"'''.replace('"', '"' * 3) + "\n"


@pytest.mark.parametrize(("text", "further"), [
    (DOC, ""), ("TEXT = '''\nclass Adam:\n    pass\n'''\n", ""),
    ("if False:\n    def adam(g): ...\n", ""), ("# def adam(g):\n", ""),
    ("import cgp_harness as cgp\n@cgp.optimizer(name='rms')\ndef adam(g, lr=1): return g\n",
     "\n  expected a function of that name under @optimizer; found sgd_plus, rms, adagrad"),
])
def test_what_only_looks_like_a_definition_is_none(text, further):
    _, messages = said(graded(file(f"{SGD}\n{text}{ADAGRAD}")))
    assert messages["adam.loads"] == f"no rule is registered as 'adam'{further}"


def test_of_a_notebook_the_cells_that_can_be_read_are(tmp_path):
    _, messages = said(graded(notebook(tmp_path, SGD, "def broken(:", "x = 1\ndef adam(g): ...")))
    assert messages["adam.loads"] == (
        "no rule is registered as 'adam'\n  at hw.ipynb, cell 3, line 2\n  expected @optimizer "
        "above the function adam\n  fix: write @optimizer above it")


def test_a_class_without_a_decorator_is_named_where_nothing_is_registered():
    [note], _ = said(graded(file("class Adam: ...\ndef helper(g): ...\nclass _Own: ...\n")))
    assert note == (
        "nothing is registered; the functions here are helper; the classes here are Adam\n"
        "  at hw.py\n  expected @optimizer above a function for each of sgd_plus, adagrad, rmsprop "
        "and adam\n  fix: write @optimizer above the function that is the rule")


def test_what_is_not_registered_has_one_mark_in_a_report():
    report = graded(file(f"{SGD.replace('sgd_plus', 'sgd')}1 / 0\n"))
    marks = {c.message.partition("\n")[0]: c.status for c in report.checks}
    assert marks == {
        f"no rule is registered as '{name}'": "student_error"
        for name in ("sgd_plus", "adagrad", "rmsprop", "adam")}


def test_of_several_kinds_each_is_asked_for_by_its_decorator():
    [note], _ = said(graded(file("x = 1"), homework("autograd_extension", "loads")))
    assert note == (
        "nothing is registered\n  at hw.py\n  expected @autograd_function above a class for each "
        "of quantize, softplus, affine and sign_ste; @activation above a function for mine")


def test_the_only_task_of_a_homework_says_it_itself():
    report = graded(file("x = 1"), homework("computational_graph", "loads"))
    assert said(report) == ([], {
        "graph.loads": "nothing is registered\n  at hw.py\n  expected a class with @backprop "
        'above it\n  fix: write @backprop("graph") above it'})


def test_a_name_that_is_nearly_right_is_meant_for_one_task():
    text = SGD.replace("sgd_plus", "sgd") + ADAGRAD.replace("adagrad", "ada") + ADAGRAD.replace(
        "adagrad", "Adam_opt")
    _, messages = said(graded(file(text)))
    assert [messages[f"{task}.loads"].partition("  fix: ")[2]
            for task in ("sgd_plus", "adagrad", "adam")] == [
        "did you mean 'sgd_plus' where you wrote 'sgd'?",
        "did you mean 'adagrad' where you wrote 'ada'?",
        "did you mean 'adam' where you wrote 'Adam_opt'?"]


def test_a_notebook_is_spoken_of_as_the_student_knows_it(tmp_path):
    report = graded(notebook(
        tmp_path, "%%writefile rules.py\nx = 1", SGD, "y = undefined\nz = 2",
        "@optimizer(m=0)\ndef adam(g, t, m, lr=1e-3):\n    return lr * m, m", ADAGRAD))
    assert report.files == ("hw.ipynb",)
    assert said(report) == (
        ["hw.ipynb, cell 1 is left out: it begins with %%writefile",
         "`undefined` is not defined: nothing above this line gives it a value\n"
         "  at hw.ipynb, cell 3, line 1\n"
         "  Python says: NameError: name 'undefined' is not defined"],
        {"rmsprop.loads": "no rule is registered as 'rmsprop'\n"
         "  expected a function of that name under @optimizer; found sgd_plus, adagrad",
         "adam.loads": "the step number is called k; adam() calls it 't'\n"
         "  at hw.ipynb, cell 4, line 1\n  expected k: 1, 2, 3, …, counted by the harness\n"
         "  fix: write `k` in place of `t`, in the signature and below it"})


def test_a_step_number_with_a_default_is_said_to_stay_what_it_is():
    text = SGD.replace("lr=1e-3", "t=1, lr=1e-3")
    assert {c.id: c.message for c in graded(file(text)).checks}["sgd_plus.loads"] == (
        "The step number is called k; t is a hyperparameter of sgd_plus(), which stays 1.")


def test_what_a_rule_raises_is_placed_in_its_cell(tmp_path):
    report = graded(notebook(
        tmp_path, "x = 1", f"{SGD}    oops\n".replace("    return v, v", "    return oops")))
    assert {c.id: c.message for c in report.checks}["sgd_plus.loads"] == (
        "sgd_plus() fails (step 1): `oops` is not defined: nothing above this line gives it a "
        "value, and no argument is called so\n  at hw.ipynb, cell 2, line 7\n"
        "  Python says: NameError: name 'oops' is not defined")


def test_what_cannot_be_read_is_said_once(tmp_path):
    (tmp_path / "hw.ipynb").write_bytes(b"x = 1")
    [submission] = collect([tmp_path / "hw.ipynb"])
    notes, messages = said(graded(submission))
    assert notes == [
        "hw.ipynb is not a notebook that can be read\n  expected the file as Jupyter saved it\n"
        "  fix: open it in Jupyter, save it and hand it in again"]
    assert set(messages.values()) == {"the submission could not be read"}


def test_a_notebook_that_cannot_be_read_costs_itself(tmp_path):
    [submission] = collect([zipped(
        tmp_path / "a.zip", {"old.ipynb": b"x = 1", "hw.py": SGD.encode()})])
    assert (submission.problem, submission.notes) == (None, (
        "old.ipynb is not a notebook that can be read; it is left out: open it in Jupyter, save it "
        "and hand it in again",))
    [submission] = collect([zipped(
        tmp_path / "b.zip", {"old.ipynb": b"x = 1", "hw.ipynb": b"x = 1"})])
    assert str(submission.problem) == (
        "hw.ipynb is not a notebook that can be read\n  expected at least one .py or .ipynb file\n"
        "  fix: open it in Jupyter, save it and hand it in again")


SHOWN = """\
! while it was loaded:
    ZeroDivisionError: division by zero
      at hw.py:1
    sgd_plus, adagrad, rmsprop and adam are not registered
      expected @optimizer above a function for each of sgd_plus, adagrad, rmsprop and adam; found
        none
– 12 checks not run                                                                  skipped  0 / 12

score                                                                                         0 / 12
"""


def test_the_student_guide_shows_what_is_printed(tmp_path):
    report = graded(notebook(tmp_path, SGD, "%%bash\nls", "import seaborn\nseaborn.set()"))
    guide = (ROOT / "docs" / "student-guide.md").read_text("utf-8")
    block = "! while" + "\n".join(printed(report)).partition("! while")[2]
    assert block.partition("\n    adagrad, rmsprop")[0] + "\n```" in guide


def test_the_terminal_and_the_page_say_it_beside_the_checks():
    report = graded(file("1 / 0"), homework("step_size", "loads", "relations", "update_rule"))
    assert printed(report) == SHOWN.splitlines()
    batch = BatchReport(AssignmentInfo("a", "a", "1", 12.0), Environment(
        "", "", "", "", "", "cpu", LEVEL, 0, "", 0.0), (report,))
    shown = student.page(batch, report, {}, "out")
    heading, note = '<h2 id="notes">While it was loaded</h2>', (
        '<pre class="message">ZeroDivisionError: division by zero\n  at hw.py:1</pre>')
    assert shown.count(heading) == shown.count(note) == 1
    assert shown.index(heading) < shown.index(note) < shown.index("12 checks not run")


def test_a_script_of_the_lectures_package_is_pointed_to_the_homework_that_has_it():
    text = "from ComputationalGraphPrimer import *\n" + SGD
    submission = Submission("ada", (SourceFile("ada.py", text.encode()),))
    result = grade(submission, homework("step_size", "loads"), seed=0, isolation=LEVEL)
    assert result.notes[0] == (
        "ComputationalGraphPrimer is not available to submissions of this homework\n"
        "  at ada.py:1\n"
        "  expected numpy, torch, matplotlib, Python's own modules, or a file that is handed in\n"
        "  fix: hand it in to a homework that has it: cgp check FILE -a primer_homework")
