"""`cgp demo --plugin`: a student's rules, Functions and graphs, beside the reference's numbers."""

import re

import numpy as np
import pytest
from matplotlib import pyplot

from cgp_harness.cli.demos.plugin import descents_of
from cgp_reference.demos.catalogue import DEMOS
from cgp_reference.demos.errata import demo as errata
from tests.harness.cli.test_cli_demo import LECTURE, cgp, shown
from tests.places import ROOT


@pytest.fixture(autouse=True)
def headless(monkeypatch, tmp_path):
    """No display, whatever the machine has; and a working folder to see it stay empty."""
    monkeypatch.chdir(tmp_path)
    pyplot.switch_backend("agg")


def plugin(tmp_path, source, name="mine.py"):
    file = tmp_path / name
    file.write_text("from cgp_harness import optimizer\n" + source, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", ["one-neuron", "multi-neuron"])
@pytest.mark.parametrize(("file", "apart"), [
    ("lecture", 0), ("one_number_at_a_time", 0.02),     # the second adds eps outside the root
])
def test_a_student_s_rules_train_the_classifiers_in_their_worker(name, file, apart):
    done = cgp(name, "--iterations", 40, "--plugin", ROOT / f"plugins/step_size/{file}.py")
    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()[-9:]]
    own = [row[2:] for row in rows if row[0] == "plugin:"]
    assert [row[0] for row in rows[1:5]] == ["SGD+", "AdaGrad", "RMSProp", "Adam"]
    np.testing.assert_allclose(
        np.array(own, float), np.array([row[1:8] for row in rows[1:5]], float), rtol=apart)


def test_a_student_s_rules_stand_in_both_tables_of_the_dag():
    done = cgp("dag", "--iterations", 10, "--plugin", LECTURE)
    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("plugin:")]
    assert [row[1] for row in rows] == 2 * ["sgd_plus", "adagrad", "rmsprop", "adam"]
    reference = [line.split() for line in done.stdout.splitlines()
                 if line.startswith(("SGD+ ", "AdaGrad ", "RMSProp ", "Adam "))]
    assert [row[2:9] for row in rows[:4]] == [row[1:8] for row in reference[:4]]
    assert [row[2] for row in rows[4:]] == [row[1] for row in reference[4:]]
    assert {row[3] for row in rows[4:]} == {"-"}


@pytest.mark.parametrize("name", ["verify-torchnn", "jacobian"])
def test_a_student_s_rules_stand_below_the_methods_of_the_other_demos(name):
    done = cgp(name, "--iterations", 10, "--plugin", LECTURE)
    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("plugin:")]
    assert rows == ["sgd_plus", "adagrad", "rmsprop", "adam"]


def test_a_right_plugin_has_the_reference_s_numbers():
    done = cgp("ravine", "--plugin", LECTURE)
    assert done.exit_code == 0
    rows = [line.split()[-8:] for line in done.stdout.splitlines()[3:]]
    assert rows[5:] == rows[1:5]
    names = [line.split()[:2] for line in done.stdout.splitlines()[8:]]
    assert names == [["plugin:", rule] for rule in ("sgd_plus", "adagrad", "rmsprop", "adam")]


def test_a_rule_for_single_numbers_with_other_names_is_right_as_well():
    done = cgp("ravine", "--plugin", ROOT / "plugins/step_size/one_number_at_a_time.py")
    assert (done.exit_code, done.stderr) == (0, "")
    reached = [line.partition("at step ")[2] for line in done.stdout.splitlines()[3:]]
    assert reached == ["96", "36", "96", "114", "65", "36", "96", "114", "65"]


def test_a_rule_that_looks_at_the_point_is_told_where_it_is(tmp_path):
    file = tmp_path / "decaying.py"
    file.write_text(
        "from cgp_harness import optimizer\n\n@optimizer\n"
        "def halving(g, p, lr=0.1):\n    return 0.5 * p\n", encoding="utf-8")
    [descent], problems = descents_of(file, DEMOS["ravine"], 0, 3, "plain")
    assert problems == []
    np.testing.assert_array_equal(descent.points, 0.5 ** np.arange(4)[:, None] * descent.points[0])


