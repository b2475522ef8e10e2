"""`solution.py` beside an assignment: read, run, and what is said where it cannot be used."""

import msgspec
import pytest

from cgp_harness import assignment
from cgp_harness.assignment.solution import OWN, answers_to
from cgp_harness.checks.requirements import require_named
from cgp_harness.errors import HarnessError
from cgp_harness.installed import typed
from cgp_harness.kinds.optimizer.specified import specified

TOML = """
id = "hw"
title = "Homework"
version = "1"

[[tasks]]
id = "nesterov"
title = "Nesterov"

[tasks.checks]
loads = {points = 1}
update_rule = {points = 2}
"""
HEAD = "from cgp_harness import accepted, optimizer\n\n"
RULE = """@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    v = mu * v + g
    return lr * (g + mu * v), v
"""
IN_BUFFER = """
@accepted("nesterov", "lr_in_buffer")
@optimizer(v=0)
def other(g, v, lr=1e-2, mu=0.9):
    v = mu * v + lr * g
    return lr * g + mu * v, v
"""


def homework(text=HEAD + RULE, toml=TOML):
    return assignment.parse(toml.encode(), "hw/assignment.toml", text)


def message_of(text=HEAD + RULE, toml=TOML):
    with pytest.raises(HarnessError) as caught:
        require_named(homework(text, toml))
    return str(caught.value)


# --- read --------------------------------------------------------------------------------------


def test_the_text_beside_the_assignment_is_part_of_it(tmp_path):
    (tmp_path / "assignment.toml").write_text(TOML)
    (tmp_path / "solution.py").write_text(HEAD + RULE)
    first = assignment.load(tmp_path)
    assert first.solution == HEAD + RULE
    assert first == assignment.load(tmp_path / "assignment.toml")
    (tmp_path / "solution.py").write_text(HEAD + RULE + "\n")
    assert assignment.load(tmp_path).digest != first.digest


def test_it_travels_with_the_assignment_and_is_run_where_that_arrives():
    sent = msgspec.json.encode(homework(HEAD + RULE + IN_BUFFER))
    arrived = typed(msgspec.json.decode(sent, type=assignment.Assignment))
    rule = specified(arrived, arrived.task("nesterov"))
    assert list(rule.conventions) == [OWN, "lr_in_buffer"]
    assert dict(rule.hyperparameters) == {"lr": 1e-2, "mu": 0.9}


def test_a_solution_that_is_no_text_is_said_to_be_none(tmp_path):
    (tmp_path / "assignment.toml").write_text(TOML)
    (tmp_path / "solution.py").write_bytes(b"# \xff")
    with pytest.raises(HarnessError) as caught:
        assignment.load(tmp_path)
    assert str(caught.value) == (
        f"the file is not UTF-8\n  at {tmp_path / 'solution.py'}:1, byte 2\n"
        "  expected a text\n  fix: save it as UTF-8")


def test_the_field_is_filled_in_and_not_written():
    assert message_of(toml='solution = "x"\n' + TOML) == (
        "the field 'solution' is the text of solution.py\n  at hw/assignment.toml:1, solution\n"
        "  expected a file without it\n  fix: remove it")


def test_a_task_needs_its_id_its_title_and_checks_alone():
    task = homework().task("nesterov")
    assert (task.equation, task.family, task.accept, task.hyperparameters) == ("", "", (), {})
    require_named(homework())


@pytest.mark.parametrize(("field", "message"), [
    ('accept = ["eps_inside_root"]',
     "task 'nesterov' accepts 'eps_inside_root'\n"
     "  expected one or more of solution, which the solution has\n  fix: remove it"),
    ("hyperparameters = {lr = 1e-3}",
     "task 'nesterov' has 'hyperparameters', and no family\n"
     "  at hw/assignment.toml:9, task 'nesterov'.hyperparameters\n"
     "  expected none: the signature in solution.py has them, with their defaults\n"
     "  fix: remove it"),
])
def test_what_the_solution_says_is_said_nowhere_else(field, message):
    assert message_of(toml=TOML.replace('title = "Nesterov"', f'title = "N"\n{field}')) == message


def test_without_a_solution_a_family_is_asked_for():
    assert message_of("") == (
        "task 'nesterov' names no family\n  at hw/assignment.toml:6, task 'nesterov'\n"
        "  expected one of sgd_plus, adagrad, rmsprop, adam, or a solution.py beside the file that "
        "has the rule\n"
        "  fix: or say what it is: kind = \"autograd_function\"")


# --- run ---------------------------------------------------------------------------------------


def test_its_answers_are_its_own_and_those_that_are_accepted():
    one = homework(HEAD + IN_BUFFER + RULE)
    answers = answers_to(one, one.task("nesterov"))
    assert {name: answer.name for name, answer in answers.items()} == {
        OWN: "nesterov", "lr_in_buffer": "other"}


def test_a_dataclass_and_a_main_guard_are_as_in_any_file():
    text = (f"from __future__ import annotations\nfrom dataclasses import dataclass\n{HEAD}"
            "@dataclass\nclass Decay:\n    mu: float = 0.9\n\n"
            f"{RULE}\nif __name__ == '__main__':\n    raise SystemExit('not here')\n")
    require_named(homework(text))


