"""The attack suite that ships: held wherever that is promised; a naive grader loses to most."""

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest
from click.testing import CliRunner

from cgp_harness.attacks import apart, promises
from cgp_harness.attacks.attack import FOLDER, SHOWS, Attack, attacks
from cgp_harness.attacks.homeworks import TASKS, homework, honest
from cgp_harness.attacks.promises import HELD, HOLE, NOT_PROMISED
from cgp_harness.attacks.trap import trap
from cgp_harness.attacks.trying import sandboxed, tried
from cgp_harness.cli import main
from cgp_harness.sandbox.host import levels
from tests.harness.attacks.test_attacks import WORDED
from tests.harness.sandbox.another_uid import MISSING
from tests.places import ROOT

SUITE = {one.name: one for one in attacks()}
ALWAYS = {
    "softplus_secret", "trained_forged", "text_attributes", "text_nested", "trickle", "zip_leaves"}
SLOW = {  # a second of CPU, torch, or like what other tests do: test_collect_*, test_forbidden
    name for name, one in SUITE.items()
    if {*one.by} & {"intake", "reading", "statements", "deadline"}
    or one.task in ("softplus", "one_neuron_sgd_plus")
    or name in ("append_secret", "graph_exit", "notebook_outputs", "slow_goodbye")} - ALWAYS
SURE = {"print_environment", "print_secret", "tcp", "truncate_secret", "kill_bystander", "daemon",
        "exit_in_step", "patched_numpy", "checked_expected", "checked_secret", "form_lies",
        "form_exit", *(["notebook_magics"] if "notebook_magics" in SUITE else [])}
"""Each loses a naive grader something else, and none takes its time."""


def kept(names):
    return [pytest.param(name, marks=[pytest.mark.long] * (name in SLOW)) for name in names]


@pytest.fixture(scope="module")
def landlock():
    if missing := levels.available()["landlock"]:
        pytest.skip(missing)


# What is said of the worded ones: test_attacks.py, which runs them too.
@pytest.mark.parametrize("name", kept(sorted({*SUITE} - WORDED)))
def test_the_attack_is_held(name, landlock):
    assert tried(SUITE[name], "landlock") == ()


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(WORDED))
def test_a_worded_attack_is_held_too(name, landlock):
    assert tried(SUITE[name], "landlock") == ()


@pytest.mark.long
@pytest.mark.parametrize("level", [
    "plain", "container_partly", "uid", "container", "namespaces"])
@pytest.mark.parametrize("name", SUITE)
def test_each_other_level_holds_what_it_promises(name, level):
    if levels.available()[level]:
        pytest.skip(levels.available()[level])
    assert promises.verdict(SUITE[name], level, tried(SUITE[name], level)) != HOLE


@pytest.mark.skipif(bool(MISSING), reason=f"needs root and a Python that all may read: {MISSING}")
@pytest.mark.parametrize("name", ["print_closed", "change_closed", "map_file", "daemon", "tcp"])
def test_a_container_holds_what_only_it_and_landlock_promise(name):
    assert tried(SUITE[name], "container") == ()


def test_each_attack_says_what_shows_it_and_a_layer_that_stops_it():
    known = frozenset.union(*promises.PROMISES.values())
    assert [one.name for one in SUITE.values() if one.shows not in SHOWS] == []
    assert [one.name for one in SUITE.values() if not {*one.by} <= known] == []
    assert [one.name for one in SUITE.values() if one.task not in TASKS] == []
    assert len(SUITE) == len(attacks())
    assert {one.task for one in SUITE.values()} == {*TASKS}
    assert {one.shows for one in SUITE.values()} == {*SHOWS}


def test_attacks_are_in_rooms_that_are_small():
    rooms = Counter(path.parent for path in FOLDER.rglob("*.py"))
    assert FOLDER not in rooms
    assert max(rooms.values()) <= 15


def test_each_level_has_its_promises_and_a_stronger_one_no_fewer():
    assert {*levels.LEVELS} <= {*promises.PROMISES}
    at = [promises.PROMISES[level] for level in (
        "plain", "uid", "container", "landlock", "namespaces")]
    assert all(weaker <= stronger for weaker, stronger in pairwise(at))
    assert all(promises.is_promised(one, "landlock") for one in SUITE.values())


@pytest.mark.parametrize("task", [
    "sgd", "sgd_plus", "square", "graph", "tested",
    *(pytest.param(one, marks=pytest.mark.long) for one in ("softplus", "one_neuron_sgd_plus"))])
def test_a_right_answer_gets_the_points_that_an_attack_is_after(task):
    report, _ = sandboxed(honest(task), homework(task), levels.choose("auto"))
    assert report.score == report.max_score > 0


# --- what shows ----------------------------------------------------------------------------------


def found(name, do, shown=""):
    """What a trap shows after somebody did something by the names that an attack is given."""
    with trap() as surroundings:
        content = surroundings.filled(
            b"@SECRET@ @CLOSED@ @TEMP@ @TOKEN@ @BYSTANDER@ @PORT@", "sgd").decode().split()
        do(*content)
        return list(surroundings.found(shown or surroundings.secret * (name == "secret")))


@pytest.mark.parametrize(("name", "code"), [
    ("", ""), ("secret", ""), ("file", "open(secret, 'w').close()"),
    ("file", "os.chmod(closed, 0o644)"), ("file", "open(temp + '/' + token, 'w').close()"),
    ("file", "open(os.path.dirname(secret) + '/new', 'w').close()"),
    ("process", "os.kill(int(bystander), 9); os.waitid(os.P_PID, int(bystander), os.WEXITED | "
     "os.WNOWAIT)"),
    ("process", "os.kill(int(bystander), 19); time.sleep(0.2)"),
    ("network", "socket.create_connection(('127.0.0.1', int(port))).close()"),
    ("network", "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', int(port)))"),
    ("network", "one = socket.socket(socket.AF_UNIX); one.connect('\\0' + token); one.close()"),
])
def test_each_thing_that_shows_success_is_seen(name, code, recwarn):
    def do(secret, closed, temp, token, bystander, port):
        exec(f"import os, socket, time\n{code}", locals())

    assert found(name, do) == [name] * bool(name)
    recwarn.clear()  # of a socket that was left open