def test_torch_classes_are_followed_too():
    file = ROOT / "plugins/step_size/torch_classes.py"
    done = cgp("gd-vs-sgd", "--iterations", 5, "--plugin", file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.count("plugin: ") == 4


BROKEN = '''
@optimizer(s=0)
def adam(g, s, lr=1e-3):
    if s > 1:
        raise ValueError("no \\x1b[31m more")
    return lr * g, s + 1

@optimizer
def one_value(g, v=1, lr=1e-3):
    return g, v

@optimizer(v=0)
def in_place(g, v, lr=1e-3):
    v += g
    return lr * v, v

@optimizer
def without_rate(g):
    return g / 200

@optimizer
def wild(g, learning_rate=1e-3, speed=1e300):
    return learning_rate * g * speed * speed
'''


def test_a_rule_that_raises_is_explained_and_left_out(tmp_path):
    folder = tmp_path / "figures"
    file = plugin(tmp_path, BROKEN)
    done = cgp("ravine", "--iterations", 24, "--plugin", file, "--save", folder)
    assert done.exit_code == 0
    assert done.stderr == (
        "left out: adam() raised ValueError: no \\x1b[31m more (step 3, parameter 1 of 2)\n"
        "  at mine.py:6\n"
        "left out: one_value() returned two values (step 1)\n"
        "  at mine.py:9\n"
        "  expected one value, (step): the step to subtract\n"
        "  fix: end the function with `return step`\n"
        "left out: in_place() changes what it was given in place (step 1)\n"
        "  at mine.py:15\n"
        "  expected the gradient and the state left as they are; the harness keeps what is "
        "returned\n"
        "  fix: write `m = beta * m + g` instead of `m *= beta` and `m += g`\n"
    )
    assert [line for line in done.stdout.splitlines() if "plugin" in line] == [
        "plugin: without_rate      -     125  38.6  36.6  35.1  33.4  31.8  not reached",
        "plugin: wild          0.019     125     -     -     -     -     -  diverged at step 1",
    ]
    assert (folder / "ravine.svg").exists()


def test_a_plugin_without_a_rule_leaves_the_demo_as_it_is(tmp_path):
    done = cgp("ravine", "--plugin", plugin(tmp_path, "x = 1 / 0\n"))
    assert (done.exit_code, done.stdout) == (0, shown("ravine"))
    assert done.stderr == (
        "left out: ZeroDivisionError: division by zero\n  at mine.py:2\n"
    )


def test_a_file_that_cannot_be_read_as_a_submission_is_left_out(tmp_path):
    file = tmp_path / "mine.zip"
    file.write_bytes(b"PK\x03\x04 no zip")
    done = cgp("ravine", "--plugin", file)
    assert (done.exit_code, done.stdout) == (0, shown("ravine"))
    assert done.stderr == (
        "left out: the zip is damaged, or no zip\n"
        "  expected a zip that opens\n"
        "  fix: make the zip again and upload it again\n"
    )


def test_student_code_never_runs_in_the_demo_s_process(tmp_path):
    """Only a worker lacks click."""
    source = """
import sys
@optimizer
def spy(g, lr=1e-3):
    if "click" in sys.modules:
        raise ValueError("in the grader")
    return lr * g
"""
    done = cgp("loss-surface", "--plugin", plugin(tmp_path, source), "--save", tmp_path / "out")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "plugin: spy" in done.stdout


def test_a_rule_that_ends_its_worker_does_not_cost_the_next_one_its_run(tmp_path):
    source = """
import os
@optimizer
def ends(g, lr=1e-3):
    os._exit(3)

@optimizer
def stays(g, lr=1e-3):
    return lr * g
"""
    done = cgp("ravine", "--iterations", 5, "--plugin", plugin(tmp_path, source))
    assert done.exit_code == 0
    assert done.stderr == (
        "left out: ends: the process ended itself with exit code 3\n"
        "  fix: remove calls such as os._exit()\n"
    )
    assert "plugin: ends" not in done.stdout
    assert "plugin: stays" in done.stdout


def test_no_more_than_twelve_rules_are_shown(tmp_path):
    source = "".join(f"@optimizer\ndef r{i:02}(g, lr=1.0):\n    return lr * g\n" for i in range(14))
    done = cgp("ravine", "--iterations", 1, "--plugin", plugin(tmp_path, source))
    assert done.stdout.count("plugin: r") == 12
    assert done.stderr == (
        "left out: rules from number 13 to 14\n"
        "  at mine.py:38\n"
        "  expected at most 12 rules\n"
    )


def test_a_missing_file_is_refused_and_a_folder_is_one_submission(tmp_path):
    missing = cgp("ravine", "--plugin", tmp_path / "none.py")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert missing.stderr == (
        "error: there is no such file or folder\n"
        f"  at {tmp_path / 'none.py'}\n"
        "  expected a submission, or a folder of submissions\n"
    )
    rule = "@optimizer\ndef {}(g, lr=1.0):\n    return lr * g\n"
    for name in ("a", "b"):
        plugin(tmp_path, rule.format(name), f"{name}.py")
    several = cgp("ravine", "--iterations", 1, "--plugin", tmp_path)
    assert (several.exit_code, several.stderr) == (0, "")
    assert several.stdout.count("plugin: ") == 2


def test_a_demo_without_rules_refuses_a_submission_before_it_computes(monkeypatch):
    monkeypatch.setattr(errata, "references", None)
    done = cgp("errata", "--plugin", LECTURE)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "error: errata has no place for a rule\n"
        "  at --plugin\n"
        "  expected one of RULES\n"
        "  fix: leave out --plugin\n"
    ).replace("RULES", ", ".join(name for name, demo in DEMOS.items() if demo.follow is not None))


