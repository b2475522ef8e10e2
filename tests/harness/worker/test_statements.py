"""A statement that computes on and on, or ends its worker, costs itself and is said once."""


import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import SubjectError
from tests.harness.worker.test_notes import notebook
from tests.places import ROOT

LEVEL = levels.choose("auto")
LIMITS = Limits(load_s=0.6)
RUN = Trajectory(((1,),), np.array([[1.0]]), {"lr": 0.5})


def rule(name):
    return f"""
from cgp_harness import optimizer

@optimizer
def {name}(g, lr=1e-3):
    return lr * g
"""


ABOVE, BELOW = rule("sgd"), rule("below")
LINE = ABOVE.count("\n") + 1
TOO_LONG = "\n  expected at most 0.6 s of CPU time for a file, half of it in one go\n" \
    "  fix: leave out of what you hand in whatever trains for long"
ENDLESS = "a statement that computed for too long was stopped, and all else counts\n  at {}"
LEFT = "{}; this statement is left out, and all else counts\n  at {}{}"
EXIT = "\n  fix: remove calls such as os._exit()"


def manifest_of(submission):
    with WorkerSubject(submission, LIMITS, LEVEL) as subject:
        manifest = subject.manifest
        subject.restart()
        for one in manifest.of("optimizer"):  # a fresh worker has them too
            assert subject.of("optimizer").trajectory(one.name, RUN).values == 0.5
        return ([one.name for one in manifest.of("optimizer")],
                [submission.told(str(problem)) for problem in manifest.problems],
                subject.cpu_seconds)


def files(**texts):
    return Submission("ada", tuple(
        SourceFile(f"{name}.py", text.encode()) for name, text in texts.items()))


@pytest.mark.parametrize(("text", "said"), [
    ("while True: pass", ENDLESS.format(f"hw.py:{LINE}") + TOO_LONG),
    ("def train():\n    while True:\n        sum(range(1000))\n\ntrain()",
     ENDLESS.format(f"hw.py:{LINE + 4}") + TOO_LONG),
    ("class Data:\n    n = 0\n    while n >= 0:\n        n += 1",
     ENDLESS.format(f"hw.py:{LINE}") + TOO_LONG),
    ("@(lambda made: made() or made)\ndef train():\n    while True:\n        pass",
     ENDLESS.format(f"hw.py:{LINE}") + TOO_LONG),
    ("while True:\n    try:\n        sum(range(1000))\n    except BaseException:\n        pass",
     ENDLESS.format(f"hw.py:{LINE}") + TOO_LONG),
    ("import os\nos._exit(0)",
     LEFT.format("the process ended itself with exit code 0", f"hw.py:{LINE + 1}", EXIT)),
    ("import ctypes, os\nif True:\n    ctypes.CDLL(None)._exit(7)",
     LEFT.format("the process ended itself with exit code 7", f"hw.py:{LINE + 1}", EXIT)),
    ("import ctypes\n\nctypes.string_at(0)",
     LEFT.format("the process was ended by SIGSEGV", f"hw.py:{LINE + 2}", "")),
    ("import itertools\nsum(itertools.count())", LEFT.format(
        "importing hw.py took longer than 0.6 s of CPU time", f"hw.py:{LINE + 1}", "")),
    ("import time\ntime.sleep(1000)", LEFT.format(
        "importing hw.py took longer than 0.6 s", f"hw.py:{LINE + 1}", "")),
])
def test_it_costs_itself_whatever_it_is(text, said):
    rules, problems, _ = manifest_of(files(hw=f'{ABOVE}{text}\n{BELOW}'))
    assert (rules, problems) == (["sgd", "below"], [said])


def test_a_docstring_and_the_future_stay_first():
    text = f'"""Adam."""\nfrom __future__ import annotations\n{ABOVE}import os; os._exit(1)\n'
    rules, problems, _ = manifest_of(files(hw=text + "assert __doc__ == 'Adam.'\n" + BELOW))
    assert (rules, problems) == (["sgd", "below"], [
        LEFT.format("the process ended itself with exit code 1", f"hw.py:{LINE + 2}", EXIT)])


def test_in_a_notebook_the_rest_of_the_cell_counts_too(tmp_path):
    rules, problems, _ = manifest_of(notebook(
        tmp_path, ABOVE, "epochs = 3\nwhile True: pass\nscale = 1", "import os\nos._exit(0)",
        BELOW.replace("lr * g", "lr * g * scale"), "1 / 0"))
    assert (rules, problems) == (["sgd", "below"], [
        LEFT.format("the process ended itself with exit code 0", "hw.ipynb, cell 3, line 2", EXIT),
        ENDLESS.format("hw.ipynb, cell 2, line 2") + TOO_LONG,
        "ZeroDivisionError: division by zero\n  at hw.ipynb, cell 5, line 1"])


