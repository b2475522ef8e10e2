"""Further packages that an assignment lets submissions import; `rich` stands for scipy."""

import re
from importlib import metadata

import msgspec
import pytest
from click.testing import CliRunner

from cgp_harness import canary
from cgp_harness.assignment import CheckSpec, Limits, load, parse
from cgp_harness.cli import main
from cgp_harness.errors import HarnessError
from cgp_harness.model import SourceFile, Submission
from cgp_harness.pipeline import grade
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.trusted import trusted
from cgp_harness.sandbox.host.view import modules_of

LEVEL = levels.choose("auto")
RULE = """
import rich.text
from cgp_harness import optimizer

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g * len(rich.text.Text("x"))
    return v, v
"""
SUBMISSION = Submission("ada", (SourceFile("hw.py", RULE.encode()),))
TOML = b"""
id = "own"
title = "Own"
version = "1"
packages = ["rich"]

[[tasks]]
id = "sgd_plus"
family = "sgd_plus"
title = "SGD+"
equation = "Eq. 32"
accept = ["lr_in_buffer"]
hyperparameters = {lr = 1e-3, mu = 0.9}

[tasks.checks]
loads = {points = 1}
"""


def report(packages):
    whole = load("step_size")
    task = msgspec.structs.replace(whole.tasks[0], checks={"loads": CheckSpec(1.0)})
    assignment = msgspec.structs.replace(whole, tasks=(task,), packages=packages)
    return grade(SUBMISSION, assignment, seed=0, isolation=LEVEL)


def test_a_package_that_the_assignment_names_can_be_imported():
    allowed = report(("rich",))
    assert (allowed.score, allowed.notes) == (1.0, ())
    refused = report(())
    assert refused.score == 0.0
    assert refused.checks[0].message == (
        "sgd_plus() fails (step 1): `rich` is not there, since the statement that makes it did "
        "not come to its end\n  at hw.py:7\n"
        "  expected rich from hw.py:2, where this was met: rich is not available to submissions of "
        "this homework\n  fix: mend that statement first\n"
        "  Python says: NameError: name 'rich' is not defined")
    assert refused.notes == (
        "rich is not available to submissions of this homework\n  at hw.py:2\n"
        "  expected numpy, torch, matplotlib, Python's own modules, or a file that is handed in",)


def test_what_is_available_is_said_with_them():
    submission = Submission("ada", (SourceFile("hw.py", b"import seaborn"),))
    assignment = msgspec.structs.replace(load("computational_graph"), packages=("rich",))
    found = grade(submission, assignment, seed=0, isolation=LEVEL)
    assert found.checks[0].message == (
        "seaborn is not available to submissions of this homework\n  at hw.py:1\n  expected numpy, "
        "torch, matplotlib, rich, Python's own modules, or a file that is handed in")


def test_a_distribution_is_imported_under_the_names_that_it_has():
    assert modules_of("rich") == ("rich",)
    assert modules_of("Markdown_it.py") == ("markdown_it",)
    assert modules_of("no-such-thing") == ()
    assert trusted(SUBMISSION, (), ["rich", "yaml"]) == ("rich",)


def test_the_canary_imports_them(monkeypatch):
    canary.proven.cache_clear()
    seen = []
    monkeypatch.setattr(canary, "grade", lambda submission, assignment, **_: seen.append(
        (submission.files[0].content[:12], assignment.packages)) or report(("rich",)))
    canary.proven("numpy", ("optimizer",), (), Limits(), LEVEL, "cpu", ("rich",))
    assert seen == [(b"import rich\n", ("rich",))]
    canary.proven.cache_clear()


MISSING = (
    "error: the package 'no-such-thing', which submissions may import, is not installed here\n"
    "  at {}/assignment.toml:5\n"
    "  expected what `packages` of the assignment names\n"
    '  fix: pip install "no-such-thing", or correct the name\n')


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "assignment.toml").write_bytes(TOML)
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "perfect.py").write_text(RULE)
    (tmp_path / "starter.py").write_text("")
    return tmp_path


@pytest.mark.usefixtures("without_canaries")
def test_a_package_that_is_not_installed_is_said_before_anything_is_graded(folder):
    (folder / "assignment.toml").write_bytes(TOML.replace(b'"rich"', b'"no-such-thing"'))
    for command in (("check", folder / "starter.py"), ("grade", folder / "starter.py", "-o",
                    folder.parent / "out"), ("doctor",)):
        done = CliRunner().invoke(main, [*map(str, command), "-a", str(folder)])
        assert (done.exit_code, done.stderr) == (2, MISSING.format(folder))


@pytest.mark.usefixtures("without_canaries")
def test_the_doctor_lists_them_and_grades_with_them(folder):
    done = CliRunner().invoke(main, ["doctor", "-a", str(folder)])
    assert done.exit_code == 0
    version = metadata.version("rich")
    assert f"package     rich {version}: submissions may import it\n" in done.stdout


@pytest.mark.parametrize(("named", "said"), [
    ('"scipy>=1.11"', "packages names 'scipy>=1.11'\n  at assignment.toml:5, packages\n"
     "  expected a distribution as pip knows it: scipy\n"
     "  fix: write 'scipy'; the installed version counts"),
    ('"../x"', "packages names '../x'\n  at assignment.toml:5, packages\n"
     "  expected a distribution as pip knows it: scipy\n  fix: remove it"),
    ('"rich"]\nforbid = ["rich"',
     "the package 'rich' is allowed by packages and refused by forbid\n"
     "  at assignment.toml:5, packages\n  expected one of the two\n"
     "  fix: remove it from one of them"),
])
def test_what_cannot_be_a_package_is_refused(named, said):
    with pytest.raises(HarnessError, match=re.escape(said)):
        parse(TOML.replace(b'"rich"', named.encode()))