def test_a_learning_rate_given_by_the_page_s_other_name_is_the_demo_s(tmp_path):
    source = "@optimizer\ndef sgd(g, learning_rate=7.0):\n    return learning_rate * g\n"
    done = cgp("ravine", "--plugin", plugin(tmp_path, source))
    rows = done.stdout.splitlines()
    assert rows[-1].split() == ["plugin:", "sgd", *rows[3].split()[1:]]


def rows_of(done):
    """Label -> the numbers of its row in the first table that has it."""
    found = {}
    for line in done.stdout.splitlines():
        label, *numbers = re.split(r"  +", line)
        found.setdefault(label, numbers)
    return found


def test_a_student_s_function_stands_where_the_quantizer_does_and_runs_in_its_worker():
    done = cgp("extend-autograd", "--iterations", 30, "--plugin",
               ROOT / "plugins/autograd_extension/extensions.py")
    assert (done.exit_code, done.stderr) == (0, (
        "left out: inside the network, for x of shape (10,): affine fails: Affine.forward() is "
        "given 2 values, and takes (ctx, x, W, b)\n"
        "  at extensions.py:40\n"
        "  fix: take one argument for each\n"
        "  Python says: TypeError: Affine.forward() missing 2 required positional arguments: 'W' "
        "and 'b'\n"))
    rows = rows_of(done)
    assert rows["plugin: SGD, quantize"] == rows["hidden quantized"][:7]
    assert rows["plugin: SGD, softplus"] != rows["plugin: SGD, sign_ste"]


def test_a_student_s_backpropagation_trains_the_dag_and_runs_in_its_worker():
    done = cgp("dag", "--iterations", 10, "--plugin",
               ROOT / "plugins/computational_graph/graph.py")
    assert (done.exit_code, done.stderr) == (0, "")
    rows = rows_of(done)
    assert rows["plugin: Adam, graph"] == rows["Adam"]


@pytest.mark.parametrize(("demo", "file", "says"), [
    ("dag", "computational_graph/examples/missing_return.py",
     "left out: graph: forward() returned None\n"
     "  at missing_return.py:6\n"
     "  expected a pair: the value of every node, and the table of partials\n"
     "  fix: end it with `return values, partials`\n"),
    ("ravine", "computational_graph/examples/all_paths.py",
     "left out: ravine has no place for the backpropagation 'graph'\n"
     "  at all_paths.py:6\n"
     "  expected rules\n"
     "  fix: show it in dag\n"),
    ("dag", "autograd_extension/examples/straight_through.py",
     "left out: dag has no place for the autograd function 'quantize'\n"
     "  at straight_through.py:8\n"
     "  expected rules or backpropagations\n"
     "  fix: show it in extend-autograd\n"),
])
def test_what_a_demo_has_no_place_for_is_told_where_there_is_one(demo, file, says):
    done = cgp(demo, "--iterations", 2, "--plugin", ROOT / "assignments/cgp_assignments" / file)
    assert (done.exit_code, done.stderr) == (0, says)
