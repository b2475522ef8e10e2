"""What is exported for a host, and each host's way from a submission to the results that it reads.

Each autograder runs in its host's layout below a temporary folder. What installs the harness there
is stood in for by the one that runs these tests.
"""

import base64
import hashlib
import io
import json
import os
import re
import stat
import subprocess
import sys
import zipfile

import jsonschema
import junitparser
import pytest
from click.testing import CliRunner

from cgp_harness.assignment import load
from cgp_harness.cli import main
from cgp_harness.cli.hosts.export import NAMES
from cgp_harness.hosts import gradescope, run, wheel
from cgp_harness.hosts.known import HOSTS
from cgp_harness.hosts.pins import pinned
from cgp_harness.model import Student
from cgp_harness.reports.formats import told
from cgp_harness.sandbox.host import levels
from tests.harness.reports.test_formats import (
    CLASSROOM50,
    GRADESCOPE,
    PRAIRIELEARN,
    QUALITY,
    commands,
    fits,
)
from tests.places import ROOT

yaml = pytest.importorskip("yaml", reason="pip install pyyaml: workflows are read by it")
HALF = """from cgp_harness import optimizer

@optimizer
def sgd(g, lr=1e-3):
    return lr * g
"""
RIGHT = f"""{HALF}
@optimizer
def halved(g, lr=1e-3):
    return lr * g / 2
"""
TOML = """id = "tiny"
title = "Tiny: \\"SGD\\""
version = "1"
[[tasks]]
id = "sgd"
title = "SGD"
checks = {loads = {points = 1}}
[[tasks]]
id = "halved"
title = "Half of SGD"
[tasks.checks]
loads = {points = 1, visibility = "after_due_date"}
update_rule = {points = 2, visibility = "hidden"}
"""


@pytest.fixture(scope="module")
def homework(tmp_path_factory):
    folder = tmp_path_factory.mktemp("homework") / "tiny"
    folder.mkdir()
    (folder / "assignment.toml").write_text(TOML)
    (folder / "solution.py").write_text(RIGHT)
    (folder / "starter.py").write_text("...\n")
    (folder / ".hidden").write_text("")
    (folder / "examples").mkdir()
    (folder / "examples" / "perfect.py").write_text(RIGHT)
    return folder


def cgp(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def exported(homework, tmp_path_factory):
    """Host -> what was exported for it."""
    root = tmp_path_factory.mktemp("exports")
    for name in NAMES:
        done = cgp("export", name, "-a", homework, "-o", root / name)
        assert done.exit_code == 0, done.output
    return {name: root / name for name in NAMES}


def test_the_command_knows_every_host():
    assert [*HOSTS] == [*NAMES]


def test_an_export_says_what_to_do_with_it(homework, tmp_path):
    done = cgp("export", "gradescope", "-a", homework, "-o", tmp_path / "out")
    assert done.output.splitlines()[0] == (
        f"wrote {tmp_path / 'out'}: upload autograder.zip under Configure Autograder, with 4 "
        "points in all")


def test_nothing_is_written_over(homework, tmp_path):
    (tmp_path / "mine.txt").write_text("")
    done = cgp("export", "gitlab", "-a", homework, "-o", tmp_path)
    assert (done.exit_code, done.output) == (2, (
        "error: this is there already, and nothing is written over\n"
        f"  at {tmp_path}\n  expected a new name, or an empty folder\n"
        "  fix: give another one after -o\n"))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_misspelt_level_is_said_before_anything_is_written(homework, tmp_path):
    done = cgp("export", "github", "-a", homework, "-o", tmp_path / "x", "--isolation", "contaner")
    assert (done.exit_code, done.output) == (
        2, "error: there is no isolation level 'contaner'\n  expected auto, plain, "
        "container_partly, uid, container, landlock or namespaces\n"
        "  fix: did you mean 'container'?\n")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", NAMES)
def test_an_export_pins_the_harness_and_the_assignment(name, exported, homework):
    host, folder = HOSTS[name], exported[name]
    about = json.loads((folder / "export.json").read_text())
    assert about["digest"] == load(folder / host.assignment).digest == load(homework).digest
    kept = {path.name for path in (folder / host.assignment).iterdir()}
    assert kept == {"assignment.toml", "solution.py", "starter.py"}
    [packed] = (folder / host.harness).glob("*.whl")
    lines = (folder / host.harness / "requirements.txt").read_text().splitlines()
    assert lines[2] == f"./{packed.name}"
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines[3:])
    assert lines[3:] == [f"{one}=={version}" for one, version in pinned().items()]
    texts = [path.read_text("utf-8") for path in folder.rglob("*")
             if path.is_file() and path.suffix not in (".whl", ".zip")]
    assert not [text for text in texts if re.search(r"@[A-Z]{2,}@", text) or "\r" in text]


