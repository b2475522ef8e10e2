"""assignment.toml: what it may say; of mistakes there is `test_broken_assignments.py`."""

import pytest

from cgp_harness import assignment
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.naming import canonical, meant

GOOD = """
id = "hw"
title = "Homework"
version = "1"

[[tasks]]
id = "adam"
family = "adam"
title = "Adam"
equation = "Eq. 40"
accept = ["eps_inside_root"]
hyperparameters = {lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8}

[tasks.checks]
loads = {points = 1}
update_rule = {points = 2.5, visibility = "hidden"}
"""


def message_of(text):
    with pytest.raises(HarnessError) as caught:
        assignment.parse(text.encode() if isinstance(text, str) else text, "hw.toml")
    return str(caught.value)


def test_a_good_one_is_read_with_its_defaults():
    read = assignment.parse(GOOD.encode())
    assert read.max_score == 3.5
    assert read.precision == "any"
    assert read.task("adam").checks["update_rule"].visibility == "hidden"
    assert len(read.digest) == 64


def test_the_digest_follows_the_text():
    assert assignment.parse(GOOD.encode()).digest != assignment.parse(GOOD.encode() + b"\n").digest


def test_the_step_size_homework_is_installed_and_splits_its_100_points():
    assert "step_size" in assignment.installed()
    homework = assignment.load("step_size")
    points = {
        task.id: sum(check.points for check in task.checks.values()) for task in homework.tasks}
    assert points == {"sgd_plus": 20, "adagrad": 20, "rmsprop": 20, "adam": 40}
    assert canonical(homework, ["momentum", "weight_decay"], "sgd_plus") == {
        "momentum": "mu", "weight_decay": "weight_decay"}
    assert canonical(homework, ["alpha", "gamma"], "no_task") == {"alpha": "rho", "gamma": "mu"}


@pytest.mark.parametrize(("rule", "own", "expected"), [
    ("rmsprop", ["alpha", "beta", "eps"], {"lr": "alpha", "rho": "beta", "eps": "eps"}),
    ("rmsprop", ["lr", "alpha", "eps"], {"lr": "lr", "rho": "alpha", "eps": "eps"}),
    ("rmsprop", ["α", "ρ", "ε"], {"lr": "α", "rho": "ρ", "eps": "ε"}),
    ("rmsprop", ["learning_rate", "decay"], {"lr": "learning_rate", "rho": "decay"}),
    ("adam", ["α", "β1", "β2", "ε"], {"lr": "α", "beta1": "β1", "beta2": "β2", "eps": "ε"}),
    ("adam", ["learning_rate", "beta_1", "beta_2", "epsilon"], {
        "lr": "learning_rate", "beta1": "beta_1", "beta2": "beta_2", "eps": "epsilon"}),
    ("sgd_plus", ["alpha", "beta"], {"lr": "alpha", "mu": "beta"}),
    ("sgd_plus", ["lr", "learning_rate", "mu", "momentum"], {"lr": "lr", "mu": "mu"}),
])
def test_names_in_use_stand_for_what_they_mean_in_that_rule(rule, own, expected):
    homework = assignment.load("step_size")
    assert meant(homework, homework.task(rule), own) == expected


def test_a_folder_and_a_file_are_found_as_well(tmp_path):
    (tmp_path / "assignment.toml").write_text(GOOD)
    assert assignment.load(tmp_path) == assignment.load(tmp_path / "assignment.toml")


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(HarnessError) as caught:
        assignment.load("stepsize")
    assert str(caught.value) == (
        "there is no assignment 'stepsize'\n"
        "  expected one of autograd_extension, computational_graph, primer_homework, step_size, or "
        "a folder that holds assignment.toml\n"
        "  fix: did you mean 'step_size'?"
    )


def test_two_tasks_of_one_name_are_refused():
    half = GOOD[GOOD.index("[[tasks]]"):]
    assert message_of(GOOD + half) == (
        "two tasks are called 'adam'\n  at hw.toml:18, task 'adam'.id\n"
        "  expected another name for each\n  fix: rename this one, or remove it")


def test_no_tasks_are_refused():
    head = GOOD[:GOOD.index("[[tasks]]")]
    assert message_of(head + "tasks = []") == (
        "there are no tasks\n  at hw.toml\n  expected at least one [[tasks]]\n"
        "  fix: write [[tasks]], and id, title and checks below it")


def test_bytes_that_are_no_text_are_refused():
    assert message_of(b"id = '\xff'") == (
        "the file is not UTF-8\n  at hw.toml:1, byte 6\n  expected a text\n  fix: save it as UTF-8")


def test_a_byte_order_mark_is_no_mistake():
    assert assignment.parse(b"\xef\xbb\xbf" + GOOD.encode()).id == "hw"


def test_what_a_check_is_told_is_in_the_table_of_its_own_kind():
    own = GOOD[:GOOD.index("family")] + '''kind = "activation"
title = "Any"
equation = ""

[tasks.checks]
loads = {points = 1}
learning = {points = 1, lr = 0.2}
'''
    assert assignment.parse(own.encode()).task("adam").checks["learning"].lr == 0.2
    assert message_of(own.replace("lr = 0.2", 'problems = ["ravine"]')) == (
        "there is no field 'problems'\n  at hw.toml:14, task 'adam'.checks.learning\n"
        "  expected one of points, visibility, lr\n  fix: remove it")


@pytest.mark.parametrize(("points", "fix"), [
    ("nan", "1"), ("inf", "1"), ("1e400", "1"), ("-1", "1"), ("-2.5", "2.5")])
def test_points_are_a_number_that_can_be_added(points, fix):
    text = GOOD.replace("points = 1", f"points = {points}", 1)
    assert message_of(text.encode()).partition("\n  ")[2] == (
        "at hw.toml:15, task 'adam'.checks.loads.points\n  expected 0 or more\n"
        f"  fix: write points = {fix}, or 0 if it shall not count")


def test_a_choice_that_is_like_none_may_be_left_out_where_it_has_a_default():
    text = GOOD.replace("points = 1", 'points = 1, visibility = "secret"', 1)
    assert message_of(text.encode()) == (
        "visibility is 'secret'\n  at hw.toml:15, task 'adam'.checks.loads.visibility\n"
        "  expected one of visible, after_due_date, after_published, hidden\n"
        "  fix: leave it out, which means 'visible'")


def test_brackets_without_end_are_no_toml():
    assert message_of(b"x = " + b"[" * 5000) == (
        "not TOML: nested too deep\n  at hw.toml\n  expected a few levels of brackets")
