"""The command line: what it prints, what it writes, which code it exits with."""

import errno
import functools
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

import cgp_harness.batch
import cgp_harness.canary
import cgp_harness.pipeline
import cgp_harness.replay
from cgp_harness.cli import main
from cgp_harness.collect import collect
from cgp_harness.errors import MachineError
from cgp_harness.model import SourceFile, Submission
from cgp_harness.probing import devices
from cgp_harness.probing.case import Replay, ReplayRow
from cgp_harness.reports import results
from cgp_harness.sandbox.host import advice, levels
from cgp_harness.sandbox.host.problems import KilledError
from cgp_harness.sandbox.host.processes import cgroups
from cgp_harness.store import Store
from tests.harness.batch import stand_in_grades
from tests.harness.collect.made_submissions import zipped
from tests.harness.reports.example_reports import (
    ATTACKER,
    BATCH,
    CASE,
    HIDDEN,
    PERFECT,
    UNLUCKY,
    WRONG,
)
from tests.places import ROOT

PLAIN = ("grade", "-a", "step_size", "--isolation", "plain")


def cgp(*arguments):
    # Some CI services force colour for every step.
    plain = {"FORCE_COLOR": None, "TTY_COMPATIBLE": None, "COLUMNS": None}
    return CliRunner(env=plain).invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def class_folder(tmp_path, monkeypatch):
    """A class of three whose score is the length of the file; graded by the stand-in."""
    quick = functools.partial(
        cgp_harness.batch.grade_all, grade="tests.harness.batch.stand_in_grades:grade")
    monkeypatch.setattr(cgp_harness.batch, "grade_all", quick)
    folder = tmp_path / "class"
    folder.mkdir()
    for name, length in (("ada", 100), ("eva", 40), ("zoe", 60)):
        (folder / f"{name}.py").write_text("x" * length)
    return folder


def grade(folder, output, *options):
    return cgp(*PLAIN, folder, "-o", output, "--jobs", 2, *options)


def test_grade_writes_every_report_and_says_where(class_folder, tmp_path):
    output = tmp_path / "out"
    done = grade(class_folder, output)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "submission          score      %  status",
        "ada             100 / 100    100  graded",
        "eva              40 / 100     40  graded",
        "zoe              60 / 100     60  graded",
        "",
        f"reports: {output / 'index.html'}",
        "unofficial: submissions were not isolated from the grader",
    ]
    lines = done.stderr.splitlines()
    assert [line.partition("] ")[0] for line in lines] == ["[1/3", "[2/3", "[3/3"]
    assert sorted(line.partition("] ")[2] for line in lines) == [
        "ada: graded, 100 / 100", "eva: graded, 40 / 100", "zoe: graded, 60 / 100"]
    written = {str(p.relative_to(output)) for p in output.rglob("*") if p.is_file()}
    assert written == {
        "results.json", "gradebook.csv", "index.html", "compare.html", "store.sqlite",
        *(str(Path("students", f"{name}.html")) for name in ("ada", "eva", "zoe")),
    }
    jsonschema.validate(
        results.json.loads((output / "results.json").read_text("utf-8")), results.schema())
    environment = results.read(output).environment
    assert (environment.device, environment.isolation) == ("cpu", "plain")


