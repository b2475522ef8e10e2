"""The options of `cgp check`, and what it shows while it runs. Whole outputs: test_check_output."""

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner

import cgp_assignments
from cgp_harness import canary, grading
from cgp_harness.assignment import load, of_tasks
from cgp_harness.cli import main
from cgp_harness.cli.checking.watching import state, watched
from cgp_harness.collect import collect_one
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.model import Status, Visibility
from cgp_harness.pipeline import Watch
from cgp_harness.reports import results

STEP_SIZE = Path(cgp_assignments.__file__).parent / "step_size"
EXAMPLES = STEP_SIZE / "examples"
QUICK = msgspec.structs.replace(load("step_size"), tasks=tuple(
    msgspec.structs.replace(task, checks={
        name: task.checks[name] for name in ("loads", "relations", "update_rule")})
    for task in load("step_size").tasks))
WRONG = """
from cgp_harness import optimizer

@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s + eps), s
"""


def cgp(*arguments, **options):
    return CliRunner().invoke(main, ["check", *map(str, arguments)], **options)


@pytest.fixture
def adagrad(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("hw.py").write_text(WRONG, encoding="utf-8")
    return "hw.py", "-a", "step_size", "--task", "adagrad"


def test_brief_is_the_score_and_where_to_begin(adagrad):
    done = cgp(*adagrad, "--brief")
    assert done.exit_code == 1
    assert done.output == (
        "\n"
        f"score{'7 / 20':>95}\n"
        "not right yet: adagrad (3 checks)\n"
        "first: AdaGrad: is the specified rule\n"
        "    With one change it is right: at hw.py:7, a root is missing.\n")


def test_json_is_results_and_nothing_else(adagrad):
    done = cgp(*adagrad, "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    jsonschema.validate(found, results.schema())
    [one] = found["submissions"]
    assert (one["id"], one["score"], one["max_score"]) == ("hw", 7.0, 20.0)
    assert {check["task"] for check in one["checks"]} == {"adagrad"}


def test_output_writes_a_page_or_results_by_the_files_ending(adagrad):
    for name in ("out/report.html", "report.json"):
        done = cgp(*adagrad, "--brief", "--output", name)
        assert done.output.splitlines()[-1] == f"wrote {name}"
    assert "is the specified rule" in Path("out/report.html").read_text("utf-8")
    assert results.read(Path("report.json")).submissions[0].score == 7.0
    done = cgp(*adagrad, "-o", "report.pdf")
    assert (done.exit_code, done.output) == (2, (
        "error: nothing is known to write into a file .pdf\n"
        "  at --output report.pdf\n"
        "  expected a name that ends with .html or .json\n"))


def test_a_task_that_there_is_not_is_named_with_those_that_there_are(adagrad):
    done = cgp("hw.py", "-a", "step_size", "--task", "adagard")
    assert (done.exit_code, done.output) == (2, (
        "error: 'adagard' is no task of step_size\n"
        "  expected sgd_plus, adagrad, rmsprop, adam\n"
        "  fix: did you mean 'adagrad'?\n"))


def test_tasks_keep_the_order_of_the_homework():
    assert [task.id for task in of_tasks(load("step_size"), ("adam", "sgd_plus")).tasks] == [
        "sgd_plus", "adam"]


def test_verbose_shows_what_a_wrong_rule_gains_and_what_right_checks_found(adagrad):
    shown, verbose = cgp(*adagrad).output, cgp(*adagrad, "-v").output
    assert shown.count("not judged: see the rule  0 / ") == 2
    assert "paired seeds" not in shown
    assert "not judged" not in verbose
    assert "Leaves the path of AdaGrad" in verbose
    assert "32 paired seeds, lr 0.3, SGD with lr 0.03" in verbose


def test_checks_are_told_of_as_they_end_and_once():
    told = []
    one = grading.check(
        EXAMPLES / "adam_no_bias_correction.py", QUICK, isolation="auto",
        watch=Watch(checked=told.append))
    assert [check.id for check in told] == [check.id for check in one.checks]
    assert [check.status for check in told] == [check.status for check in one.checks]


def test_a_right_submission_needs_no_canary_and_a_wrong_one_is_told_of_after_it(monkeypatch):
    asked = []

    def required(*_, **__):
        asked.append(1)
        raise MachineError("this installation misgrades")

    monkeypatch.setattr(canary, "require", required)
    assert grading.check(EXAMPLES / "perfect.py", QUICK).percent == 100
    assert asked == []
    told = []
    with pytest.raises(MachineError):
        grading.check(
            EXAMPLES / "adam_no_bias_correction.py", QUICK,
            watch=Watch(checked=lambda check: told.append(check.status)))
    assert set(told) == {Status.PASSED}


def test_what_is_told_of_a_hidden_check_is_not_shown(tmp_path):
    hidden = msgspec.structs.replace(QUICK, tasks=tuple(
        msgspec.structs.replace(task, checks={
            name: msgspec.structs.replace(spec, visibility=Visibility.HIDDEN)
            if name == "update_rule" else spec for name, spec in task.checks.items()})
        for task in QUICK.tasks))
    from cgp_harness.cli.checking.shown import Shown

    out, given = io.StringIO(), collect_one(EXAMPLES / "adam_no_bias_correction.py")
    with Shown(given, hidden, brief=False, verbose=False, silent=False) as shown:
        shown._out.file = out
        shown.conclude(grading.check(given, hidden, watch=shown.watch))
    assert "specified rule" not in out.getvalue()
    assert out.getvalue().endswith("4 further checks not shown before grading\n")


def test_a_rule_of_another_name_is_said_beside_what_is_not_there(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("from cgp_harness import optimizer\n@optimizer\n"
                    "def descent(g, lr=1e-3):\n    return lr * g\n")
    done = cgp(file, "-a", "step_size")
    assert (done.exit_code, done.output) == (1, (
        "! while it was loaded:\n"
        "    sgd_plus, adagrad, rmsprop and adam are not registered\n"
        "      expected @optimizer above a function for each of sgd_plus, adagrad, rmsprop and "
        "adam; found\n        descent\n"
        f"– 4 tasks not written yet{'0 / 100':>75}\n"
        "    sgd_plus, adagrad, rmsprop, adam\n"
        f"\nscore{'0 / 100':>95}\n"
        "first: SGD with momentum (SGD+): loads and fits the contract\n"
        "    no rule is registered as 'sgd_plus'\n"))


def test_nothing_is_written_yet():
    done = cgp(STEP_SIZE / "starter.py", "-a", "step_size", "--task", "adam")
    assert (done.exit_code, done.output) == (1, (
        f"– 1 task not written yet{'0 / 40':>76}\n"
        "    adam\n"
        "\n"
        f"score{'0 / 40':>95}\n"
        "first: Adam: loads and fits the contract\n"
        "    adam is not written yet\n"
        "      at starter.py:29\n"))


def test_a_file_that_cannot_be_read_is_one_block(tmp_path, monkeypatch):
    monkeypatch.chdir(EXAMPLES)
    done = cgp("syntax_error.py", "-a", "step_size")
    assert done.exit_code == 1
    said, rest = done.output.split("– 28 checks not run")
    assert said == (
        "! while it was loaded:\n"
        "    the line that begins with `def` has no colon at its end\n"
        "      at syntax_error.py:13\n"
        "        13 | def adagrad(g, s, lr=1e-3, eps=1e-8)\n"
        "           |                                     ^\n"
        "      fix: write `def adagrad(g, s, lr=1e-3, eps=1e-8):`\n"
        "      Python says: SyntaxError: expected ':'\n")
    assert "registered" not in done.output
    assert rest.splitlines()[-1] == f"score{'0 / 100':>95}"


def test_on_a_terminal_there_is_a_bar_and_it_is_gone_at_last(adagrad):
    mine, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "cgp_harness", "check", *adagrad], stdout=its, stderr=its,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(its)
        written = b""
        while True:
            try:
                part = os.read(mine, 4096)
            except OSError:  # the other end is closed
                break
            written += part
    os.close(mine)
    assert process.returncode == 1
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.decode())
    assert re.search(r"checking [━╸╺]+ \d/7", text)
    assert text.rstrip().endswith("a root is missing.")


class Saves:
    """Pauses in which things happen to a file, one by one; then Ctrl-C."""

    def __init__(self, *events):
        self.events = list(events)

    def __call__(self, seconds):
        if not self.events:
            raise KeyboardInterrupt
        self.events.pop(0)()


def test_watching_checks_again_whenever_the_file_is_saved(tmp_path, capsys):
    file, seen = tmp_path / "hw.py", []
    file.write_text("1", encoding="utf-8")

    def once():
        seen.append(file.read_text("utf-8"))
        if seen[-1] == "three":
            raise HarnessError("hw.py cannot be read")

    with pytest.raises(KeyboardInterrupt):
        watched(file, once, Saves(
            lambda: file.write_text("two", encoding="utf-8"), lambda: None,
            file.unlink, lambda: file.write_text("three", encoding="utf-8"),
            lambda: file.write_text("four!", encoding="utf-8")))
    assert seen == ["1", "two", "three", "four!"]
    printed = capsys.readouterr()
    assert printed.err.count("error: hw.py cannot be read\n") == 1
    assert printed.err.count(f"waiting for {file} to be saved; Ctrl-C ends\n") == 4
    assert printed.out == ""


def test_a_file_that_stays_away_is_said_once(tmp_path, capsys):
    file = tmp_path / "hw.py"
    file.write_text("1", encoding="utf-8")
    nothing = [lambda: None] * 30
    with pytest.raises(KeyboardInterrupt):
        watched(file, lambda: None, Saves(file.unlink, *nothing))
    assert capsys.readouterr().err == (
        f"waiting for {file} to be saved; Ctrl-C ends\n{file} is not there: waiting until it is\n")


@pytest.mark.parametrize(("arguments", "message"), [
    (("check", "", "-a", "step_size"), "Invalid value for 'FILE': "
     "it is empty, as a variable of the shell that is not set."),
    (("grade", "", "-a", "step_size", "-o", "out"), "Invalid value for 'PATH...': "
     "it is empty, as a variable of the shell that is not set."),
    (("check", "hw.py", "-a", "step_size", "--json", "--watch"),
     "--json prints one result, and --watch has no end: choose one"),
])
def test_what_cannot_be_meant_is_refused(arguments, message):
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.output.splitlines()[-1]) == (2, f"Error: {message}")


