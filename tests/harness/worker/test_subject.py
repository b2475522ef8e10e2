"""A submission in its worker: what is loaded, what is answered, whose fault is what."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.errors import MachineError
from cgp_harness.kinds.optimizer.questions import Move, Trajectory
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.problems import printable
from cgp_harness.sandbox.host.processes import zygotes
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.host.view import view
from cgp_harness.subject import Manifest, SubjectError

STUDENT = Status.STUDENT_ERROR
LIMITS = Limits(load_s=20.0, request_s=10.0)
SHORT = Limits(load_s=0.5, request_s=0.5)
SGD = """
from cgp_harness import optimizer

@optimizer
def sgd(g, lr=1e-3):
    return lr * g
"""
MOMENTUM = """
from cgp_harness import optimizer

@optimizer(v=0)
def momentum(g, k, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v
"""
RUN = Trajectory(((3,),), np.array([[1.0, -2.0, 4.0]] * 2), {"lr": 0.5})


@pytest.fixture(scope="session", params=["plain", "landlock"])
def level(request):
    missing = levels.available()[request.param]
    if missing:
        pytest.skip(missing)
    return request.param


@pytest.fixture
def subject_of(level):
    """Subjects by their files' texts; closed at the end."""
    made = []

    def make(limits=LIMITS, forbid=(), **files):
        sources = tuple(
            SourceFile(path, text if isinstance(text, bytes) else text.encode())
            for path, text in sorted(files.items())
        )
        made.append(WorkerSubject(Submission("ada", sources), limits, level, forbid))
        return made[-1]

    yield make
    for subject in made:
        subject.close()


def problem(subject, *arguments, **options):
    """The problem that a trajectory of the only rule ends in."""
    (rule,) = subject.manifest.of("optimizer")
    with pytest.raises(SubjectError) as caught:
        subject.of("optimizer").trajectory(rule.name, *(arguments or (RUN,)), **options)
    return caught.value.problem


# --- loading -----------------------------------------------------------------------------------


def test_the_manifest_says_what_was_registered(subject_of):
    manifest = subject_of(**{"momentum.py": MOMENTUM}).manifest
    (rule,) = manifest.of("optimizer")
    assert (manifest.problems, manifest.torch) == ((), False)
    assert (rule.name, rule.kind, rule.where) == ("momentum", "optimizer", "momentum.py:4")
    assert rule.details == Details("rule", {"v": 0.0}, {"lr": 1e-3, "mu": 0.9})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def broken(:\n", Problem(STUDENT, "SyntaxError: invalid syntax", "bad.py:1")),
        ("\n\n1 / 0\n", Problem(STUDENT, "ZeroDivisionError: division by zero", "bad.py:3")),
        ("import nowhere\n", Problem(
            STUDENT, "nowhere is not available to submissions of this homework", "bad.py:1",
            "numpy, torch, matplotlib, Python's own modules, or a file that is handed in")),
        ("raise KeyboardInterrupt\n", Problem(STUDENT, "KeyboardInterrupt", "bad.py:1")),
        ("raise MemoryError\n", Problem(
            Status.OUT_OF_MEMORY, "importing bad.py needed more than 2048 MiB of memory",
            "bad.py:1")),
        ("import sys\nsys.exit('done')\n", Problem(
            STUDENT, "the file ended the program with sys.exit()", "bad.py:2",
            "a file that can be imported", "remove the call")),
        (b"'\xe9t\xe9'\n", Problem(
            STUDENT, "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xe9 in "
            "position 0: invalid continuation byte", "bad.py:1", "",
            "save the file with the encoding UTF-8")),
        (SGD.replace("g, lr=1e-3", "*g"), Problem(
            STUDENT, "sgd() takes *g", "bad.py:4",
            "every argument by name, since names say what each one is")),
    ],
    ids=["syntax", "raises", "import", "interrupt", "memory", "exit", "latin-1", "contract"],
)
def test_what_goes_wrong_in_one_file_is_said_and_others_count(subject_of, text, expected):
    manifest = subject_of(**{"bad.py": text, "good.py": SGD}).manifest
    assert [rule.name for rule in manifest.of("optimizer")] == ["sgd"]
    assert manifest.problems == (expected,)


