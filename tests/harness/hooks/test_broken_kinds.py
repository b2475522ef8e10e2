"""Kinds of other packages that are broken: said with the place, before anything is graded."""

import importlib.metadata
import shutil
import sys

import pytest

from cgp_harness import canary, hookspecs, installed
from cgp_harness.assignment import parse
from cgp_harness.checks.requirements import require_named
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.model import SourceFile, Submission
from cgp_harness.pipeline import grade
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host import view as host_view
from tests.harness.cli.test_cli import cgp
from tests.places import ROOT

FUNCTION = ROOT / "plugins" / "kinds" / "function" / "cgp_function"
LEVEL = levels.choose("auto")
TASK = b"""
id = "doubles"
title = "Doubles"
version = "1"

[[tasks]]
kind = "function"
id = "double"
title = "Double"
equation = "2 x"
shapes = [[[3]]]
[tasks.checks]
loads = {points = 1}
values = {points = 4}
"""
SOLUTION = "from cgp_function import function\n@function\ndef double(x): return x + x\n"
AGAIN = "  fix: mend it, or `pip uninstall` the package that it is from"


class Entry:
    """An entry point of a package that is called like its module."""

    def __init__(self, module):
        self.name, self.value = module.partition(".")[0].removeprefix("cgp_"), module
        self.dist = type("Dist", (), {"name": module.partition(".")[0].replace("_", "-")})

    def load(self):
        return importlib.import_module(self.value)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Installs copies of the package `cgp_function`, changed: file -> (text, other text)."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [
        Entry(f"{folder.name}.kind") for folder in sorted(tmp_path.iterdir())])
    for name in [one for one in sys.modules if one.startswith("cgp_function")]:
        monkeypatch.delitem(sys.modules, name)  # the corpus of tests/from_solution imports it too
    known = set(sys.modules)

    def install(changes, name="cgp_function"):
        shutil.copytree(FUNCTION, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (tmp_path / name).glob("*.py"):
            path.write_text(path.read_text("utf-8").replace("cgp_function", name), "utf-8")
        for file, (old, new) in changes.items():
            path = tmp_path / name / file
            assert old in path.read_text("utf-8")
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        importlib.invalidate_caches()

    caches = installed.kinds, host_view._view, canary.proven
    for cache in caches:
        cache.cache_clear()
    yield install
    for cache in caches:
        cache.cache_clear()
    for name in set(sys.modules) - known:
        if name.startswith(("cgp_function", "cgp_gunction")):
            del sys.modules[name]


def said():
    with pytest.raises(HarnessError) as caught:
        require_named(parse(TASK, "hw/assignment.toml", answers=SOLUTION))
    return str(caught.value)


def test_a_whole_one_is_none_of_these(site):
    site({})
    require_named(parse(TASK, answers=SOLUTION))
    assert list(installed.kinds()) == [
        "optimizer", "autograd_function", "activation", "backprop", "primer_training",
        "pytest", "function"]
    done = cgp("plugins")
    assert done.stdout.startswith(
        "cgp-function: function (cgp_kinds)\n"
        "kinds of task: optimizer, autograd_function, activation, backprop, primer_training, "
        "pytest, function\n")


RETURNED = "return {FUNCTION.name: FUNCTION}"


@pytest.mark.parametrize(("old", "new", "what", "expected"), [
    ("class FunctionTask", "raise SystemExit(0)\nclass FunctionTask",
     "it ends Python when imported: SystemExit(0)", None),
    ("class FunctionTask", "1 / 0\nclass FunctionTask", "division by zero", None),
    (RETURNED, "return {FUNCTION.nam: FUNCTION}",
     "cgp_kinds() raised AttributeError: 'Kind' object has no attribute 'nam'",
     "a hook that returns a dict"),
    (RETURNED, "raise SystemExit('over')", "cgp_kinds() raised SystemExit: over",
     "a hook that returns a dict"),
    (RETURNED, "pass", "cgp_kinds() returned a NoneType",
     "a dict from names to what the plugin adds"),
    (RETURNED, "return [FUNCTION]", "cgp_kinds() returned a list",
     "a dict from names to what the plugin adds"),
    (RETURNED, "return {'function': FunctionTask}",
     "cgp_kinds() has the class FunctionTask under 'function'", "a `cgp_harness.kind.Kind`"),
    ("starter=STARTER", "starter='x = 1'", "the starter of the kind 'function' is a str",
     "a `cgp_harness.kind.Starter`"),
    ("task=FunctionTask", "task=dict", "the task of the kind 'function' is the class dict",
     "a subclass of `cgp_harness.task.Task`"),
])
def test_a_hook_that_gives_no_kind_is_named_with_its_package(site, old, new, what, expected):
    site({"kind.py": (old, new)})
    hooks = ", ".join(name for name in vars(hookspecs) if name.startswith("cgp_"))
    assert said() == (
        f"the installed plugin 'function' cannot be used: {what}\n"
        "  at cgp_function.kind of the package cgp-function\n"
        f"  expected {expected or f'hooks among {hooks}'}\n"
        "  fix: mend it, or `pip uninstall cgp-function`")


@pytest.mark.parametrize(("change", "name", "own"), [
    ({"kind.py": (RETURNED, "return {'fonction': FUNCTION}")}, "fonction", "function"),
    ({"contract.py": ('contract("function"', 'contract("activation"')}, "activation", "activation"),
])
def test_a_name_that_is_taken_or_not_its_own_is_refused_with_its_package(site, change, name, own):
    site(change)
    assert said() == (
        f"an installed plugin adds the kind {own!r} as {name!r}\n"
        "  at cgp_function.kind of the package cgp-function\n"
        "  expected its own name, and none of optimizer, autograd_function, activation, backprop, "
        "primer_training, pytest\n"
        "  fix: give the kind another name")


CHECKS = 'checks={"values": values, "derivative": derivative}'


@pytest.mark.parametrize(("file", "old", "new", "what", "expected"), [
    ("grading.py", "_RIGHT = ", "1 / 0\n_RIGHT = ",
     "importing it raised ZeroDivisionError: division by zero", "a part that can be imported"),
    ("grading.py", "GRADING = Grading(", "GRADINGS = Grading(",
     "GRADING is not there", "what `docs/kinds.md` says of `grading`"),
    ("grading.py", "GRADING = Grading(", "GRADING = dict(",
     "GRADING is a dict", "a `cgp_harness.checks.grading.Grading`"),
    ("grading.py", CHECKS, "checks={}", "its checks are none",
     "those of its `Kind`: values, derivative"),
    ("grading.py", CHECKS, CHECKS.replace("derivative", "slope", 1),
     "its checks are values, slope", "those of its `Kind`: values, derivative"),
    ("grading.py", "right=tuple(Right", "right=() and tuple(Right", "it has no right submission",
     "one or more in `right`: graded before the first student's, it shows that the kind works "
     "here"),
    ("requests.py", "REQUESTS = (Evaluate,)", "REQUESTS = Evaluate",
     "REQUESTS is the class Evaluate", "a tuple of subclasses of `msgspec.Struct`"),
    ("requests.py", ', tag="function_evaluate"', "", "it has a request without a tag",
     'a tag that no other kind uses: `class Ask(Struct, tag="…")`'),
    ("answers.py", "class Answers", "clas Answers",
     "importing it raised SyntaxError: invalid syntax (cgp_function.answers, line 56)",
     "a part that can be imported"),
    ("requests.py", 'tag="function_evaluate"', 'tag="activate"',
     "it has a request with the tag 'activate', which one of the kind 'activation' has",
     "tags that no other kind uses"),
    ("kind.py", 'CONTRACT, "cgp_function"', 'CONTRACT, "cgp_funktion"',
     "there is no cgp_funktion.contract",
     "a package cgp_funktion with contract, requests, answers, asking, grading"),
    ("kind.py", 'CONTRACT, "cgp_function"', 'CONTRACT, "cgp_function.kind"',
     "there is no cgp_function.kind.contract",
     "a package cgp_function.kind with contract, requests, answers, asking, grading"),
])
def test_a_part_that_is_missing_or_does_not_fit_is_said(site, file, old, new, what, expected):
    site({file: (old, new)})
    part = file.removesuffix(".py")
    where = what.removeprefix("there is no ") if file == "kind.py" else f"cgp_function.{part}"
    assert said() == (
        f"the kind 'function' cannot be used: {what}\n  at {where}\n  expected {expected}\n{AGAIN}")


def test_an_unfinished_kind_that_nobody_asks_for_stops_the_doctor_alone(site):
    site({"grading.py": ("GRADING = Grading(", "GRADINGS = Grading(")})
    before = TASK.partition(b"shapes")[0].replace(b'"function"', b'"activation"')
    require_named(parse(before + b"[tasks.checks]\nloads = {points = 1}\n"))
    with pytest.raises(HarnessError) as caught:
        canary.everything(LEVEL)
    assert str(caught.value) == (
        "the kind 'function' cannot be used: GRADING is not there\n  at cgp_function.grading\n  "
        "expected what `docs/kinds.md` says of `grading`\n  fix: mend it, or `pip uninstall` "
        "the package that it is from")


def test_what_a_kind_says_of_a_task_may_fail_too(site):
    site({"kind.py": ("    found = [", "    1 / 0\n    found = [")})
    assert said() == (
        "the kind 'function' cannot read the task 'double': ZeroDivisionError: division by zero\n"
        "  at cgp_function.kind, mistakes()\n"
        f"  expected a list of what is wrong with the task\n{AGAIN}")


@pytest.mark.parametrize(("kind", "fix"), [
    ("function", "correct the name, or install the package that adds this kind"),
    ("optimiser", "did you mean 'optimizer'?")])
def test_a_kind_that_is_not_installed_is_not_taken_for_one_that_is(kind, fix):
    with pytest.raises(HarnessError) as caught:
        parse(TASK.replace(b'"function"', f'"{kind}"'.encode()), "hw/assignment.toml")
    assert str(caught.value) == (
        f"there is no kind of task {kind!r}\n  at hw/assignment.toml:7, task 'double'.kind\n"
        "  expected one of optimizer, autograd_function, activation, backprop, "
        "primer_training, pytest\n"
        f"  fix: {fix}")


# --- in a worker ------------------------------------------------------------------------------


ADA = Submission("ada", (SourceFile("ada.py", b"x = 1"),))


@pytest.mark.parametrize(("part", "old", "new"), [
    ("answers", "array.astype(np.float64)", "(3 * array).astype(np.float64)"),
    ("asking", "return np.frombuffer(", "return 3 * np.frombuffer(")])
def test_a_kind_that_misgrades_is_named(site, part, old, new):
    site({f"{part}.py": (old, new)})
    with pytest.raises(MachineError) as caught:
        canary.require(parse(TASK, answers=SOLUTION), [ADA], isolation=LEVEL, device="cpu")
    assert str(caught.value) == (
        "this installation misgrades: a right function in numpy gets 0 of 1 points for 'values'\n"
        f"  at isolation level {LEVEL!r}, by the kind 'function' of cgp_function\n"
        "  expected full marks; it says here instead: double computes other values than "
        "specified.\n"
        "  fix: nothing was graded; `cgp doctor` tries again, with `--isolation plain` without "
        "the sandbox")


@pytest.mark.parametrize("part", ["contract", "requests"])
def test_a_part_that_no_worker_can_import_is_named(site, part):
    site({f"{part}.py": ("from typing", "import hypothesis\nfrom typing")})
    with pytest.raises(MachineError) as caught:
        canary.require(parse(TASK, answers=SOLUTION), [ADA], isolation=LEVEL, device="cpu")
    assert str(caught.value) == (
        f"a package that submissions use does not work on this machine: cgp_function.{part} "
        "cannot be imported: ModuleNotFoundError: No module named 'hypothesis'\n"
        "  expected it to work inside a worker, as it does outside\n"
        "  fix: `cgp doctor` tries this installation; no submission loses points for it")


@pytest.mark.parametrize("part", ["contract", "requests", "answers", "asking", "grading"])
def test_a_part_may_be_a_folder(site, tmp_path, part):
    site({})
    folder = tmp_path / "cgp_function" / part
    folder.mkdir()
    folder.with_suffix(".py").rename(folder / "__init__.py")
    require_named(parse(TASK, answers=SOLUTION))
    canary.require(parse(TASK, answers=SOLUTION), [ADA], isolation=LEVEL, device="cpu")


@pytest.mark.parametrize(("file", "old", "new"), [
    ("answers.py", "return Evaluated()", "return request"),
    ("asking.py", "8 * math.prod", "4 * math.prod")])
def test_an_answer_that_is_not_the_one_asked_for_reads_as_tampering(site, file, old, new):
    site({file: (old, new)})
    with pytest.raises(MachineError) as caught:
        canary.require(parse(TASK, answers=SOLUTION), [ADA], isolation=LEVEL, device="cpu")
    assert str(caught.value) == (
        "this installation misgrades: a right function in numpy gets 0 of 1 points for 'values'\n"
        f"  at isolation level {LEVEL!r}, by the kind 'function' of cgp_function\n"
        "  expected full marks; it says here instead: the submission tampered with the connection "
        "to the grader; the worker was stopped\n"
        "  expected a plugin that leaves files and sockets which it did not open alone\n"
        "  fix: nothing was graded; `cgp doctor` tries again, with `--isolation plain` without "
        "the sandbox")


def test_answers_that_no_worker_can_import_are_named(site):
    site({"answers.py": ("import math", "import cgp_harness.model\nimport math")})
    with pytest.raises(MachineError) as caught:
        canary.require(parse(TASK, answers=SOLUTION), [ADA], isolation=LEVEL, device="cpu")
    assert str(caught.value) == (
        "a package that submissions use does not work on this machine: ModuleNotFoundError: No "
        "module named 'cgp_harness.model'\n  at cgp_function.answers\n"
        "  expected it to work inside a worker, as it does outside\n"
        "  fix: `cgp doctor` tries this installation; no submission loses points for it")


def test_a_check_without_an_outcome_is_the_graders_fault_and_says_so(site, capsys):
    judged = "asked, wanted = _values(context)\n    "
    site({"grading.py": (f"{judged}return asked.judged(wanted)", f"{judged}asked.judged(wanted)")})
    text = b"from cgp_function import function\n@function\ndef double(x):\n    return 2 * x"
    report = grade(
        Submission("ada", (SourceFile("ada.py", text),)), parse(TASK, answers=SOLUTION), seed=0,
        isolation=LEVEL)
    assert [check.status for check in report.checks] == ["passed", "grader_error"]
    assert capsys.readouterr().err.splitlines()[-1] == (
        "TypeError: the check 'values' returned a NoneType, and no Outcome")


REACH = b"""
import importlib, os, sys
import cgp_function
from cgp_function import function

found = [name for name in ("grading", "kind", "asking") if importlib.util.find_spec(
    f"cgp_function.{name}")]
found += [name for name in os.listdir(cgp_function.__path__[0]) if name.endswith(".py")]
found += [name for name in sys.modules if name.startswith("cgp_function.")]
try:
    found.append(open("PATH/cgp_function/grading.py").read())
except OSError as error:
    found.append(type(error).__name__)

@function("double")
def double(x):
    raise ValueError(" ".join(sorted(found)))
"""


@pytest.mark.skipif(LEVEL != "landlock", reason="files can be read at the level plain")
def test_what_judges_is_out_of_a_submissions_reach(site, tmp_path):
    site({})
    text = REACH.replace(b"PATH", str(tmp_path).encode())
    report = grade(
        Submission("ada", (SourceFile("ada.py", text),)), parse(TASK, answers=SOLUTION), seed=0,
        isolation=LEVEL)
    assert report.checks[1].message == (
        "double raised ValueError: PermissionError __init__.py answers.py cgp_function.contract "
        "cgp_function.requests contract.py requests.py\n  at ada.py:17")


def test_of_two_packages_the_second_is_refused(site):
    site({})
    site({}, "cgp_gunction")
    assert said() == (
        "an installed plugin adds the kind 'function' as 'function'\n"
        "  at cgp_gunction.kind of the package cgp-gunction\n"
        "  expected its own name, and none of optimizer, autograd_function, activation, backprop, "
        "primer_training, pytest, function\n"
        "  fix: give the kind another name")