def test_a_machine_that_fails_ends_watching(tmp_path):
    def once():
        raise MachineError("no")

    with pytest.raises(MachineError):
        watched(tmp_path, once, Saves())


def test_a_folder_is_watched_with_all_that_is_in_it(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "a.py").write_text("a", encoding="utf-8")
    before = state(tmp_path)
    (tmp_path / ".a.py.swp").write_text("of the editor", encoding="utf-8")
    assert state(tmp_path) == before
    (tmp_path / "b.py").write_text("b", encoding="utf-8")
    assert state(tmp_path) != before
    assert state(tmp_path / "nothing.py") == ()


@pytest.mark.parametrize(("handler", "ended"), [
    ("signal.default_int_handler", (130, "stopped\n")), ("signal.SIG_IGN", (0, ""))])
def test_ctrl_c_while_the_command_is_imported_ends_it_quietly_unless_it_is_ignored(handler, ended):
    program = f"""
import os, signal, sys
signal.signal(signal.SIGINT, {handler})
class Pressed:
    def find_spec(self, name, *_):
        if name == "cgp_harness.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Pressed())
sys.argv = ["cgp", "--version"]
from cgp_harness.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == ended


def test_ctrl_c_while_watching_ends_with_130(adagrad):
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "cgp_harness", "check", *adagrad, "--brief", "--watch"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:
        for line in process.stderr:
            if line.startswith("waiting for hw.py"):
                break
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert (process.returncode, errors) == (130, "stopped\n")