@pytest.mark.parametrize(("name", "path", "line"), [
    ("github", ".github/workflows/grade.yml", "    timeout-minutes: 13\n"),
    ("gitlab", "job/.gitlab-ci.yml", "  timeout: 13 minutes\n")])
def test_a_job_has_ten_minutes_to_install_besides_the_three_of_a_submission(
    name, path, line, exported
):
    assert line in (exported[name] / path).read_text()
    assert "3 minutes in all" in (exported["gradescope"] / "README.md").read_text()


def test_scripts_are_scripts(exported):
    for name, path in (("gradescope", "setup.sh"), ("gradescope", "run_autograder"),
                       ("prairielearn", "question/tests/run.sh")):
        script = exported[name] / path
        assert script.stat().st_mode & stat.S_IXOTH
        assert script.read_text().startswith("#!/usr/bin/env bash\n")
        subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize("name", NAMES)
def test_python_imports_nothing_from_where_a_script_stands(name, exported):
    for path in exported[name].rglob("*"):
        if path.suffix in (".sh", ".yml") or path.name in ("run_autograder", "Dockerfile"):
            assert not re.findall(r"python\S* (?!-I )-[mc]", path.read_text())


def test_gradescope_s_zip_has_all_of_it_at_its_root(exported):
    folder = exported["gradescope"]
    with zipfile.ZipFile(folder / "autograder.zip") as archive:
        modes = {one.filename: one.external_attr >> 16 for one in archive.infolist()}
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*")
            if path.is_file()} == {*modes, "autograder.zip"}
    assert {name for name, mode in modes.items() if mode & 0o111} == {"setup.sh", "run_autograder"}


def test_the_wheel_is_one_and_holds_this_code(tmp_path):
    name, content = wheel.wheel()
    assert re.fullmatch(r"cgp_harness-[\w.]+-py3-none-any\.whl", name)
    assert (name, content) == wheel.wheel.__wrapped__()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    [described] = tmp_path.glob("*.dist-info")
    rows = [row.rsplit(",", 2) for row in (described / "RECORD").read_text().splitlines()]
    assert {row[0] for row in rows} == {
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    for path, digest, size in rows[:-1]:
        held = (tmp_path / path).read_bytes()
        assert digest == "sha256=" + base64.urlsafe_b64encode(
            hashlib.sha256(held).digest()).rstrip(b"=").decode()
        assert int(size) == len(held)
    assert "editables" not in (described / "METADATA").read_text()
    done = subprocess.run(
        [sys.executable, "-c", "import cgp_harness, cgp_harness.cli as c; print(c.__file__); "
         "from cgp_harness.hosts.export import _filled; _filled('gitlab/README.md', {})"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True,
        cwd=tmp_path)
    assert done.stdout.startswith(str(tmp_path))


# --- each host's layout --------------------------------------------------------------------------


@pytest.fixture
def stand_in(tmp_path):
    """A `cgp` as it is installed on a host: this one."""
    place = tmp_path / "venv" / "bin"
    place.mkdir(parents=True)
    (place / "cgp").write_text(
        f"#!{sys.executable}\nfrom cgp_harness.cli import main\n\nmain()\n")
    (place / "cgp").chmod(0o755)
    return place / "cgp"


def ran(command, **environ):
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT), **environ}, capture_output=True,
        text=True, check=False, stdin=subprocess.DEVNULL)


def copied(source, target):
    subprocess.run(["cp", "-r", source, target], check=True)


def submit(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "my homework.py").write_text(text)
    (folder / "report.pdf").write_bytes(b"%PDF-1.4")