@pytest.mark.skipif(sys.platform != "linux", reason="names of processes of Linux")
def test_a_process_left_behind_is_seen_and_ended():
    code = "import ctypes, sys, time; ctypes.CDLL(None).prctl(15, sys.argv[1][:15].encode()); " \
        "print(flush=True); time.sleep(60)"
    with trap() as surroundings:
        left = subprocess.Popen(
            [sys.executable, "-S", "-c", code, surroundings.token], stdout=subprocess.PIPE)
        left.stdout.readline()
        assert list(surroundings.found("")) == ["process"]
    assert left.wait() == -9
    left.stdout.close()


@pytest.mark.parametrize("long", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.skipif(sys.platform != "linux", reason="a grader of Linux")
def test_a_naive_grader_loses_to_most(long, tmp_path):
    of_rules = {name for name, one in SUITE.items()
                if one.task in ("sgd", "checked") and one.file in ("plugin.py", "plugin.ipynb")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.harness.attacks.naive_runner", str(tmp_path),
         *(of_rules if long else SURE)], cwd=ROOT, capture_output=True,
        text=True, check=False)
    rows = dict(json.loads(line) for line in done.stdout.splitlines() if line.startswith("["))
    assert {*rows} == (of_rules if long else SURE), done.stderr
    lost = {name for name, shown in rows.items() if shown}
    assert lost >= SURE
    assert len(lost) > 0.6 * len(rows)
    assert all(SUITE[name].shows in rows[name] for name in SURE)


# --- the command ---------------------------------------------------------------------------------

TWO = (Attack("one", "Try one.", "score", ("wire",), bytes),
       Attack("another", "Try another.", "file", ("kernel",), bytes))


@pytest.mark.parametrize(("shown", "level", "said"), [
    ((), "plain", HELD), (("file",), "plain", NOT_PROMISED), (("file",), "landlock", HOLE)])
def test_an_attack_that_succeeds_is_a_hole_where_that_is_promised_not_to_be(shown, level, said):
    assert promises.verdict(TWO[1], level, shown) == said


def selftest(monkeypatch, found, *arguments):
    monkeypatch.setattr("cgp_harness.attacks.attack.attacks", lambda: TWO)
    monkeypatch.setattr(
        "cgp_harness.sandbox.host.levels.available",
        lambda: {"plain": "", "container": "not root's", "landlock": ""})
    monkeypatch.setattr(apart, "shown", lambda level, names: iter(
        [(name, found.get((name, level), ())) for name in names]))
    done = CliRunner().invoke(main, ["selftest", *arguments])
    return done.exit_code, done.output


def test_without_a_hole_it_is_a_table_and_exits_with_0(monkeypatch):
    assert selftest(monkeypatch, {("another", "plain"): ("file",)}, "--attacks") == (0, (
        "container is not tried: not root's\n"
        "         plain         landlock\n"
        "one      held          held\n"
        "another  not promised  held\n"
        "\n"
        "plain: 1 held, 1 not promised, and succeeded\n"
        "landlock: 2 held\n"))


def test_a_hole_is_told_with_what_showed_it_and_exits_with_1(monkeypatch):
    assert selftest(monkeypatch, {("one", "landlock"): ("score", "file")}, "--attacks",
                    "--only", "one") == (1, (
        "container is not tried: not root's\n"
        "     plain         landlock\n"
        "one  held          HOLE\n"
        "\n"
        "plain: 1 held\n"
        "landlock: 1 HOLES\n"
        "HOLE at landlock: one (Try one): score, file\n"))


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "error: there is nothing to be tested\n  fix: cgp selftest --attacks\n"),
    (("--attacks", "--only", "zap"),
     "error: no attack has 'zap' in its name\n  expected a part of one, such as 'zip'\n")])
def test_what_cannot_be_tested_is_said(monkeypatch, arguments, said):
    assert selftest(monkeypatch, {}, *arguments) == (2, said)


def test_an_attack_that_ends_the_process_it_is_tried_in_has_succeeded_and_the_next_is_tried(
        monkeypatch):
    code = ("import json, sys\nfor name in sys.argv[2:]:\n"
            "    if name == 'ends': sys.exit(1)\n    print(json.dumps([name, []]), flush=True)\n")
    monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-S", "-c", code))
    assert list(apart.shown("plain", ["first", "ends", "last"])) == [
        ("first", ()), ("ends", ("grader",)), ("last", ())]


def test_an_attack_that_holds_up_the_process_it_is_tried_in_has_succeeded(monkeypatch):
    monkeypatch.setattr(apart, "LIMIT_S", 0.01)
    monkeypatch.setattr(
        apart, "COMMAND", (sys.executable, "-S", "-c", "import time; time.sleep(600)"))
    assert list(apart.shown("plain", ["holds"])) == [("holds", ("grader",))]


def test_the_command_tries_attacks_here(landlock):
    done = CliRunner().invoke(
        main, ["selftest", "--attacks", "--only", "read_secret", "--isolation", "landlock"])
    assert (done.exit_code, done.output) == (0, (
        "             landlock\n"
        "read_secret  held\n"
        "\n"
        "landlock: 1 held\n"))