@pytest.mark.parametrize(("text", "message"), [
    (f"{HEAD}1 / 0\n{RULE}",
     "the solution cannot be run: ZeroDivisionError: division by zero\n  at solution.py:3\n"
     "  expected a file that can be imported"),
    (f"{HEAD}def f(:\n",
     "the solution cannot be run: SyntaxError: invalid syntax (solution.py, line 3)\n"
     "  at solution.py:3\n  expected a file that can be imported"),
    (f"{HEAD}exit(3)\n",
     "the solution cannot be run: SystemExit: 3\n  at solution.py:3\n"
     "  expected a file that can be imported"),
    (HEAD + RULE.replace("nesterov", "nestrov"),
     "the solution has no answer to the task 'nesterov'\n  at solution.py\n"
     "  expected one as students write it, below @optimizer(name=\"nesterov\"); found nestrov"),
    (HEAD + RULE.replace("lr=1e-2", "lr"),
     "argument 'lr' of nesterov() has no default value\n  at solution.py:3\n"
     "  expected every hyperparameter with a default; state named in the decorator\n"
     "  fix: write `lr=…` in the signature if it is a hyperparameter, or @optimizer(lr=0) if it is "
     "state"),
    (HEAD + RULE.replace("mu=0.9", "mu=float('inf')"),
     "the solution's nesterov gives mu the default inf\n  at solution.py:3\n"
     "  expected a finite number"),
    (HEAD + RULE.replace("v = mu", "v = missing + mu"),
     "the solution's nesterov raises NameError: name 'missing' is not defined\n"
     "  at solution.py:5\n"
     "  expected a rule that computes with numpy arrays, or with one number at a time"),
    (HEAD + RULE.replace("v = mu", "v = g ** -0.5 + mu"),
     "the solution's nesterov has steps that are not finite\n  at solution.py:3\n"
     "  expected numbers for gradients near 1 and near 1e-6, and hyperparameters that are not "
     "their defaults"),
    (f"{HEAD}import torch\n@optimizer(name='nesterov')\nclass N(torch.optim.Optimizer):\n"
     "    def __init__(self, params, lr=1e-2, mu=0.9):\n"
     "        super().__init__(params, {'lr': lr, 'mu': mu})\n",
     "the right answer N is a class of torch.optim\n  at solution.py:4\n"
     "  expected a function below @optimizer: the grader runs the right answer itself, on numpy "
     "arrays, and with small changes to its source\n"
     "  fix: write the rule as a function of the gradient g, which returns the step to subtract "
     "and, here as m, what it keeps; students may write a class all the same:\n"
     "    @optimizer(m=0)\n    def nesterov(g, m, lr=0.01, mu=0.9):\n        return lr * g, m"),
])
def test_what_is_wrong_with_a_solution_is_said_with_its_place(text, message):
    assert message_of(text) == message


@pytest.mark.parametrize(("changed", "message"), [
    (('"nesterov", "lr', '"nestrov", "lr'),
     "@accepted('nestrov', 'lr_in_buffer') names no task of this homework\n  at solution.py:8\n"
     "  expected one of nesterov\n  fix: did you mean 'nesterov'?"),
    (('"lr_in_buffer"', '"solution"'),
     "@accepted('nesterov', 'solution') has a name that is taken\n  at solution.py:8\n"
     "  expected another for each answer to 'nesterov', and not 'solution'"),
    (("@optimizer(v=0)\n", ""),
     "@accepted('nesterov', 'lr_in_buffer') stands above what is no answer\n  at solution.py:8\n"
     "  expected a further decorator below it, as above any answer, and a name that nothing else "
     "in the file has"),
    (("mu=0.9", "mu=0.8"),
     "the solution's other takes lr=0.01, mu=0.8\n  at solution.py:8\n"
     "  expected those of nesterov, with its defaults: lr=0.01, mu=0.9"),
])
def test_what_is_accepted_must_be_an_answer(changed, message):
    assert message_of(HEAD + RULE + IN_BUFFER.replace(*changed)) == message


def test_two_that_are_accepted_have_two_names():
    again = IN_BUFFER.replace("def other", "def another")
    assert message_of(HEAD + RULE + IN_BUFFER + again) == (
        "@accepted('nesterov', 'lr_in_buffer') has a name that is taken\n  at solution.py:14\n"
        "  expected another for each answer to 'nesterov', and not 'solution'")


# --- and what else the task names --------------------------------------------------------------


WITHOUT_LR = """@optimizer
def nesterov(g, mu=0.9):
    return mu * g
"""


@pytest.mark.parametrize(("check", "message"), [
    ("convergence = {points = 1, lr = 0.1}",
     "there is an lr to train with, and the rule has none\n  at nesterov.convergence\n"
     "  expected sgd_lr alone: that of the SGD it is compared with\n  fix: remove lr"),
    ("convergence = {points = 1}",
     "there is no rate for SGD, with which the rule is compared\n  at nesterov.convergence\n"
     "  expected sgd_lr = 0.03, or another, since the rule has no lr\n"
     "  fix: write sgd_lr = 0.03 into this check"),
])
def test_a_rule_without_lr_trains_as_it_is_beside_sgd_with_a_rate(check, message):
    assert message_of(HEAD + WITHOUT_LR, f"{TOML}{check}\n") == message
    require_named(homework(
        HEAD + WITHOUT_LR, f"{TOML}convergence = {{points = 1, sgd_lr = 0.1}}\n"))


def test_aliases_are_of_the_rules_own_hyperparameters():
    toml = TOML.replace('title = "Nesterov"', 'title = "N"\naliases = {rho = ["decay"]}')
    assert message_of(toml=toml) == (
        "task 'nesterov' has aliases of 'rho'\n  expected those of lr, mu\n  fix: remove it")