def test_gradescope_from_submission_to_results(exported, tmp_path, stand_in):
    copied(exported["gradescope"], tmp_path / "source")
    submit(tmp_path / "submission", HALF)
    (tmp_path / "results").mkdir()
    (tmp_path / "submission_metadata.json").write_text(json.dumps(
        {"created_at": "2026-11-30T12:00:00-05:00", "users": [{"id": 1, "name": "Ada"}]}))
    done = ran([tmp_path / "source" / "run_autograder"], AUTOGRADER_ROOT=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    results = fits(json.loads((tmp_path / "results/results.json").read_text()), GRADESCOPE)
    assert (results["score"], sum(one["max_score"] for one in results["tests"])) == (1.0, 4.0)
    assert [(one["status"], one["visibility"]) for one in results["tests"]] == [
        ("passed", "visible"), ("failed", "after_due_date"), ("failed", "hidden")]
    assert stat.S_IMODE((tmp_path / "source" / "assignment").stat().st_mode) == 0o700


def test_prairielearn_from_submission_to_results(exported, tmp_path, stand_in):
    copied(exported["prairielearn"] / "question" / "tests", tmp_path / "tests")
    submit(tmp_path / "student", RIGHT)
    done = ran([tmp_path / "tests" / "run.sh"], GRADE_ROOT=str(tmp_path), CGP=str(stand_in))
    assert (done.returncode, done.stderr) == (0, "")
    results = fits(json.loads((tmp_path / "results/results.json").read_text()), PRAIRIELEARN)
    assert (results["gradable"], results["score"]) == (True, 1.0)
    info = json.loads((exported["prairielearn"] / "question/info.json").read_text())
    options = info["externalGradingOptions"]
    assert (info["title"], options["entrypoint"]) == ('Tiny: "SGD"', "/grade/tests/run.sh")
    assert options["enableNetworking"] is False


@pytest.mark.skipif(bool(levels.available()["landlock"]), reason="GitHub's machines have landlock")
def test_github_from_submission_to_results(exported, tmp_path, stand_in):
    workflow = yaml.safe_load((exported["github"] / ".github/workflows/grade.yml").read_text())
    [step] = [one for one in workflow["jobs"]["grade"]["steps"] if one.get("id") == "grade"]
    assert workflow["permissions"] == {"contents": "read"}
    copied(exported["github"], tmp_path / "autograder")
    submit(tmp_path / "submission", HALF)
    copied(tmp_path / "venv", tmp_path / "cgp")
    summary, output = tmp_path / "summary.md", tmp_path / "output"
    done = ran(
        ["bash", "-e", "-c", f"cd {tmp_path}\n{step['run']}"], RUNNER_TEMP=str(tmp_path),
        GITHUB_WORKSPACE=str(tmp_path), GITHUB_STEP_SUMMARY=str(summary), GITHUB_OUTPUT=str(output),
        SUBMISSION_REPOSITORY="class/tiny-ada", CLASSROOM="c", ASSIGNMENT="tiny",
        SUBMISSION_TAG="submit/1", COMMIT_URL="u", RELEASE_URL="u", OWNER="ada")
    assert (done.returncode, done.stderr) == (1, "")  # less than all of the points
    assert output.read_text() == "score=1\nmax-score=4\n"
    text = summary.read_text()
    assert "## `tiny-ada`: 1 / 4" in text
    first, *_, last = done.stdout.split("\n::", 2)
    token = first.splitlines()[0].removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert text in done.stdout.partition(f"\n::{token}::\n")[0] + "\n"
    [(name, properties, _)] = commands(done.stdout.partition(f"::{token}::\n")[2])
    assert (name, properties["title"]) == (
        "error", "Half of SGD: loads and fits the contract")
    assert last
    result = fits(json.loads((tmp_path / "result.json").read_text()), CLASSROOM50)
    assert (result["owner"], result["score"], result["max-score"]) == ("ada", 1, 4)
    [suite] = junitparser.JUnitXml.fromfile(str(tmp_path / "results/junit.xml"))
    assert (suite.tests, suite.failures, suite.skipped) == (3, 1, 1)


def test_gitlab_from_submission_to_results(exported, tmp_path, stand_in):
    job = yaml.safe_load((exported["gitlab"] / "job" / ".gitlab-ci.yml").read_text())["grade"]
    project, opt = tmp_path / "builds" / "tiny-ada", tmp_path / "opt"
    opt.mkdir()
    copied(exported["gitlab"] / "autograder", opt / "autograder")
    copied(tmp_path / "venv", opt / "cgp")
    submit(project, HALF)
    for module in ("json", "click", "matplotlib", "numpy", "sitecustomize", "cgp_harness"):
        (project / f"{module}.py").write_text(f"raise SystemExit('{module} of a student')\n")
    (project / "matplotlibrc").write_text("backend: module://evil\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("as it was")
    (project / "cgp-results").symlink_to(elsewhere)  # by a student
    assert job["script"][0] == "cd /"
    line = job["script"][-1].replace("/opt/", f"{opt}/")
    done = ran(["bash", "-e", "-c", f"cd {project}\n{line}"],
               CI_PROJECT_DIR=str(project), CI_PROJECT_NAME="tiny-ada")
    assert (done.returncode, done.stderr) == (1, "")
    assert "## `tiny-ada`: 1 / 4" in done.stdout
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]
    reports = job["artifacts"]["reports"]
    found = fits(json.loads((project / reports["codequality"]).read_text()), QUALITY)
    assert [(one["check_name"], one["location"]["path"]) for one in found] == [
        ("halved.loads", "cgp_harness.py")]  # in none of the files: at the first
    [suite] = junitparser.JUnitXml.fromfile(str(project / reports["junit"]))
    assert (suite.name, suite.tests, suite.errors) == ("tiny-ada", 3, 1)


def test_gitlab_s_job_fetches_the_answers_by_a_key_of_their_own_and_keeps_none(exported, tmp_path):
    job = yaml.safe_load((exported["gitlab"] / "job" / ".gitlab-ci.yml").read_text())
    kept, opt = tmp_path / "kept" / "GROUP" / "AUTOGRADER.git", tmp_path / "opt"
    kept.parent.mkdir(parents=True)
    copied(exported["gitlab"] / "autograder", kept)
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "as exported"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *command],
                       cwd=kept, check=True)
    script = job["grade"]["script"]
    until = script.index("unset AUTOGRADER_TOKEN") + 1
    lines = [line.replace("/opt/", f"{opt}/") for line in script[:until]]
    done = ran(["bash", "-e", "-c", "\n".join([*lines, "env"])], **job["variables"],
               AUTOGRADER_TOKEN="s3cret-of-the-group", CI_SERVER_HOST="gitlab.example",
               GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0=f"url.{kept.parent.parent}/.insteadOf",
               GIT_CONFIG_VALUE_0="https://autograder:s3cret-of-the-group@gitlab.example/")
    assert done.returncode == 0, done.stderr
    assert "AUTOGRADER=GROUP/AUTOGRADER" in done.stdout
    assert "AUTOGRADER_TOKEN" not in done.stdout
    assert {path.name for path in (opt / "autograder").iterdir()} == {"assignment", "harness"}
    assert (opt / "autograder").stat().st_mode & 0o077 == 0