def test_grade_says_what_the_level_lost(class_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(advice, "lost", lambda level: iter([f"of {level}, this", "and that"]))
    done = grade(class_folder, tmp_path / "out")
    assert done.stdout.splitlines()[-3:] == [
        "unofficial: submissions were not isolated from the grader",
        "isolation: of plain, this", "isolation: and that"]
    assert results.read(tmp_path / "out").environment.isolation_lost == (
        "of plain, this", "and that")


def test_grade_resumes_and_fresh_does_not(class_folder, tmp_path):
    def processes(*options):
        assert grade(class_folder, tmp_path / "out", *options).exit_code == 0
        return [s.checks[0].message for s in results.read(tmp_path / "out").submissions]

    first = processes()
    assert processes() == first
    fresh = processes("--fresh")
    assert set(fresh).isdisjoint(first)
    assert processes() == fresh  # it has taken the place of the first


def test_fail_under_exits_with_1(class_folder, tmp_path):
    assert grade(class_folder, tmp_path / "out", "--fail-under", 40).exit_code == 0
    assert grade(class_folder, tmp_path / "out", "--fail-under", 40.1).exit_code == 1


def test_a_grader_error_exits_with_3(class_folder, tmp_path, monkeypatch):
    broken = functools.partial(cgp_harness.batch.grade_all.func, grade="no.such:module")
    monkeypatch.setattr(cgp_harness.batch, "grade_all", broken)
    done = grade(class_folder, tmp_path / "out", "--fail-under", 40)
    assert done.exit_code == 3
    assert "ada                     -      -  grader error   sgd_plus.loads\n" in done.stdout
    assert "ada: grader error, no score" in done.stderr


def test_a_damaged_store_exits_with_2_and_says_so(class_folder, tmp_path):
    assert grade(class_folder, tmp_path / "out").exit_code == 0
    with Store(tmp_path / "out" / "store.sqlite") as store:
        store._database.execute("DELETE FROM seed")
    done = grade(class_folder, tmp_path / "out")
    assert (done.exit_code, done.stderr.replace(str(tmp_path), "TMP")) == (2, (
        "error: the store is damaged: its seed is none\n  at TMP/out/store.sqlite\n"
        "  expected a store that `cgp grade` wrote\n"
        "  fix: move the file away or choose another folder\n"))


def test_quiet_prints_nothing(class_folder, tmp_path):
    done = grade(class_folder, tmp_path / "out", "--quiet")
    assert (done.exit_code, done.output) == (0, "")


def test_only_the_formats_asked_for_are_written(class_folder, tmp_path):
    output = tmp_path / "out"
    done = grade(class_folder, output, "--format", "csv", "--format", "json")
    assert {p.name for p in output.iterdir()} == {"gradebook.csv", "results.json", "store.sqlite"}
    assert f"reports: {output}\n" in done.stdout


def test_a_plugin_s_format_is_written(class_folder, tmp_path, monkeypatch):
    monkeypatch.setattr("cgp_harness.installed.report_formats", lambda: {
        "count": lambda report, folder: (folder / "count.txt").write_text(
            str(len(report.submissions)))})
    assert grade(class_folder, tmp_path / "out", "--format", "count").exit_code == 0
    assert (tmp_path / "out" / "count.txt").read_text() == "3"
    assert not (tmp_path / "out" / "results.json").exists()


def test_ctrl_c_says_how_to_go_on(class_folder, tmp_path, monkeypatch):
    def stopped(*arguments, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(cgp_harness.batch, "grade_all", stopped)
    done = grade(class_folder, tmp_path / "out")
    assert done.exit_code == 130
    assert done.stderr == (
        f"stopped; the same command goes on from what is kept in {tmp_path / 'out'}\n")


def refused(*arguments, code=2):
    done = cgp(*arguments)
    assert done.exit_code == code
    assert done.stdout == ""
    return done.stderr


def test_an_output_that_is_a_file_is_explained(class_folder, tmp_path):
    path = tmp_path / "out"
    path.write_text("")
    assert refused(*PLAIN, class_folder, "-o", path) == (
        f"error: the output is a file\n  at {path}\n  expected a folder, there already or not\n"
        "  fix: give another folder\n")


def test_an_output_inside_the_submissions_is_explained(class_folder):
    path = class_folder / "out"
    assert refused(*PLAIN, class_folder, "-o", path) == (
        f"error: the output folder lies inside the submissions\n  at {path}\n"
        f"  expected a folder outside {class_folder}\n  fix: give another folder\n")
    assert not path.exists()


def test_an_unknown_format_is_explained(class_folder, tmp_path):
    assert refused("grade", class_folder, "-a", "step_size", "-o", tmp_path / "out",
                   "--format", "jsn") == (
        "error: there is no report format 'jsn'\n  expected one of autolab, brightspace, canvas, "
        "csv, github, gitlab, gradescope, html, json, junit, markdown, moodle, nbgrader, "
        "prairielearn\n"
        "  fix: did you mean 'json'?\n")


def test_an_unknown_assignment_is_explained(class_folder, tmp_path):
    assert refused("grade", class_folder, "-a", "step_sise", "-o", tmp_path / "out") == (
        "error: there is no assignment 'step_sise'\n  expected one of autograd_extension, "
        "computational_graph, primer_homework, step_size, or a folder that holds assignment.toml\n"
        "  fix: did you mean 'step_size'?\n")


def test_a_level_that_this_machine_lacks_exits_with_3(class_folder, tmp_path, monkeypatch):
    def refuse(demand):
        raise MachineError(f"no {demand}", fix="--isolation plain")

    monkeypatch.setattr(levels, "choose", refuse)
    arguments = ("grade", class_folder, "-a", "step_size", "-o", tmp_path / "out")
    assert refused(*arguments, code=3) == "error: no landlock\n  fix: --isolation plain\n"


def test_other_errors_keep_their_traceback_and_exit_with_3(class_folder, tmp_path, monkeypatch):
    def broken(demand):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(levels, "choose", broken)
    done = cgp("grade", class_folder, "-a", "step_size", "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert done.stderr.startswith("Traceback (most recent call last):\n")
    assert done.stderr.endswith("ZeroDivisionError: ours\n")


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """`cgp check`, given the report that grading shall have."""
    file = tmp_path / "adam.py"
    file.write_text("")

    def check(report, *options):
        monkeypatch.setattr(
            cgp_harness.pipeline, "grade", lambda submission, assignment, **named: report)
        return cgp("check", file, "-a", "step_size", *options)

    return check


@pytest.mark.parametrize(("report", "code"), [(PERFECT, 0), (WRONG, 1), (HIDDEN, 0), (UNLUCKY, 3)])
def test_check_exits_with_what_it_found_in_visible_checks(checked, report, code):
    assert checked(report).exit_code == code


@pytest.mark.parametrize(("times", "code"), [(1, 0), (2, 3)])
def test_check_tries_once_more_when_somebody_else_ends_a_worker(tmp_path, times, code, monkeypatch):
    killed = [KilledError("SIGKILL")] * times

    def unlucky(submission, assignment, **_):
        if killed:
            raise killed.pop()
        return PERFECT

    monkeypatch.setattr(cgp_harness.pipeline, "grade", unlucky)
    file = tmp_path / "adam.py"
    file.write_text("")
    done = cgp("check", file, "-a", "step_size")
    assert done.exit_code == code
    assert ("a worker was ended from outside, by SIGKILL" in done.stderr) is (code == 3)


def test_check_shows_the_report_and_calls_plain_isolation_unofficial(checked):
    assert checked(PERFECT, "--isolation", "plain").stdout.splitlines() == [
        f"✓ Adam: loads{'4 / 4':>87}",
        f"✓ Adam: relations{'8 / 8':>83}",
        "",
        f"score{'12 / 12':>95}",
        "unofficial: this machine ran it without isolation",
    ]


FILES = {
    "two files": {"main.py": "1", "util.py": "2"},
    "one file": {"adam.py": "1"},
    "a plugin": {"plugin.py": "1", "util.py": "2"},
    "folders in it": {"hw/main.py": "1", "hw/lib/util.py": "2", "notes.txt": ""},
}


@pytest.mark.parametrize("names", FILES.values(), ids=FILES)
def test_check_takes_a_folder_as_the_one_submission_that_grade_makes_of_it(
        tmp_path, names, monkeypatch):
    folder = tmp_path / "class" / "ada"
    for name, text in names.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    seen = []
    monkeypatch.setattr(cgp_harness.canary, "require", lambda *_, **__: None)
    monkeypatch.setattr(
        cgp_harness.pipeline, "grade", lambda one, *_, **__: seen.append(one) or PERFECT)
    assert cgp("check", folder, "-a", "step_size").exit_code == 0
    monkeypatch.chdir(folder)
    assert cgp("check", ".", "-a", "step_size").exit_code == 0
    [of_class] = collect([folder.parent])
    assert [(one.id, one.files, one.notes) for one in seen] == [
        (of_class.id, of_class.files, of_class.notes)] * 2
    assert len(of_class.files) == sum(name.endswith(".py") for name in names)


def test_check_takes_no_export_of_a_class(tmp_path):
    path = tmp_path / "submissions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("assignment_1_export/submission_metadata.yml", (
            "submission_11:\n  :submitters:\n  - :name: Ada\n    :sid: '1'\n"
            "submission_12:\n  :submitters:\n  - :name: Eva\n    :sid: '2'\n"))
        for number in (11, 12):
            archive.writestr(f"assignment_1_export/submission_{number}/adam.py", "x = 1\n")
    assert refused("check", path, "-a", "step_size") == (
        f"error: there are 2 submissions\n  at {path}\n"
        "  expected one: a file, or a folder\n  fix: use `cgp grade` for a class\n")


def test_help_names_all_homeworks():
    assert cgp("--help").stdout.splitlines()[2:6] == [
        "  Grade homework: step-size optimizers, Autograd Functions and activations,",
        "  backpropagation.",
        "",
        "  What is wrong is said in the words of the lecture's equations.",
    ]


@pytest.fixture
def graded(tmp_path):
    """A folder as `cgp grade` leaves it."""
    source = Submission("grace", (SourceFile("adam.py", b"x"),))
    wrong = replace(WRONG, sha256=source.sha256)
    empty = Submission("mallory", ())
    unread = replace(ATTACKER, sha256=empty.sha256)
    results.write(replace(BATCH, submissions=(wrong, HIDDEN, UNLUCKY, unread)), tmp_path)
    with Store(tmp_path / "store.sqlite") as store:
        store.put_files(source)
        store.put_files(empty)
    return tmp_path


@pytest.mark.parametrize(("reproduced", "code"), [(True, 0), (False, 1)])
def test_replay_runs_the_stored_case_on_the_stored_files(graded, monkeypatch, reproduced, code):
    seen = []

    def replay(submission, assignment, check, *, seed, isolation, device):
        case = check.counterexample
        seen.append((submission.id, submission.files, assignment.id, case, isolation))
        return Replay((ReplayRow(1, 0, (0,), 0.5, 0.25, 0.5, 0.5),), reproduced)

    monkeypatch.setattr(cgp_harness.replay, "replay", replay)
    for path in (graded, graded / "results.json"):
        done = cgp("replay", path, "grace", "adam.update_rule", "--isolation", "plain")
        assert done.exit_code == code, done.output
    assert done.stdout.splitlines() == [
        "step  parameter  gradient  expected  stored  now",
        "   1       0[0]       0.5      0.25     0.5  0.5",
        "reproduced" if reproduced else "not reproduced",
    ]
    assert seen == [("grace", (SourceFile("adam.py", b"x"),), "step_size", CASE, "plain")] * 2


@pytest.mark.parametrize(("arguments", "error"), [
    (("grase", "adam.loads"), "there is no submission called 'grase'\n"
     "  expected one of grace, hedy, alan, mallory\n  fix: did you mean 'grace'?"),
    (("grace", "adam.update"), "there is no check of grace called 'adam.update'\n  expected one of "
     "adam.loads, adam.update_rule, adam.hyperparameters\n  fix: did you mean 'adam.update_rule'?"),
    (("grace", "adam.hyperparameters"), "adam.hyperparameters of grace was not run\n"
     "  expected a check that was\n"
     "  fix: replay adam.update_rule, which kept it from running"),
    (("alan", "adam.loads"), "adam.loads of alan has no result: the grader failed\n"
     "  fix: run `cgp grade` again: it tries this submission once more"),
    (("mallory", "adam.loads"), "mallory could not be read, and nothing of it was run\n"
     "  expected a submission with files\n  fix: its page says why"),
    (("hedy", "adam.update_rule"), "the store does not hold the files of hedy\n"
     f"  at DIR{os.sep}store.sqlite\n  expected those with SHA-256 {HIDDEN.sha256}\n"
     "  fix: keep results.json and store.sqlite of one run together"),
])
def test_replay_explains_what_there_is_not(graded, arguments, error):
    assert refused("replay", graded, *arguments).replace(str(graded), "DIR") == f"error: {error}\n"


def test_new_writes_a_plugin_that_loads_and_overwrites_nothing(tmp_path):
    file = tmp_path / "mine.py"
    assert cgp("new", "optimizer", file).stdout == (
        f"wrote {file}; try: cgp check {file} -a step_size --task sgd_plus\n")
    text = file.read_text("utf-8")
    scope = {"__name__": "plugin"}
    exec(compile(text, str(file), "exec"), scope)
    run = scope["sgd_plus"].run([1.0])
    assert [run.step([g], {"lr": 0.5}) for g in (2.0, 4.0)] == [[1.0], [2.0]]
    assert refused("new", "optimizer", file) == (
        f"error: the file is there already\n  at {file}\n  expected a new name\n"
        "  fix: nothing was written; give another name\n")
    assert file.read_text("utf-8") == text


def test_new_explains_a_name_and_a_folder_that_cannot_be(tmp_path):
    assert refused("new", "optimizer", tmp_path / "mine") == (
        f"error: a plugin is a Python file\n  at {tmp_path / 'mine'}\n"
        "  expected a name that ends with .py\n  fix: write mine.py\n")
    path = tmp_path / "no" / "mine.py"
    assert refused("new", "optimizer", path) == (
        f"error: cannot write the file: no such file or directory\n  at {path}\n"
        "  expected room for it, in a folder that can be written\n"
        "  fix: make room, or give another place\n")


def test_assignments_lists_what_is_installed():
    done = cgp("assignments")
    assert done.exit_code == 0
    assert (
        "step_size  Step-size optimizers: SGD+, AdaGrad, RMSProp, Adam  (version 2, 100 points)\n"
        "  sgd_plus  SGD with momentum (SGD+)  (20)\n"
    ) in done.stdout


def test_plugins_lists_every_hook_with_its_first_line():
    done = cgp("plugins")
    assert done.exit_code == 0, done.output
    for hook in ("cgp_step_size_optimizers  Name the", "cgp_report_formats  Add formats"):
        assert f"  {hook}" in done.stdout


def test_doctor_says_what_there_is(monkeypatch):
    monkeypatch.setattr(levels, "_landlock_missing", lambda: "Linux 4")
    monkeypatch.setattr(levels, "_container_missing", lambda: "no other uid: no root")
    monkeypatch.setattr(levels, "_namespaces_missing", lambda: "namespaces: not here")
    monkeypatch.setattr(devices, "finds_gpu", lambda: False)
    monkeypatch.setattr(cgroups, "home", lambda: cgroups.Home(missing="no controller memory"))
    done = cgp("doctor")
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "harness", "python", "numpy", "torch", "hypothesis", "device", "device",
        *["isolation"] * 2, *["isolation", "needs"] * 4, "isolation", "cgroup", "needs",
        *["canary"] * 7]
    assert done.stdout.endswith(
        "device      cpu: available\n"
        "device      cuda: not available: torch finds no GPU\n"
        "isolation   plain: available\n"
        "isolation   container_partly: available\n"
        "isolation   uid: not available: no other uid: no root\n"
        "            needs root, who may change its uid, and a Python that other users may read, "
        "such as that in /usr or /opt\n"
        "isolation   container: not available: no other uid: no root\n"
        "            needs what `uid` needs, in a container made for one submission\n"
        "isolation   landlock: not available: Linux 4\n"
        "            needs Linux 5.13 or newer on x86_64 or aarch64, with landlock among the "
        "modules that it begins with (`lsm=landlock,...`) and allowed by the container, as Docker "
        "does\n"
        "isolation   namespaces: not available: namespaces: not here\n"
        "            needs a kernel that lets this user make namespaces: on Ubuntu 24.04 `sudo "
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, elsewhere "
        "`user.max_user_namespaces` above 0; in Docker `--cap-add SYS_ADMIN` or a seccomp profile "
        "that allows unshare and mount\n"
        "isolation   runs at 'plain'\n"
        "cgroup      not available: no controller memory\n"
        "            needs cgroup v2 with the controllers memory and pids in a group of its own: "
        "`systemd-run --user --scope -p Delegate=yes cgp ...`\n"
        "canary      numpy: rule gets full marks at 'plain'\n"
        "canary      numpy: activation gets full marks at 'plain'\n"
        "canary      numpy: backpropagation gets full marks at 'plain'\n"
        "canary      numpy: training gets full marks at 'plain'\n"
        "canary      numpy: test gets full marks at 'plain'\n"
        "canary      torch: rule gets full marks at 'plain'\n"
        "canary      torch: Function gets full marks at 'plain'\n")