def test_a_file_that_hangs_or_dies_costs_itself_only(subject_of):
    subject = subject_of(SHORT, **{
        "a.py": SGD, "b.py": "while True: pass", "c.py": "import os; os._exit(3)",
        "d.py": MOMENTUM,
    })
    assert [rule.name for rule in subject.manifest.of("optimizer")] == ["sgd", "momentum"]
    assert subject.manifest.problems == (
        Problem(STUDENT, "the process ended itself with exit code 3; this statement is left out, "
                "and all else counts", "c.py:1", fix="remove calls such as os._exit()"),
        Problem(Status.TIMEOUT, "a statement that computed for too long was stopped, and all else "
                "counts", "b.py:1", "at most 0.5 s of CPU time for a file, half of it in one go",
                "leave out of what you hand in whatever trains for long"),
    )
    assert subject.of("optimizer").trajectory("momentum", RUN).values.shape == (2, 3)


def test_one_name_in_two_files_counts_in_neither(subject_of):
    manifest = subject_of(**{"a.py": SGD, "b.py": SGD.replace("lr * g", "g * lr")}).manifest
    assert manifest == Manifest(problems=(Problem(
        STUDENT, "the rule 'sgd' is registered twice", "a.py:4 and b.py:4",
        "one rule of that name",
        'remove one, or register it under another name: @optimizer(name="…")',
    ),), repeated={"sgd": 2})


@pytest.mark.parametrize("other", [
    "import math\n\n" + SGD, SGD.replace("    return", "    # the step\n\n    return"),
    SGD + "print('trained')\nx = sgd\n", SGD,
])
def test_the_same_code_in_two_files_counts_once(subject_of, other):
    manifest = subject_of(**{"a.py": SGD, "b.py": other}).manifest
    assert ([one.where for one in manifest.registered], manifest.problems) == (["a.py:4"], ())


HELPED = """
from cgp_harness import optimizer
RATE = 2.0
def helper(g):
    return RATE * g

@optimizer
def sgd(g, lr=1e-3):
    return lr * helper(g)
"""


@pytest.mark.parametrize("other", [
    HELPED.replace("RATE = 2.0", "RATE = 3.0"), HELPED.replace("RATE * g", "g"),
    HELPED.replace("lr=1e-3", "lr=1e-2"),
])
def test_code_that_only_looks_the_same_does_not_count_once(subject_of, other):
    once = subject_of(**{"a.py": HELPED, "b.py": "\n" + HELPED}).manifest
    assert [rule.where for rule in once.of("optimizer")] == ["a.py:7"]
    assert subject_of(**{"a.py": HELPED, "b.py": other}).manifest.of("optimizer") == ()


def test_a_file_may_import_another_under_its_own_name(subject_of):
    manifest = subject_of(**{
        "plugin.py": "import sys\nfrom sgd import sgd\nassert sys.modules['sgd'].sgd is sgd\n",
        "sgd.py": SGD,
    }).manifest
    assert ([one.where for one in manifest.registered], manifest.problems) == (["sgd.py:4"], ())


@pytest.mark.parametrize("path", ["random.py", "numpy.py", "torch.py", "my-sgd.py", "1.2.py",
                                  "__main__.py", "json/__init__.py", "random/sgd.py"])
def test_a_file_may_have_any_name_and_shadows_nothing(subject_of, path):
    probe = SGD.replace("sgd", "probe") + "import numpy.random, random, json\nrandom.random()\n"
    manifest = subject_of(**{path: SGD, "probe.py": probe}).manifest
    assert ([rule.name for rule in manifest.of("optimizer")], manifest.problems) in (
        (["sgd", "probe"], ()), (["probe", "sgd"], ()),
    )


def test_packages_keep_their_relative_imports(subject_of):
    manifest = subject_of(**{
        "rules/__init__.py": "from .sgd import sgd\n", "rules/sgd.py": SGD,
    }).manifest
    assert [one.where for one in manifest.registered] == ["rules/sgd.py:4"]
    assert manifest.problems == ()


def test_test_files_and_build_files_are_not_imported(subject_of):
    bad = "raise AssertionError"
    manifest = subject_of(**{
        "sgd.py": SGD, "test_sgd.py": bad, "conftest.py": bad, "setup.py": bad, "notes.txt": bad,
    }).manifest
    assert manifest.problems == ()


