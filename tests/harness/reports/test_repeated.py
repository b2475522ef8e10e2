"""A check that only repeats what another has found is one line; what it found is still at hand."""

import re
from dataclasses import replace

import pytest

from cgp_harness.installed import kinds
from cgp_harness.kinds.activation.kind import REFUSAL
from cgp_harness.kinds.primer_training.kind import NOT_KNOWN
from cgp_harness.model import Status
from cgp_harness.notebook.checked import Checked
from cgp_harness.pytest_plugin import items
from cgp_harness.reports.checked.closing import submission_lines
from cgp_harness.reports.formats import told
from cgp_harness.reports.outcome import repeated
from cgp_harness.reports.pages import student
from tests.harness.reports.example_reports import BATCH, check, submission

RULE = "update_rule", "closed_loop", "It leaves the path."
GAIN = "update_rule", "convergence", "It gains less."
VALUES = "forward", "training", "The first loss is another already."
BACKWARD = "gradient", "training", "After 1 step the loss is another."
DERIVATIVE = "activation", "learning", f"{REFUSAL}it is a straight line."
OF_ANOTHER = "rule_used", "hyperparameters_used", f"{NOT_KNOWN}it is another rule."
SEEN = {
    RULE: "the rule", GAIN: "the rule", VALUES: "the values", BACKWARD: "the backward",
    DERIVATIVE: "the function", OF_ANOTHER: "the rule"}


def test_what_one_place_of_a_file_does_to_several_tasks_is_told_once():
    raised = "A statement did not come to its end:\nKeyError: 'ab'\n  at hw.py:6"
    one = submission("grace", *(
        check("followed", Status.FAILED, task=task, id=f"{task}.followed", title=f"{task}: trains",
              message=message, equation="")
        for task, message in (
            ("sgd", raised), ("adam", raised), ("rms", raised + "0"), ("neg", "the same"),
            ("net", "the same"))),
        check("again", Status.FAILED, task="sgd", id="sgd.again", message=raised, equation=""))
    results = {each.id: each for each in one.checks}
    assert [repeated(each, results) for each in one.checks] == [
        "", "as for sgd", "", "", "", 'as for "trains"']
    told_of_it = [line.plain for line in submission_lines(one)]
    assert told_of_it.count("      at hw.py:6") == 2  # where it is told, and last
    assert f"✗ adam: trains{'as for sgd  0 / 4':>86}" in told_of_it


def both(first, other, message, status=Status.FAILED):
    """A submission of which the first check has found something, and the other ended so."""
    return submission(
        "grace", check(first, Status.FAILED, message="One number differs.", equation=""),
        check(other, status, message=message, equation=""))


@pytest.mark.parametrize("names", SEEN, ids=lambda names: names[1])
def test_what_only_repeats_another_check_is_one_line(names):
    told = [line.plain for line in submission_lines(both(*names))]
    judged = f"not judged: see {SEEN[names]}  0 / 4"
    assert told == [
        f"{'✗ Adam: ' + names[0]:<95}0 / 4",
        "    One number differs.",
        f"{'✗ Adam: ' + names[1]:<{100 - len(judged)}}{judged}",
        "",
        f"{'score':<95}0 / 8",
        "not right yet: adam (2 checks)",
        f"first: Adam: {names[0]}",
        "    One number differs.",
    ]


@pytest.mark.parametrize("names", SEEN, ids=lambda names: names[1])
def test_verbose_has_what_it_found(names):
    told = [line.plain for line in submission_lines(both(*names), verbose=True)]
    assert told[2:4] == [f"{'✗ Adam: ' + names[1]:<95}0 / 4", f"    {names[2]}"]


@pytest.mark.parametrize("names", SEEN, ids=lambda names: names[1])
def test_a_page_has_it_closed(names):
    one = both(*names)
    html = student.page(replace(BATCH, submissions=(one,)), one, {}, "out")
    [(first, inside)] = re.findall(
        r"<details><summary>(.*?)\n</summary>(.*?)</details></article>", html, re.DOTALL)
    assert re.sub(r"<[^>]+>|\s+", " ", first).split() == (
        f"✗ {names[1]} , failed not judged: see {SEEN[names]} 0 / 4".split())
    assert inside.strip() == f'<pre class="message">{names[2]}</pre>'
    assert html.count("not judged") == 1


def test_a_notebook_has_it_closed():
    html = Checked.of_report(both(*DERIVATIVE))._repr_html_()
    opened, closed = re.findall(r"<details[^>]*>\n<summary>.*</summary>", html)
    assert opened.startswith('<details style="margin: 0.2em 0" open>')
    assert closed.startswith('<details style="margin: 0.2em 0">')
    assert closed.endswith(
        "Adam: learning: not judged: see the function, 0 / 4</summary>")


@pytest.mark.parametrize("names", SEEN, ids=lambda names: names[1])
def test_other_systems_are_told_where_to_look(names):
    one = both(*names)
    first, other = one.checks
    assert (told.text(one, first, BATCH.assignment), told.short(one, first)) == (
        "One number differs.",) * 2
    assert (told.text(one, other, BATCH.assignment), told.short(one, other)) == (
        f"not judged: see {SEEN[names]}",) * 2


@pytest.mark.parametrize("names", SEEN, ids=lambda names: names[1])
def test_so_is_pytest(names):
    first, other = both(*names).checks
    task = {one.kind: one for one in (first, other)}
    assert items.said(first, task, ()) == "One number differs."
    assert items.said(other, task, ()) == f"not judged: see {SEEN[names]}"


@pytest.mark.parametrize("one", [
    both("activation", "learning", "The network learns worse than with the sigmoid."),
    both("rule_used", "hyperparameters_used", "beta1 of the biases is 0.5; expected 0.9."),
    both("partials", "backpropagation", "It is given right partials."),
    both("autograd", "training", "After 1 step the loss is another."),
    both("forward", "gradient", "backward does not return g."),
    both(*BACKWARD, status=Status.STUDENT_ERROR),
], ids=lambda one: one.checks[1].id)
def test_what_says_something_of_its_own_is_shown(one):
    results = {each.id: each for each in one.checks}
    assert [repeated(each, results) for each in one.checks] == ["", ""]


def test_nothing_is_repeated_of_a_check_that_found_nothing_or_of_another_task():
    first, other = both(*RULE).checks
    right = replace(first, status=Status.PASSED)
    assert repeated(other, {right.id: right, other.id: other}) == ""
    elsewhere = replace(first, id="rmsprop.update_rule", task="rmsprop")
    assert repeated(other, {elsewhere.id: elsewhere, other.id: other}) == ""
    assert repeated(other, {other.id: other}) == ""


def test_what_is_repeated_has_ended_before():
    for kind in kinds().values():
        order = [*kind.checks]
        for name, info in kind.checks.items():
            assert set(info.repeats) <= set(order[:order.index(name)]), (kind.name, name)