@pytest.mark.parametrize(("reference", "starter", "code"), [
    (100.0, 10.0, 0), (99.0, 10.0, 3), (100.0, 60.0, 3)])
@pytest.mark.usefixtures("without_canaries")
def test_doctor_grades_the_reference_and_the_starter(
    tmp_path, monkeypatch, reference, starter, code
):
    from cgp_harness.assignment import installed

    (tmp_path / "examples").mkdir()
    for name in ("examples/perfect.py", "starter.py"):
        (tmp_path / name).write_text("")
    toml = (installed()["step_size"] / "assignment.toml").read_text("utf-8")
    one = toml[:toml.index("[[tasks]]")] + toml[toml.rindex("[[tasks]]"):].replace(
        'id = "adam"', 'id = "adam"\nfamily = "adam"\naccept = ["eps_inside_root"]\n'
        "hyperparameters = {lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8}")
    (tmp_path / "assignment.toml").write_text(one.replace("points = 2}", "points = 62}"))
    scores = {"perfect": reference, "starter": starter}
    monkeypatch.setattr(
        cgp_harness.pipeline, "grade", lambda submission, assignment, **named:
        stand_in_grades.report(submission, assignment, scores[submission.id]))
    done = cgp("doctor", "-a", tmp_path, "--isolation", "plain")
    assert done.exit_code == code
    loads = "            Adam: loads: {:g} of 100{}\n"
    line = 1 + one[:one.index("loads = ")].count("\n")
    assert done.stdout.endswith(
        f"reference   {reference:g} % (must be 100)\n"
        + (loads.format(reference, "") if reference < 100 else "")
        + f"starter     {starter:g} % (must be at most 10)\n"
        + (loads.format(starter, f"; at {tmp_path / 'assignment.toml'}:{line}")
           if starter > 10 else ""))
    assert done.stderr == (
        "right answers lose points here, or empty ones get some: do not grade with "
        f"{tmp_path} until that is mended\n" if code else "")