def test_entry_points_say_which_modules_are_plugins(subject_of):
    project = '[project.entry-points.cgp_harness]\nsgd = "mine.sgd:sgd"\ngone = "gone"\n'
    manifest = subject_of(**{
        "pyproject.toml": project, "src/mine/__init__.py": "", "src/mine/sgd.py": SGD,
        "draft.py": "raise AssertionError",
    }).manifest
    assert [rule.where for rule in manifest.of("optimizer")] == ["src/mine/sgd.py:4"]
    assert manifest.problems == (Problem(
        STUDENT, "pyproject.toml names the module 'gone', which the submission does not hold; it "
        "costs nothing by itself", "pyproject.toml",
        "gone.py or gone/__init__.py or src/gone.py or src/gone/__init__.py",
    ),)


def test_an_empty_submission_starts_no_worker(subject_of):
    subject = subject_of(**{"notes.txt": "nothing yet"})
    assert subject.manifest == Manifest(problems=(Problem(
        STUDENT, "the submission holds no Python file to grade",
        expected="a file such as homework.py that registers what the assignment asks for",
    ),))
    subject.close()
    assert subject.cpu_seconds == 0.0


# --- stepping ----------------------------------------------------------------------------------


@pytest.mark.parametrize("arrays", ["numpy", "scalar"])
def test_a_trajectory_is_answered_in_steps(subject_of, arrays):
    subject = subject_of(**{"momentum.py": MOMENTUM})
    steps = subject.of("optimizer").trajectory("momentum", RUN, arrays)
    np.testing.assert_allclose(steps.values, [[0.5, -1, 2], [0.95, -1.9, 3.8]], rtol=1e-15)
    assert steps.dtype == "float64"


def test_a_schedule_wins_over_the_hyperparameters(subject_of):
    run = Trajectory(((3,),), np.ones((2, 3)), {"lr": 9.0}, {"lr": (1.0, 2.0)})
    steps = subject_of(**{"sgd.py": SGD}).of("optimizer").trajectory("sgd", run)
    np.testing.assert_array_equal(steps.values, [[1, 1, 1], [2, 2, 2]])


def test_a_request_of_megabytes_goes_both_ways(subject_of):
    run = Trajectory(((2**18,),), np.ones((4, 2**18)), {"lr": 2.0})
    steps = subject_of(**{"sgd.py": SGD}).of("optimizer").trajectory("sgd", run, dtype="float32")
    assert (steps.dtype, float(steps.values.min()), steps.values.shape) == (
        "float32", 2.0, (4, 2**18),
    )


def test_single_steps_keep_the_state_of_each_handle(subject_of):
    subject = subject_of(**{"momentum.py": MOMENTUM})
    hyperparameters = {"lr": 1.0, "mu": 0.5}

    def step(handle):
        return subject.of("optimizer").step(
            handle, "momentum", ((),), np.ones(1), hyperparameters).values.item()

    assert [step(1), step(1), step(2), step(1), step(2)] == [1.0, 1.5, 1.0, 1.75, 1.5]
    subject.restart()
    assert step(1) == 1.0


def test_what_its_file_does_not_define_again_is_said_to_be_gone(subject_of, monkeypatch):
    rules = subject_of(**{"sgd.py": SGD}).of("optimizer")
    monkeypatch.setattr(rules, "_known", lambda rule, given: None)  # as if it had been there
    with pytest.raises(SubjectError) as found:
        rules.trajectory("adam", Trajectory(((1,),), np.ones((1, 1)), {}))
    assert str(found.value.problem) == (
        "the rule 'adam' is gone when its file is loaded once more\n"
        "  expected the same in every run\n"
        "  fix: let no clock and no random number decide what the file defines")


def test_several_runs_take_a_step_in_one_request(subject_of):
    subject = subject_of(**{"momentum.py": MOMENTUM, "sgd.py": SGD})
    half = {"lr": 1.0, "mu": 0.5}

    def both():
        first, second = subject.of("optimizer").steps([
            Move(1, "momentum", ((2,),), np.array([1.0, 2.0]), half),
            Move(2, "sgd", ((), (2, 1)), np.array([4.0, 5.0, 6.0]), {"lr": 0.5}, "torch"),
        ])
        return first.values.tolist(), second.values.tolist()

    assert both() == ([[1.0, 2.0]], [[2.0, 2.5, 3.0]])
    assert both() == ([[1.5, 3.0]], [[2.0, 2.5, 3.0]])
    last = subject.of("optimizer").step(1, "momentum", ((2,),), np.zeros(2), half)
    assert last.values.tolist() == [[0.75, 1.5]]


