"""Arrays that are kept on disk: under all that they were made of, where nobody else can write."""

import os
import stat
import subprocess
import sys
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

import cgp_harness
from cgp_harness import batch
from cgp_harness.assignment import load
from cgp_harness.batch.engines.process import Reply
from cgp_harness.kinds.optimizer.checks import closed_loop
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes import recursion, verdict
from cgp_harness.kinds.optimizer.probes.ground import ground
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.kinds.optimizer.trainings import paths, runs
from cgp_harness.kinds.optimizer.trainings.baselines import asked
from cgp_harness.kinds.optimizer.trainings.runs import Asked, Where, trained
from cgp_harness.model import SourceFile, Submission
from cgp_harness.probing import kept
from cgp_harness.sandbox.host.view import view
from cgp_reference.problems import PROBLEMS

NUMBERS = {"losses": np.array([[1.0, np.nan], [np.inf, -0.0]]), "none": np.empty((0, 3))}
KEY = ("training", "ravine", 40, (("lr", 0.1),))


@pytest.fixture(autouse=True)
def _nothing_is_kept_afterwards():
    yield
    kept.stop()


@pytest.fixture
def folder(tmp_path):
    tmp_path.chmod(0o700)
    kept.use(tmp_path / "own")
    return tmp_path / "own"


def test_what_is_kept_is_what_was_written(folder):
    assert kept.read(KEY) is None
    kept.write(KEY, NUMBERS)
    found = kept.read(KEY)
    assert set(found) == set(NUMBERS)
    for name, array in NUMBERS.items():
        np.testing.assert_array_equal(found[name], array)
    assert kept.read((*KEY, 1)) is None


def test_folder_and_files_are_the_users_alone(folder):
    kept.write(KEY, NUMBERS)
    [file] = folder.iterdir()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder, file)] == [0o700, 0o600]


def test_nothing_is_kept_before_it_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("CGP_CACHE", str(tmp_path))
    kept.write(KEY, NUMBERS)
    assert kept.read(KEY) is None
    assert list(tmp_path.iterdir()) == []


def test_where_others_can_write_nothing_is_kept(tmp_path):
    tmp_path.chmod(0o700)
    for name, mode in (("all", 0o777), ("group", 0o770), ("read", 0o755)):
        place = tmp_path / name
        place.mkdir()
        place.chmod(mode)
        kept.use(place)
        kept.write(KEY, NUMBERS)
        assert list(place.iterdir()) == []
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    kept.use(open_to_all / "own")
    kept.write(KEY, NUMBERS)
    assert list((open_to_all / "own").iterdir()) == []