RIGHT_SGD = """
from cgp_harness import optimizer

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g
    return v, v
"""
FREE = """
id = "free"
title = "Practice"
version = "1"

[[tasks]]
id = "sgd_plus"
family = "sgd_plus"
title = "SGD+"
accept = ["lr_in_buffer"]
hyperparameters = {lr = 1e-3, mu = 0.9}

[tasks.checks]
loads = {points = 0}
"""


@pytest.mark.parametrize(("text", "passed", "code"), [(RIGHT_SGD, 1, 0), ("", 0, 3)])
@pytest.mark.usefixtures("without_canaries")
def test_doctor_counts_passed_checks_where_none_has_points(tmp_path, text, passed, code):
    (tmp_path / "assignment.toml").write_text(FREE)
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples/perfect.py").write_text(text)
    done = cgp("doctor", "-a", tmp_path, "--isolation", "plain")
    assert done.exit_code == code
    assert f"reference   {passed} of 1 checks pass (must be all; none has points)\n" in done.stdout


@pytest.mark.usefixtures("without_canaries")
def test_doctor_says_that_there_is_no_right_answer_to_try(tmp_path):
    (tmp_path / "assignment.toml").write_text(FREE)
    done = cgp("doctor", "-a", tmp_path, "--isolation", "plain")
    assert (done.exit_code, done.stderr) == (2, (
        f"error: there is no right answer to try\n  at {tmp_path}\n"
        "  expected solution.py, or examples/perfect.py, beside assignment.toml\n"
        "  fix: put a right submission there; `cgp grade` needs none\n"))