# --- what goes wrong -----------------------------------------------------------------------------


def graded(name, root, assignment, *, isolation="plain", environ=None):
    return run.run(HOSTS[name], assignment, root, environ or {}, isolation=isolation, fail_under=0)


@pytest.fixture
def machine(tmp_path):
    """A host's folder in which a run before this one has left its results."""
    for folder in ("results", "submission", "student"):
        (tmp_path / folder).mkdir()
    (tmp_path / "results" / "results.json").write_text('{"score": 100}')
    return tmp_path


def broken(*arguments, **named):
    raise RuntimeError("a bug of ours")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("why", ["no assignment", "no submission", "a bug"])
def test_a_failure_of_the_machine_is_no_score_and_no_old_one(
        name, why, machine, homework, monkeypatch, capsys):
    if why == "no submission":
        (machine / "submission").rmdir()
        (machine / "student").rmdir()
        if name == "gitlab":
            pytest.skip("there the submission is the host's folder itself")
    if why == "a bug":
        monkeypatch.setattr(run.grading, "handed_in", broken)
    code = graded(name, machine, machine / "nowhere" if why == "no assignment" else homework)
    printed = capsys.readouterr()
    assert code == 3
    assert ("RuntimeError" in printed.err) == (why == "a bug")
    left = machine / "results" / "results.json"
    if name == "gradescope":
        assert not left.exists()
    elif name == "prairielearn":
        assert json.loads(left.read_text()) == {"gradable": False, "message": told.MACHINE_FAILED}
    else:
        assert told.MACHINE_FAILED in printed.out


def test_what_cannot_be_graded_is_the_student_s(machine, homework):
    (machine / "submission" / "report.pdf").write_bytes(b"%PDF-1.4")
    assert graded("gradescope", machine, homework) == 0
    results = fits(json.loads((machine / "results/results.json").read_text()), GRADESCOPE)
    assert (results["score"], results["extra_data"]["status"]) == (0, "student_error")
    assert results["output"].endswith(
        "there is no Python file, only report.pdf\n  expected at least one .py or .ipynb file")


def test_several_files_are_one_submission(machine, homework):
    submit(machine / "submission", RIGHT)
    (machine / "submission" / "more").mkdir()
    (machine / "submission" / "more" / "other.py").write_text("x = 1\n")
    assert graded("gradescope", machine, homework) == 0
    assert json.loads((machine / "results/results.json").read_text())["score"] == 4