def test_which_of_several_runs_failed_is_said(subject_of):
    text = SGD.replace("    return", "    assert g.size < 3, 'too many'\n    return")
    subject = subject_of(**{"momentum.py": MOMENTUM, "sgd.py": text})
    moves = [Move(1, "momentum", ((3,),), np.ones(3), {}), Move(2, "sgd", ((3,),), np.ones(3), {})]
    with pytest.raises(SubjectError) as caught:
        subject.of("optimizer").steps(moves)
    assert str(caught.value) == "sgd() raised AssertionError: too many (step 1)\n  at sgd.py:6"
    assert subject.of("optimizer").step(3, "momentum", ((),), np.ones(1), {}).values.item() == 1e-3


def test_a_run_whose_worker_died_does_not_begin_again(subject_of):
    subject = subject_of(**{"rule.py": MOMENTUM.replace("    v = mu", "    k < 2 or exec('"
                            "import os; os._exit(0)')\n    v = mu")})
    subject.of("optimizer").step(1, "momentum", ((),), np.ones(1), {})
    for _ in range(2):
        with pytest.raises(SubjectError) as caught:
            subject.of("optimizer").step(1, "momentum", ((),), np.ones(1), {})
        assert str(caught.value) == (
            "the process ended itself with exit code 0\n  fix: remove calls such as os._exit()")
    assert subject.of("optimizer").step(2, "momentum", ((),), np.ones(1), {}).values.item() == 1e-3


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("g[0] / 0\n    raise ValueError('no\\x1b[2J')", Problem(
            STUDENT, "sgd() raised ValueError: no\\x1b[2J (step 1)", "sgd.py:7")),
        ("g *= lr\n    return g", Problem(
            STUDENT, "sgd() changes what it was given in place (step 1)", "sgd.py:6",
            "the gradient and the state left as they are; the harness keeps what is returned",
            "write `m = beta * m + g` instead of `m *= beta` and `m += g`")),
        ("pass", Problem(
            STUDENT, "sgd() returned None (step 1)", "sgd.py:4",
            "one value, (step): the step to subtract", "end the function with `return step`")),
        ("raise MemoryError", Problem(
            Status.OUT_OF_MEMORY, "sgd() needed more than 2048 MiB of memory", "sgd.py:6")),
        ("raise SystemExit", Problem(
            STUDENT, "sgd() ended the program with sys.exit() (step 1)", "sgd.py:6", "",
            "remove the call")),
    ],
    ids=["raises", "in place", "None", "memory", "exit"],
)
def test_what_a_rule_does_wrong_is_said_with_its_line(subject_of, body, expected):
    assert problem(subject_of(**{"sgd.py": SGD.replace("return lr * g", body)})) == expected


@pytest.mark.parametrize(
    ("arrays", "place"), [("numpy", "parameter 2 of 2"), ("scalar", "parameter 4 of 4")]
)
def test_the_parameter_is_named_where_there_are_several(subject_of, arrays, place):
    shapes = ((1,), ()) if arrays == "numpy" else ((3,), ())
    size = int(place[-1])
    run = Trajectory(shapes, np.arange(float(size))[None], {"lr": 0.5})
    text = SGD.replace("return", f"assert g < {size - 1}\n    return")
    found = problem(subject_of(**{"sgd.py": text}), run, arrays=arrays)
    assert found.what == f"sgd() raised AssertionError (step 1, {place})"


def test_a_timeout_ends_the_worker_and_the_next_call_has_a_fresh_one(subject_of):
    text = SGD.replace("return", "while lr > 1: pass\n    return")
    subject = subject_of(SHORT, **{"sgd.py": text})
    endless = Trajectory(((3,),), np.ones((1, 3)), {"lr": 2.0})
    with pytest.raises(SubjectError) as caught:
        subject.of("optimizer").trajectory("sgd", endless)
    assert caught.value.kind == "stopped"  # else a check asks on, a worker and 10 s each time
    assert caught.value.problem == Problem(
        Status.TIMEOUT, "no answer within 0.5 s of CPU time; the worker was stopped"
    )
    np.testing.assert_array_equal(
        subject.of("optimizer").trajectory("sgd", RUN).values[0], [0.5, -1.0, 2.0])


def test_all_answers_together_have_a_bound(subject_of):
    limits = Limits(request_s=10.0, total_s=0.4)
    endless = SGD.replace("return", "while g.any(): pass\n    return")
    subject = subject_of(limits, **{"sgd.py": endless})
    used_up = Problem(Status.TIMEOUT, "the submission has used up its 0.4 s of CPU time")
    assert [problem(subject), problem(subject)] == [used_up, used_up]