def test_wrong_options_exit_with_2():
    assert cgp("grade").exit_code == 2
    assert cgp("nonsense").exit_code == 2
    assert cgp("new", "nonsense", "x.py").exit_code == 2


def test_who_names_no_assignment_is_told_those_that_there_are():
    done = cgp("check", "mine.py")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (2, (
        "Error: Missing option '-a' / '--assignment'. One of autograd_extension, "
        "computational_graph, primer_homework, step_size, or a folder with assignment.toml"))


def test_a_broken_pipe_is_no_error_of_ours(monkeypatch):
    def broken():
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("cgp_harness.assignment.installed", broken)
    done = cgp("assignments")
    assert (done.exit_code, done.output) == (1, "")


LIGHT = """
import sys
from click.testing import CliRunner
from cgp_harness.cli import main
heavy = {"torch", "numpy", "hypothesis", "pluggy", "rich", "jinja2", "sqlite3"}
for arguments in (["--help"], ["grade", "--help"], ["--version"], ["assignments"]):
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    print(*arguments, sorted(heavy & set(sys.modules)))
"""


def test_help_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-c", LIGHT], capture_output=True, text=True, cwd=ROOT, check=False)
    # The kinds of task that an assignment is read by are plugins.
    assert (done.stdout, done.stderr) == (
        "--help []\ngrade --help []\n--version []\nassignments ['pluggy']\n", "")