def test_a_link_is_not_followed(tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    kept.use(tmp_path / "link")
    kept.write(KEY, NUMBERS)
    assert list((tmp_path / "real").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_another_user_has_written_is_not_read(folder):
    kept.write(KEY, NUMBERS)
    [file] = folder.iterdir()
    os.chown(file, 65534, 65534)
    assert kept.read(KEY) is None


@pytest.mark.parametrize("spoil", [
    lambda file: file.write_bytes(b""),
    lambda file: file.write_bytes(file.read_bytes()[:-40]),
    lambda file: file.write_bytes(b"\x80\x04N."),  # a pickle
    lambda file: file.chmod(0o666),
    lambda file: file.unlink(),
    lambda file: file.write_bytes(file.read_bytes().replace(b"\xf0?", b"\xf1?")),
])
def test_what_is_spoilt_or_deleted_is_computed_again(folder, spoil):
    kept.write(KEY, NUMBERS)
    [file] = folder.iterdir()
    spoil(file)
    assert kept.read(KEY) is None
    kept.write(KEY, NUMBERS)
    assert kept.read(KEY) is not None


def test_other_code_finds_nothing(folder, monkeypatch):
    kept.write(KEY, NUMBERS)
    monkeypatch.setattr(kept, "_code", lambda: "changed")
    assert kept.read(KEY) is None


def test_the_oldest_goes_when_there_is_no_room(folder, monkeypatch):
    monkeypatch.setattr(kept, "ROOM", 2000)
    for i in range(5):
        kept.write((i,), {"losses": np.zeros(100)})
        for file in folder.iterdir():
            there = file.stat()
            os.utime(file, ns=(there.st_atime_ns, there.st_mtime_ns - 10**9))
    assert [kept.read((i,)) is not None for i in range(5)] == [False, False, False, True, True]


def test_no_worker_can_read_there(folder, monkeypatch):
    place = view()
    assert not any(str(folder).startswith(one) for one in place.readable)
    monkeypatch.delenv("CGP_CACHE")
    assert not any(str(kept._of_user()).startswith(one) for one in place.readable)


def test_where_it_is_and_how_to_do_without_it(tmp_path, monkeypatch):
    monkeypatch.delenv("CGP_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert str(kept._of_user()) == "/caches/cgp-harness"
    tmp_path.chmod(0o700)
    monkeypatch.setenv("CGP_CACHE", str(tmp_path / "mine"))
    kept.use()
    kept.write(KEY, NUMBERS)
    assert len(list((tmp_path / "mine").iterdir())) == 1
    kept.stop()
    monkeypatch.setenv("CGP_CACHE", "")
    kept.use()
    kept.write((*KEY, "other"), NUMBERS)
    assert kept.read((*KEY, "other")) is None


RULES = load("step_size")
WHERE = Where(PROBLEMS["one_neuron"].course, PROBLEMS["one_neuron"].size, 60, (5, 6, 7))


def questions():
    found = []
    for task in RULES.tasks:
        rule = specified(RULES, task)
        given = {**rule.hyperparameters, "lr": 0.03}
        found += asked(rule, rule.first, given, 0.03)
        found.append(Asked(
            rule.conventions[rule.first], tuple(sorted(given.items())), recorded=True))
    return found


def arrays(training):
    return training.run.losses, training.start, training.gradients, training.steps


def test_rules_that_train_side_by_side_leave_what_each_leaves_alone(monkeypatch):
    monkeypatch.setattr(runs, "_known", {})
    together = trained(WHERE, questions())
    monkeypatch.setattr(runs, "_known", {})
    for one, side in zip(questions(), together, strict=True):
        [alone] = trained(WHERE, [one])
        for array, other in zip(arrays(alone), arrays(side), strict=True):
            np.testing.assert_allclose(array, other, rtol=1e-12, atol=1e-300)


def test_what_is_kept_of_a_training_is_all_of_it(folder, monkeypatch):
    monkeypatch.setattr(runs, "_known", {})
    first = trained(WHERE, questions())
    assert len(list(folder.iterdir())) == len({*questions()})
    monkeypatch.setattr(runs, "_known", {})
    monkeypatch.setattr(runs, "_side_by_side", None)
    for one, other in zip(first, trained(WHERE, questions()), strict=True):
        for array, again in zip(arrays(one), arrays(other), strict=True):
            np.testing.assert_array_equal(array, again)
            assert not other.gradients.flags.writeable


def test_a_solution_that_imports_what_may_change_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(runs, "_known", {})
    task = RULES.tasks[0]
    other = msgspec.structs.replace(RULES, solution=f"import statistics\n{RULES.solution}")
    rule = specified(other, task)
    trained(WHERE, asked(rule, rule.first, rule.hyperparameters, 0.03)[:1])
    assert list(folder.iterdir()) == []


def test_a_students_own_check_and_the_graders_of_one_run_alone_keep_anything():
    root = next(iter(cgp_harness.__path__))
    using = [
        str(path.relative_to(root)) for path in sorted(Path(root).rglob("*.py"))
        if "kept.use(" in path.read_text("utf-8") and path.name != "kept.py"]
    assert using == ["batch/engines/process.py", "cli/checking/check.py"]


@pytest.mark.parametrize(("isolation", "jobs", "files", "shared"), [
    ("landlock", 2, 3, True), ("container", 2, 3, True), ("plain", 2, 3, False),
    ("container_partly", 2, 3, False), ("landlock", 1, 3, False), ("landlock", 2, 1, False)])
def test_graders_share_a_folder_where_there_are_several_and_no_submission_can_write_there(
        monkeypatch, isolation, jobs, files, shared):
    seen = []

    class Engine:
        slots = 2

        def __init__(self, *_):
            pass

        def submit(self, content):
            place = msgspec.json.decode(content)["kept"]
            seen.append((place, place and stat.S_IMODE(Path(place).stat().st_mode)))
            future = Future()
            future.set_result(msgspec.json.encode(Reply(error="it was not tried")))
            return future

        def close(self):
            pass

    monkeypatch.setattr(batch, "Local", Engine)
    batch.grade_all([Submission(f"s{i}", (SourceFile("a.py", b"#" * i),)) for i in range(files)],
                    RULES, seed=0, isolation=isolation, jobs=jobs)
    [(place, mode)] = set(seen)
    assert (mode == 0o700) is (place != "") is shared
    assert not place or not Path(place).exists()


def test_what_a_stopped_process_computes_is_not_waited_for(folder, monkeypatch):
    monkeypatch.setattr(kept, "PATIENCE_S", 0.05)
    done = []
    with kept.alone(), kept.alone():  # as another process would: the folder is opened anew
        done.append(1)
    assert done == [1]


def test_what_two_processes_want_is_computed_once(folder):
    code = (
        "import sys, numpy as np\nfrom pathlib import Path\nfrom cgp_harness.probing import kept\n"
        "kept.use(Path(sys.argv[1]))\n"
        "with kept.alone():\n"
        "    if kept.read((1,)) is None:\n"
        "        print('computed')\n"
        "        kept.write((1,), {'n': np.ones(3)})\n")
    both = [subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE)
            for _ in range(2)]
    assert sorted(one.communicate()[0] for one in both) == [b"", b"computed\n"]


def test_what_is_right_on_the_probes_is_what_was_kept(folder, monkeypatch):
    task = RULES.tasks[3]
    context = RuleContext(RULES, task, Submission("ada", ()), None, 5)
    names = tuple(context.specified.conventions)
    probes = ground(tuple(context.specified.hyperparameters.items()), groups=True)[::7]

    def known():
        verdict._of_probe.cache_clear()
        monkeypatch.setattr(verdict, "_known", {})
        verdict.foreknow(context, probes)
        return [
            (verdict.is_asked(context, one), [verdict.expected(context, name, one)
                                              for name in names]) for one in probes]

    first = known()
    [_] = folder.iterdir()
    monkeypatch.setattr(recursion, "steps", None)
    for (asked_for, steps), (again, others) in zip(first, known(), strict=True):
        assert asked_for is again
        for one, other in zip(steps, others, strict=True):
            np.testing.assert_array_equal(one, other)
            assert not other.flags.writeable
    fixed = replace(context, fixed={"eps": 0.0})
    assert verdict.foreknow(fixed, probes) is None
    at_other_values = verdict.expected(fixed, names[0], probes[0])
    assert np.isnan(at_other_values).all()  # these are not kept: nothing computes them here


def test_a_path_that_is_kept_is_the_path(folder, monkeypatch):
    task = RULES.tasks[3]
    rule = specified(RULES, task)
    hyperparameters = tuple(sorted(rule.hyperparameters.items()))

    def followed(problem):
        return closed_loop._followed.__wrapped__(
            problem, (5, 6, 7, 8), rule.conventions[rule.first], hyperparameters, paths.DOUBLE)

    for problem in ("ravine", "dag"):
        first = followed(problem)
        with monkeypatch.context() as only_read:
            only_read.setattr(paths, "recorded", None)
            again = followed(problem)
        for array, other in (
                *zip(arrays(first.training), arrays(again.training), strict=True),
                (first.run.points, again.run.points), (first.firm, again.firm),
                (first.course.start, again.course.start)):
            np.testing.assert_array_equal(array, other)
        assert (first.compared, first.size, again.firm.dtype) == (
            again.compared, again.size, np.dtype(bool))