def test_the_graders_own_mistakes_are_not_the_students(subject_of):
    subject = subject_of(**{"sgd.py": SGD})
    with pytest.raises(ValueError, match=r"^the submission registered no rule 'adam'$"):
        subject.of("optimizer").trajectory("adam", RUN)
    with pytest.raises(ValueError, match=r"^sgd has no hyperparameters \['mu'\]$"):
        subject.of("optimizer").step(1, "sgd", ((),), np.ones(1), {"mu": 0.9})
    with pytest.raises(ValueError, match=r"^gradients of shape \(2, 3\) for 4 numbers$"):
        subject.of("optimizer").trajectory("sgd", Trajectory(((4,),), RUN.gradients, {}))


def test_a_level_that_does_not_work_is_the_machines_fault():
    subject = WorkerSubject(Submission("ada", (SourceFile("a.py", b""),)), LIMITS, "fortress")
    with pytest.raises(MachineError) as caught:
        _ = subject.manifest
    assert str(caught.value) == (
        "a worker did not come up: ValueError: no isolation level 'fortress'\n"
        "  expected the isolation level 'fortress' to work on this machine\n"
        "  fix: `cgp doctor` says which levels do"
    )


# --- torch -------------------------------------------------------------------------------------


def test_torch_is_there_for_who_imports_it_but_its_optimizers_are_not(subject_of):
    subject = subject_of(forbid=("torch.optim",), **{"sgd.py": SGD + """
import torch
torch.set_num_threads(4)

@optimizer
def cheat(g, lr=1e-3):
    p = torch.zeros(3, requires_grad=True)
    p.grad = torch.ones(3)
    torch.optim.SGD([p], lr=lr).step()
    return g
"""})
    assert [rule.name for rule in subject.manifest.of("optimizer")] == ["sgd", "cheat"]
    assert subject.manifest.torch
    steps = subject.of("optimizer").trajectory("sgd", RUN, "torch", dtype="float32")
    assert (steps.values[0].tolist(), steps.dtype) == ([0.5, -1.0, 2.0], "float32")
    with pytest.raises(SubjectError) as caught:
        subject.of("optimizer").trajectory("cheat", RUN)
    assert caught.value.problem == Problem(
        STUDENT, "torch.optim.SGD is not allowed here (step 1)",
        fix="write the update yourself", where="sgd.py:15",
    )


def test_a_forbidden_module_is_passed_over_and_who_does_not_need_it_goes_on(subject_of):
    subject = subject_of(forbid=("torch",), **{"sgd.py": "import torch\n" + SGD})
    assert subject.manifest.problems == (Problem(
        STUDENT, "the module torch is not allowed here", "sgd.py:1", fix="remove `import torch`"
    ),)
    assert subject.of("optimizer").trajectory("sgd", RUN).values[0].tolist() == [0.5, -1.0, 2.0]


READY_MADE = """
import sys
import torch
p, states = [torch.ones(3)], [[torch.zeros(3)], [torch.zeros(3)], []]
name = "".join(["op", "tim"])
optim = sys.modules["torch." + name]
demo = optim.SGD(p, lr=1.0)
demo.step()   # a comparison, while it is imported
import torch.distributed.optim   # compiles some of torch.optim._functional
"""
FUSED = ("(p, [torch.ones(3)], *states, [torch.ones(1)], lr=1.0, beta1=0.9, beta2=0.9, "
         "weight_decay=0.0, eps=1e-8, amsgrad=False, maximize=False)")


def test_what_only_running_it_tells_is_refused_while_asked(subject_of):
    calls = {
        "a": ("demo.step()", "torch.optim.SGD"),
        "b": (f'getattr(torch, "_fused_" + "adam_"){FUSED}', "torch._fused_adam_"),
        "c": (f'getattr(torch._C._VariableFunctions, "_fused_" + "adam_"){FUSED}',
              "torch._fused_adam_"),
        "d": (f'getattr(torch.ops.aten, "_fused_" + "adam_"){FUSED}', "torch._fused_adam_"),
        "e": ("sys.modules['torch.' + name + '._functional'].sgd(p, p, [None], lr=1.0, "
              "momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False)",
              "torch.optim.sgd.sgd"),
    }
    rules = "".join(
        f"@optimizer\ndef {name}(g, lr=1e-3):\n    {call}\n    return g\n"
        for name, (call, _) in calls.items())
    subject = subject_of(forbid=("torch.optim",), **{"sgd.py": SGD + READY_MADE + rules})
    assert subject.manifest.problems == ()
    said = {}
    for name in calls:
        with pytest.raises(SubjectError) as caught:
            subject.of("optimizer").trajectory(name, RUN)
        said[name] = caught.value.problem.what
    assert said == {
        name: f"{used} is not allowed here (step 1)" for name, (_, used) in calls.items()}