def test_reports_and_batch_import_no_torch():
    code = (
        "import sys, cgp_harness.batch, cgp_harness.reports, cgp_harness.store\n"
        "print({'torch', 'numpy', 'hypothesis'} & set(sys.modules))")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.stdout, done.stderr) == ("set()\n", "")


RULE = """
from cgp_harness import optimizer

@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * m / (v + eps) ** 0.5, m, v
"""


def test_the_module_grades_and_replays_for_real(tmp_path):
    """`python -m`, grader processes, the real pipeline: nothing stands in for anything."""
    (tmp_path / "adam.py").write_text(RULE)
    output = tmp_path / "out"

    def module(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "cgp_harness", *map(str, arguments)],
            capture_output=True, text=True, cwd=tmp_path, check=False,
            env={name: value for name, value in os.environ.items() if name != "FORCE_COLOR"},
        )

    done = module("grade", "adam.py", "-a", "step_size", "-o", output, "--isolation", "plain")
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        "[1/1] adam: graded, 14 / 100\ndrawing the figures of 1 submission\n")
    report = results.read(output)
    (submission,) = report.submissions
    flags = {c.id: c.diagnosis.flags for c in submission.checks if c.diagnosis}
    assert flags == {"adam.update_rule": ("no_bias_correction",)}
    jsonschema.validate(results.json.loads(results.encode(report)), results.schema())
    done = module("replay", output, "adam", "adam.update_rule", "--isolation", "plain")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("\nreproduced\n")