def test_a_policy_goes_along_and_makes_the_score(homework, machine, tmp_path):
    ours = tmp_path / "course"
    ours.mkdir()
    (ours / "mine.toml").write_text(
        'due = 2026-11-03T23:59:00Z\nextensions = "more.csv"\n'
        '[late]\npercent = 10\nper = "day"\n')
    (ours / "more.csv").write_text("student,due\nb@x.edu,2026-11-09T23:59:00Z\n")
    done = cgp("export", "gradescope", "-a", homework, "-o", tmp_path / "out",
               "--policy", ours / "mine.toml")
    assert done.exit_code == 0, done.output
    submit(machine / "submission", RIGHT)
    scores = {}
    for who in ("a@x.edu", "b@x.edu"):
        (machine / "submission_metadata.json").write_text(json.dumps({
            "created_at": "2026-11-05T12:00:00Z", "users": [{"email": who}]}))
        assert graded("gradescope", machine, tmp_path / "out" / "assignment") == 0
        results = json.loads((machine / "results/results.json").read_text())
        scores[who] = results["score"], results["output"].splitlines()[2:]
    assert scores == {
        "a@x.edu": (3.2, ["2 days late, 20 % of the score: -0.8 points"]), "b@x.edu": (4.0, [])}
    (ours / "mine.toml").write_text(
        'due = 2026-11-03T23:59:00Z\nextensions = "../homework.csv"\n')
    (tmp_path / "homework.csv").write_text("student,due\n")
    done = cgp("export", "gitlab", "-a", homework, "-o", tmp_path / "no",
               "--policy", ours / "mine.toml")
    assert (done.exit_code, done.output) == (2, (
        "error: the policy names '../homework.csv', which is not in its folder\n"
        f"  at {ours / 'mine.toml'}\n  expected files beside it, which can go along\n"
        "  fix: put it there\n"))


def test_of_entries_of_others_nothing_is_told_and_of_one_that_is_almost_its_own_the_log_says_so(
    homework, machine, tmp_path, capfd
):
    ours = tmp_path / "course"
    ours.mkdir()
    (ours / "mine.toml").write_text('adjust = "adjust.toml"\n')
    (ours / "adjust.toml").write_text(
        '[[adjustments]]\nstudent = "a@x.edu"\npoints = 1\nwhy = "argued"\n'
        '[[adjustments]]\nstudent = "zoe@x.edu"\npoints = -3.25\nwhy = "copied"\n'
        '[[comments]]\nstudent = "a @x.edu"\ntext = "see me"\n')
    done = cgp("export", "gradescope", "-a", homework, "-o", tmp_path / "out",
               "--policy", ours / "mine.toml")
    assert done.exit_code == 0, done.output
    submit(machine / "submission", RIGHT)
    (machine / "submission_metadata.json").write_text(json.dumps({
        "created_at": "2026-11-05T12:00:00Z", "users": [{"email": "a@x.edu"}]}))
    capfd.readouterr()
    assert graded("gradescope", machine, tmp_path / "out" / "assignment") == 0
    said = capfd.readouterr()
    assert said.err == (
        "note: 1 name with an extension, an adjustment or a comment is this submission's but for "
        "capitals, accents, spaces, `_` or `-`, so nothing was changed\n"
        f"  at {tmp_path / 'out' / 'policy' / 'policy.toml'}\n"
        '  expected "*", or submission or a@x.edu\n')
    results = (machine / "results/results.json").read_text()
    assert "argued" in results
    for theirs in ("zoe", "3.25", "copied", "a @x.edu", "see me"):
        assert theirs not in results + said.out + said.err


ADA, GRACE = ({"id": 1, "name": "Ada", "email": "a@x.edu"}, {"id": 2, "name": "Grace"})


@pytest.mark.parametrize(("told", "student", "when", "attempts"), [
    ({}, None, "", 0), ([], None, "", 0), ({"users": "x", "created_at": []}, None, "", 1),
    ({"users": [ADA], "created_at": "2026-11-30T12:00:00-05:00", "previous_submissions": [{}, {}]},
     Student("Gradescope", "1", "Ada", "a@x.edu"), "2026-11-30T12:00:00-05:00", 3),
    ({"users": [ADA, GRACE]}, Student("Gradescope", group=(
        Student("Gradescope", "1", "Ada", "a@x.edu"), Student("Gradescope", "2", "Grace"))), "", 1),
])
def test_gradescope_s_metadata_say_who_and_when(told, student, when, attempts, tmp_path):
    (tmp_path / "submission_metadata.json").write_text(json.dumps(told))
    found = gradescope.read(tmp_path, {})
    assert (found.student, found.submitted_at, found.attempts) == (student, when, attempts)


def test_without_metadata_it_is_graded_all_the_same(tmp_path):
    assert gradescope.read(tmp_path, {}).attempts == 0


def test_schemas_refuse_what_they_must():
    with pytest.raises(jsonschema.ValidationError):
        fits({"score": "4", "tests": []}, GRADESCOPE)