def test_modules_that_torch_imports_itself_are_refused_by_the_sources_alone(subject_of):
    files = {"sgd.py": "import torch\n" + SGD}
    manifest = subject_of(forbid=("torch.nn", "torch._C"), **files).manifest
    assert (manifest.problems, [rule.name for rule in manifest.of("optimizer")]) == ((), ["sgd"])


# --- the view ----------------------------------------------------------------------------------


def test_the_view_holds_the_worker_and_the_packages_and_nothing_of_the_grader():
    root = Path(view().root)
    own = {str(path.relative_to(root)) for path in root.glob("cgp_*/**/*.py")}
    assert own >= {"cgp_harness/kinds/optimizer/contract/rules.py", "cgp_reference/rule.py"}
    assert not own & {"cgp_harness/model/__init__.py", "cgp_reference/optimizers.py"}
    assert not (root / "cgp_assignments").exists()
    assert (root / "numpy").is_symlink()
    assert not (root / "hypothesis").exists()


def test_the_view_is_removed_at_exit():
    code = "from cgp_harness.sandbox.host.view import view; print(view().root)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not Path(done.stdout.strip()).exists()


def test_nothing_is_left_behind(subject_of, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    subject = subject_of(**{"sgd.py": SGD})
    assert subject.manifest.of("optimizer")
    before = sorted(os.listdir("/proc/self/fd"))
    for _ in range(10):
        subject.restart()
        subject.of("optimizer").trajectory("sgd", RUN)
    assert sorted(os.listdir("/proc/self/fd")) == before
    assert subject.cpu_seconds > 0
    subject.close()
    zygotes.close()
    assert list(tmp_path.iterdir()) == []
    with contextlib.suppress(ChildProcessError):  # other tests of this process may have children
        assert os.waitpid(-1, os.WNOHANG) == (0, 0)


def test_output_is_kept_apart_and_escaped(subject_of):
    subject = subject_of(**{"sgd.py": SGD + "print('hello\\x1b[31m\\u202e')\n"})
    assert subject.manifest.problems == ()
    subject.close()
    assert subject.output == "hello\\x1b[31m\\u202e\n"


def test_a_traceback_begins_at_the_students_own_line(subject_of):
    subject = subject_of(**{"sgd.py": SGD.replace("return lr * g", "return lr / len(7)")})
    problem(subject)
    subject.close()
    # Python 3.13 underlines the call and its argument apart.
    assert subject.output.replace("~~~^^^", "^^^^^^") == (
        "Traceback (most recent call last):\n"
        '  File "sgd.py", line 6, in sgd\n'
        "    return lr / len(7)\n"
        "                ^^^^^^\n"
        "TypeError: object of type 'int' has no len()\n"
    )


def test_printable_leaves_text_and_escapes_the_rest():
    assert printable("β₁ ≈ 0.9\n", keep="\n") == "β₁ ≈ 0.9\n"
    assert printable("\udcff\x00\u2028") == "\\udcff\\x00\\u2028"
    assert printable("a" * 9, limit=3) == "aaa …"


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel to end orphans: Linux")
def test_no_worker_outlives_a_grader_that_is_killed(tmp_path):
    code = f"""
from cgp_harness.model import SourceFile, Submission
from cgp_harness.assignment import Limits
from cgp_harness.sandbox.host.subject import WorkerSubject
source = SourceFile("loop.py", b"print('loops', flush=True)\\nwhile True: pass")
print("ready", flush=True)
WorkerSubject(Submission("ada", (source,)), Limits({LIMITS.load_s}), "plain").manifest
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as grader:
        children = Path(f"/proc/{grader.pid}/task/{grader.pid}/children")
        until(children.read_text)
        worker = Path("/proc", children.read_text().strip())
        until(lambda: b"cgp_harness" in (worker / "cmdline").read_bytes())
        grader.kill()
    until(lambda: not worker.exists())
    assert not worker.exists()


def until(condition):
    """Wait for it, at most as long as a loaded machine may need."""
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come")