@pytest.mark.parametrize("command", ["grade", "check"])
def test_a_misspelt_problem_is_found_before_anything_is_graded(command, class_folder, tmp_path):
    from cgp_harness.assignment import installed

    shutil.copytree(installed()["step_size"], tmp_path / "mine")
    toml = (tmp_path / "mine" / "assignment.toml").read_text("utf-8")
    path = tmp_path / "mine" / "assignment.toml"
    written = toml.replace(
        "closed_loop = {points = 4}", 'closed_loop = {points = 4, problems = ["ravin"]}')
    path.write_text(written)
    line = 1 + written[:written.index('"ravin"')].count("\n")
    file = next(class_folder.iterdir())
    further = ("-o", tmp_path / "out") if command == "grade" else ()
    done = refused(command, file, "-a", tmp_path / "mine", *further)
    assert done == (
        f"error: there is no problem 'ravin'\n  at {path}:{line}, adam.closed_loop\n"
        "  expected one of one_neuron, multi_neuron, dag, ravine, sparse, rosenbrock\n"
        "  fix: did you mean 'ravine'?\n")
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made_is_explained(class_folder, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    done = refused(
        "grade", class_folder, "-a", "step_size", "-o", tmp_path / "file" / "out")
    assert done.replace(str(tmp_path), "DIR") == (
        "error: the reports cannot be written: not a directory\n  at DIR/file/out\n"
        "  expected a folder that can be written\n  fix: give another path after -o\n")


def test_the_seed_is_drawn_for_the_folder_kept_there_and_no_students_to_see(
    class_folder, tmp_path
):
    seeds = []
    for output in (tmp_path / "one", tmp_path / "one", tmp_path / "two"):
        assert grade(class_folder, output).exit_code == 0
        seeds.append(results.read(output).environment.seed)
        with Store(output / "store.sqlite") as store:
            assert store.seed() == seeds[-1]
    assert seeds[0] == seeds[1] != seeds[2]
    assert f"seed {seeds[0]}" in (tmp_path / "one" / "index.html").read_text("utf-8")
    for page in (tmp_path / "one" / "students").iterdir():
        own = f"{seeds[0]} plain"           # what the stand-in's check says, as no check does
        assert str(seeds[0]) not in page.read_text("utf-8").replace(own, "")
    assert grade(class_folder, tmp_path / "one", "--seed", "5").exit_code == 0
    assert results.read(tmp_path / "one").environment.seed == 5


ANY_LR = "from cgp_harness import optimizer\n@optimizer\ndef adam(g, lr={}):\n    return lr * g\n"


@pytest.mark.parametrize(("students", "warned"), [(3, True), (2, False)])
def test_a_class_one_level_too_deep_is_noticed(tmp_path, students, warned):
    section = tmp_path / "class" / "section1"
    section.mkdir(parents=True)
    for number in range(students):
        (section / f"student{number}.py").write_text(ANY_LR.format(number + 1))
    done = grade(section.parent, tmp_path / "out", "--no-figures")
    warnings = [line for line in done.stderr.splitlines() if line.startswith("warning")]
    assert (done.exit_code, warnings) == (0, [
        "warning: section1: 'adam' is registered 3 times; if this is a folder of several "
        f"submissions, grade {section}"] * warned)


@pytest.mark.parametrize(("students", "refused_too"), [(3, True), (2, False)])
def test_a_zip_of_a_class_of_no_platform_is_to_be_unzipped(tmp_path, students, refused_too):
    path = zipped(tmp_path / "class.zip", {
        f"student{number}.py": ANY_LR.format(number + 1).encode() for number in range(students)})
    done = grade(path, tmp_path / "out", "--no-figures")
    if not refused_too:
        assert done.exit_code == 0
        return
    assert (done.exit_code, done.stderr.partition("error: ")[2]) == (2, (
        "this zip looks like the submissions of a class: 'adam' is registered 3 times\n"
        f"  at {path}\n  expected one student's submission, or a platform's download\n"
        "  fix: unzip it first, and give the folder in which each student has a file or a folder"
        "\n"))
    assert not (tmp_path / "out" / "index.html").exists()


def test_a_negative_seed_is_refused_before_anything_is_graded(class_folder, tmp_path):
    assert refused(
        "grade", class_folder, "-a", "step_size", "-o", tmp_path / "o", "--seed", "-1"
    ).endswith("Error: Invalid value for '--seed': -1 is not in the range x>=0.\n")


def test_a_reader_that_leaves_changes_no_exit_code():
    script = """
import sys
from cgp_harness.cli.grade import _conclude
from tests.harness.reports.example_reports import BATCH
from pathlib import Path
sys.stdin.readline()
_conclude(BATCH, Path("out"), page=True)
sys.exit(7)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, cwd=ROOT,
    ) as process:
        process.stdout.close()
        process.stdin.write(b"go\n")
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 7