def test_what_a_stopped_statement_would_have_given_is_told_to_the_rule_that_wants_it():
    text = f"{ABOVE}def train():\n    while True: pass\ntable = train()\nlonger = table + 1\n"
    submission = files(hw=text + BELOW.replace("lr * g", "lr * g * longer"))
    with WorkerSubject(submission, LIMITS, LEVEL) as subject, pytest.raises(SubjectError) as caught:
        subject.of("optimizer").trajectory("below", RUN)
    assert str(caught.value) == (
        "below() fails (step 1): `longer` is not there, since the statement that makes it did "
        "not come to its end\n"
        f"  at hw.py:{LINE + 9}\n"
        f"  expected longer from hw.py:{LINE + 1}, where this was met: it computed for too long "
        "and was stopped\n  fix: mend that statement first\n"
        "  Python says: NameError: name 'longer' is not defined")


def test_a_file_that_another_imports_goes_on_as_well():
    rules, problems, _ = manifest_of(files(
        data="scale = 1\nwhile True: pass\n", ends="import os\nos._exit(0)\nunit = 1",
        hw="from data import scale\nfrom ends import unit\n" + ABOVE))
    assert (rules, problems) == (["sgd"], [
        LEFT.format("the process ended itself with exit code 0", "ends.py:2", EXIT),
        ENDLESS.format("data.py:2") + TOO_LONG])


def test_a_hundred_endless_cells_have_one_bound_together_and_one_sentence(tmp_path):
    cells = [ABOVE, *["while True: pass"] * 100, "scale = 1", BELOW]
    rules, [problem], cpu_s = manifest_of(notebook(tmp_path, *cells))
    stopped, _, rest = problem.partition(
        " statements that computed for too long were stopped; from ")
    assert rules == ["sgd", "below"]
    first = int(stopped) + 2  # of those that are not tried
    assert rest == (
        f"hw.ipynb, cell {first}, line 1 on, only definitions and imports count\n"
        "  at hw.ipynb, cell 2, line 1, hw.ipynb, cell 3, line 1, hw.ipynb, cell 4, line 1 and "
        f"{int(stopped) - 3} more{TOO_LONG}")
    assert 4 <= int(stopped) <= 7
    assert cpu_s < 2.0  # of three workers


@pytest.mark.parametrize("line", ["from m{} import *", "import m{}", "1 / 0"])
def test_thousands_of_statements_that_raise_have_one_bound_and_the_rules_count(line):
    many = "\n".join(line.format(number) for number in range(5_000))
    rules, problems, cpu_s = manifest_of(files(
        hw="while True: pass\n" * 9 + f"{many}\n{BELOW}"))
    assert rules == ["below"]
    assert sum("on, only definitions and imports count" in one for one in problems) == 1
    assert cpu_s < 3.0  # of two workers


def test_a_definition_has_time_left_when_all_else_is_used_up():
    slow = BELOW.replace("lr=1e-3", "lr=1e-3 * len(range(sum(range(200_000)))) ** 0")
    rules, _, _ = manifest_of(files(hw="while True: pass\n" * 9 + slow))
    assert rules == ["below"]


def test_what_raises_is_run_on_with_in_one_pass():
    begun = 5_000 * "x = 1 / 0\n"
    with WorkerSubject(files(hw=begun + BELOW), Limits(), LEVEL) as subject:
        assert [one.name for one in subject.manifest.of("optimizer")] == ["below"]
        assert len(subject.manifest.problems) == 100
        subject.close()
        assert subject.cpu_seconds < 3.0


def test_the_guide_names_the_time():
    guide = (ROOT / "docs" / "student-guide.md").read_text("utf-8")
    whole = Limits().load_s
    assert f"more than {whole / 2:g} s of CPU time, such as a long training, is stopped" in guide
    assert f"A file may take {whole:g} s in all." in guide


def test_a_hook_that_never_returns_is_no_statement():
    hook = "@hookimpl\ndef cgp_step_size_optimizers():\n    while True: pass\n"
    rules, problems, _ = manifest_of(files(
        hw=f"from cgp_harness import hookimpl\n{ABOVE}{hook}", b=BELOW))
    assert (rules, problems) == (
        ["below"], ["importing hw.py took longer than 0.6 s of CPU time\n  at hw.py"])


# --- notebooks are `__main__` ------------------------------------------------------------------

MAIN = """
import pickle, sys
from dataclasses import dataclass
from cgp_harness import optimizer

@dataclass
class Rate:
    value: "float" = 1.0

assert sys.modules[__name__].Rate is Rate
assert pickle.loads(pickle.dumps(Rate())) == Rate()
if __name__ == "__main__":
# a comment ends no block
    @optimizer
    def sgd(g, lr=1e-3):
        return lr * g
"""


@pytest.mark.parametrize("test", [
    '__name__ == "__main__"', "'__main__' == __name__ and True", 'not __name__ != "__main__"'])
def test_a_notebook_is_the_main_program_and_a_file_is_not(tmp_path, test):
    text = MAIN.replace('__name__ == "__main__"', test)
    assert manifest_of(notebook(tmp_path, "x = 1", text, "def main():\n    @optimizer\n"
                                "    def below(g, lr=1e-3): return lr * g\n"
                                f"if {test}:\n    main()"))[:2] == (["sgd", "below"], [])
    rules, [problem], _ = manifest_of(files(hw=text))
    assert (rules, problem) == ([], (
        'nothing is registered: @optimizer stands under `if __name__ == "__main__":`, which does '
        "not run here\n  at hw.py\n  expected @optimizer at the margin of the file\n"
        "  fix: move what is to be graded out of that block"))
