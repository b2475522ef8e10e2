"""What works at home works when graded: what each costs (the rule is there), and what is said."""

import json
import sys

import pytest

from cgp_harness.assignment import Limits
from cgp_harness.collect import collect
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject

SGD = """
from cgp_harness import optimizer

@optimizer
def sgd(g, lr=1e-3):
    return lr * g
"""
LINE = SGD.count("\n") + 1
"""The first line after it."""
PRINTED = "\n  fix: print it, or keep it in a variable"
REMOVED = "\n  fix: remove it"
WRITES = "a submission may not write files"
ELSE = "\n  expected numpy, torch, matplotlib, Python's own modules, or a file that is handed in"


@pytest.fixture(params=["plain", "landlock"])
def level(request):
    if missing := levels.available()[request.param]:
        pytest.skip(missing)
    return request.param


def loaded(submission, level, **options):
    """The names of the rules, what is said, and what was printed."""
    with WorkerSubject(submission, Limits(), level, **options) as subject:
        manifest = subject.manifest
        subject.close()
        return ([rule.name for rule in manifest.of("optimizer")],
                [submission.told(str(problem)) for problem in manifest.problems], subject.output)


def file(text, name="hw.py"):
    return Submission("ada", (SourceFile(name, text.encode()),))


def notebook(tmp_path, *cells):
    path = tmp_path / "hw.ipynb"
    path.write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
            {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [],
             "source": cell} for cell in cells]}), encoding="utf-8")
    [submission] = collect([path])
    return submission


# --- quiet -------------------------------------------------------------------------------------

QUIET = """
from google.colab import drive, files
import google.colab.output
drive.mount("/content/drive")
for name in files.upload().keys():
    raise AssertionError
from IPython import get_ipython
from IPython.display import Image, clear_output, display, HTML
import IPython.display as ipd
clear_output(wait=True); display(Image("a.png"), HTML("<b>"))
get_ipython().system("pip install seaborn")
get_ipython().run_line_magic("matplotlib", "inline")
get_ipython().run_cell_magic("bash", "", "rm -r /")
get_ipython().run_cell_magic("time", "", "timed = 3\\n1 + 1\\n")
assert timed == 3
if "google.colab" in str(get_ipython()): raise AssertionError
import ipywidgets as widgets
from ipywidgets import interact
@interact(lr=(0.0, 1.0))
def show(lr): return lr
assert show(2) == 2
widgets.IntSlider(value=3).observe(print)
from IPython.display import *
from ipywidgets import *
display(Markdown("x"), Math("y")); update_display(3); interact(show, lr=FloatSlider())
from tqdm import tqdm, trange
from tqdm.auto import tqdm as bar
import tqdm.notebook
assert [i for i in bar(range(3), desc="x")] == list(trange(3)) == [0, 1, 2]
with tqdm.tqdm(total=3) as pbar:
    pbar.update(1); pbar.set_description("x"); pbar.set_postfix(loss=1)
for i, x in enumerate(tqdm.notebook.tqdm([1, 2])): pass
help(show); input("go on?"); display(3)
import code, pdb
pdb.set_trace(); breakpoint(); code.interact(local={})
class Console(code.InteractiveConsole): pass
import os, warnings, sys
warnings.filterwarnings("ignore")
assert os.system("clear") == 1
if __name__ == "__main__": raise AssertionError
print("end")
quit()
"""


def test_displays_bars_prompts_and_shells_are_quiet(level):
    rules, said, printed = loaded(file(SGD + QUIET), level)
    assert (rules, said) == (["sgd"], [])
    assert printed == "end\na submission may not start other programs: 'clear'\n"


@pytest.mark.parametrize("begin", [
    "import cgp_harness\nfrom cgp_harness import check, grade, optimizer\n",
    "import cgp_harness\nfrom cgp_harness import *\n"])
def test_a_notebook_that_checks_itself_is_handed_in_as_it_is(tmp_path, level, begin):
    submission = notebook(tmp_path, begin, SGD.partition("optimizer\n")[2], (
        'report = cgp_harness.check([sgd], "step_size")\n'
        "from cgp_harness.reports import pages\n"
        "from cgp_harness.reports.checked.closing import submission_lines\n"
        "import cgp_harness.grading\n"
        "for line in submission_lines(report): print(line)\n"
        "[f'{one.percent:.1f}' for one in grade('.', 'step_size').submissions]\n"
        "print(f'{check(sgd).percent:.1f}%', cgp_harness.check(max).score)"))
    assert loaded(submission, level) == (["sgd"], [], "% \n")


def test_a_submission_that_asks_whether_this_is_colab_is_told_no(level):
    text = "try:\n    import google.colab\n    print(1)\nexcept ImportError:\n    print('no')\n"
    assert loaded(file(text + SGD), level) == (["sgd"], [], "no\n")


def test_a_cell_of_an_exported_script_is_run_where_it_stands(level):
    script = f"get_ipython().run_cell_magic('time', '', {SGD!r})\n"
    with WorkerSubject(file(script), Limits(), level) as subject:
        [rule] = subject.manifest.of("optimizer")
    assert (rule.name, rule.where) == ("sgd", "hw.py:1")


FIGURES = """
import matplotlib
matplotlib.use("TkAgg")
import io, pathlib
import IPython
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation
plt.switch_backend("Qt5Agg")
fig, ax = plt.subplots()
ax.plot([1, 2]); plt.savefig("loss.png"); fig.savefig(pathlib.Path("out") / "loss.pdf")
plt.imsave("a.png", [[0, 1]]); plt.show(); plt.pause(9)
FuncAnimation(fig, str, frames=1).save("a.mp4")
plt.style.use("seaborn-v0_8"); plt.rcParams["font.family"] = ["Liberation Sans", "Arial"]
plt.title("loss"); fig.canvas.draw()
stream = io.BytesIO(); plt.savefig(stream); print(stream.getvalue()[1:4])
"""


def test_figures_go_nowhere_and_streams_get_theirs():
    rules, said, printed = loaded(file(SGD + FIGURES), levels.choose("auto"))
    assert (rules, said, printed.splitlines()[0]) == (["sgd"], [], "b'PNG'")


# --- refused in words --------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "said"), [
    ("open('out.txt', 'w').write('x')", f"{WRITES}: 'out.txt'@{PRINTED}"),
    ("import os; os.makedirs('out/figures')", f"{WRITES}: 'out'@{PRINTED}"),
    ("import pathlib; pathlib.Path('a').write_text('x')", f"{WRITES}: 'a'@{PRINTED}"),
    ("import logging; logging.basicConfig(filename='x.log')", f"{WRITES}: 'x.log'@{PRINTED}"),
    ("import numpy as np; np.save('/tmp/x', np.ones(2))", f"{WRITES}: '/tmp/x.npy'@{PRINTED}"),
    ("import json; json.dump({}, open('a.json', 'a'))", f"{WRITES}: 'a.json'@{PRINTED}"),
    ("import os; os.remove('hw.py')", f"{WRITES}: 'hw.py'@{PRINTED}"),
    ("import os; os.rename('hw.py', 'b')", f"{WRITES}: 'hw.py'@{PRINTED}"),
    ("import sqlite3; sqlite3.connect(':memory:'); sqlite3.connect('a.db')",
     f"{WRITES}: 'a.db'@{PRINTED}"),
    ("import tempfile; tempfile.mkdtemp(prefix='a', dir='b')", None),
    ("import tempfile; tempfile.TemporaryDirectory()", f"{WRITES}@{PRINTED}"),
    ("import tempfile; tempfile.TemporaryFile()", f"{WRITES}@{PRINTED}"),
    ("import tkinter; tkinter.Tk()", f"a submission has no display@{REMOVED}"),
    ("import subprocess; subprocess.run(['ls'])",
     f"a submission may not start other programs@{REMOVED}"),
    ("import os; os.fork()", f"a submission may not start other programs@{REMOVED}"),
    ("import multiprocessing; multiprocessing.Pool(2)",
     f"a submission may not start other programs@{REMOVED}"),
    ("import concurrent.futures as c; c.ThreadPoolExecutor().submit(print)",
     f"a submission may not start threads@{REMOVED}"),
    ("import threading; threading.Thread(target=print).start()",
     f"a submission may not start threads@{REMOVED}"),
    ("import socket; socket.socket()", f"a submission may not use the network@{REMOVED}"),
    ("import urllib.request; urllib.request.urlopen('http://127.0.0.1')",
     f"a submission may not use the network@{REMOVED}"),
    ("import asyncio; asyncio.run(asyncio.sleep(0))",
     f"a submission may not use the network@{REMOVED}"),
])
def test_what_is_refused_costs_its_own_line_and_is_said(level, text, said):
    rules, problems, printed = loaded(file(f"x = 1\n{text}\n{SGD}print(x)\n"), level)
    assert (rules, printed.splitlines()[:1]) == (["sgd"], ["1"])
    if said is not None:
        assert problems == [said.replace("@", "\n  at hw.py:2", 1)]
    assert len(problems) == 1


def test_torch_writes_no_file_either(level):
    rules, said, _ = loaded(file(
        f"import io, torch\ntorch.save([1], io.BytesIO())\ntorch.save([1], 'a.pt')\n{SGD}"), level)
    assert (rules, said) == (["sgd"], [f"{WRITES}: 'a.pt'\n  at hw.py:3{PRINTED}"])


def test_a_rule_that_writes_is_told_so(level):
    body = SGD.replace("    return", "    open('log.txt', 'a')\n    return")
    from cgp_harness.subject import SubjectError
    from tests.harness.worker.test_subject import RUN

    with WorkerSubject(file(body), Limits(), level) as subject:
        with pytest.raises(SubjectError) as caught:
            subject.of("optimizer").trajectory("sgd", RUN)
        assert str(caught.value.problem) == (
            f"{WRITES}: 'log.txt' (step 1)\n  at hw.py:6{PRINTED}")


@pytest.mark.parametrize(("text", "name"), [
    ("import seaborn as sns", "seaborn"), ("from sklearn.datasets import load_iris", "sklearn"),
    ("import my_helpers", "my_helpers"),
])
def test_a_package_that_is_missing_costs_what_uses_it(text, name):
    rules, said, _ = loaded(file(f"{text}\n{SGD}"), levels.choose("auto"))
    assert (rules, said) == (["sgd"], [
        f"{name} is not available to submissions of this homework\n  at hw.py:1{ELSE}"])


def test_a_missing_package_in_a_try_is_the_students_own_affair():
    text = "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np\n" + SGD
    assert loaded(file(text), levels.choose("auto"))[:2] == (["sgd"], [])


def test_a_name_that_a_package_has_not_is_the_students_mistake():
    assert loaded(file(f"{SGD}from numpy import adam\n"), levels.choose("auto"))[:2] == (["sgd"], [
        f"numpy has no `adam`\n  at hw.py:{LINE}\n"
        "  fix: look the name up where you know it from\n  Python says: ImportError: "
        "cannot import name 'adam' from 'numpy' (numpy/__init__.py)"])


# --- what raises keeps what it had -------------------------------------------------------------


@pytest.mark.parametrize(("text", "said"), [
    ("1 / 0", f"ZeroDivisionError: division by zero\n  at hw.py:{LINE}"),
    ("def train():\n    raise KeyError('loss')\ntrain()",
     f"KeyError: 'loss'\n  at hw.py:{LINE + 1}"),
    ("assert sgd(1.0) == 2", f"AssertionError\n  at hw.py:{LINE}"),
    ("import locale\nlocale.setlocale(locale.LC_ALL, 'de_DE.UTF-8')",
     f"Error: unsupported locale setting\n  at hw.py:{LINE + 1}"),
    ("x = 1; y = x / 0; print(x); y += 1; import math; assert math.pi and x == 1",
     f"ZeroDivisionError: division by zero\n  at hw.py:{LINE}"),
    ("@lambda f: f.name\ndef named(): pass\nnamed()",
     f"AttributeError: 'function' object has no attribute 'name'\n  at hw.py:{LINE}"),
    ("class Net:\n    rate = unknown\nnet = Net()",
     "`unknown` is not defined: nothing above this line gives it a value\n"
     f"  at hw.py:{LINE + 1}\n  Python says: NameError: name 'unknown' is not defined"),
])
def test_a_statement_that_raises_costs_itself_and_what_uses_its_names(text, said):
    below = "\n@optimizer\ndef below(g, lr=1.0):\n    return g\n"
    assert loaded(file(f"{SGD}{text}{below}"), levels.choose("auto"))[:2] == (
        ["sgd", "below"], [said])


def test_what_no_exception_is_ends_the_file():
    unseen = "\n@optimizer\ndef unseen(g, lr=1.0):\n    return g\n"
    assert loaded(file(f"{SGD}raise KeyboardInterrupt{unseen}"), levels.choose("auto"))[:2] == (
        ["sgd"], [f"KeyboardInterrupt\n  at hw.py:{LINE}"])


def test_a_statement_that_raises_leaves_no_trace_in_the_next():
    text = "import sys, seaborn\nassert sys.exc_info()[0] is None\n1 / 0\n"
    assert loaded(file(text + SGD), levels.choose("auto"))[:2] == (["sgd"], [
        f"seaborn is not available to submissions of this homework\n  at hw.py:1{ELSE}",
        "ZeroDivisionError: division by zero\n  at hw.py:3"])


OSERROR = (
    "OSError: 'seaborn' is not a valid package style, path of style file, URL of style file, or "
    "library style name (library styles are listed in `style.available`)")


def test_what_a_package_answers_to_the_submission_is_not_the_machine_s_fault():
    text = """import ctypes
import matplotlib.pyplot as plt
import numpy as np
plt.style.use("seaborn")
data = np.loadtxt("data.csv", delimiter=",")
mean = data.mean()
drive = np.genfromtxt("/content/drive/x.csv")
np.ctypeslib.load_library("lib", ".")
ctypes.CDLL("lib.so")
"""
    assert loaded(file(text + SGD), levels.choose("auto"))[:2] == (["sgd"], [
        f"{OSERROR}\n  at hw.py:4",
        f"FileNotFoundError: data.csv not found.\n  at hw.py:5{NO_FILE}",
        f"FileNotFoundError: /content/drive/x.csv not found.\n  at hw.py:7{NO_FILE}",
        "OSError: no file with expected extension\n  at hw.py:8",
        "OSError: lib.so: cannot open shared object file: No such file or directory\n"
        "  at hw.py:9"])


TORCH = """import torch
net = torch.nn.Linear(1, 1)
torch.jit.script(net).save("x.pt")
torch.jit.save(torch.jit.script(net), "y.pt")
shared = torch.ones(3).share_memory_()
shared + 1
from torch.profiler import profile
with profile() as p:
    net(torch.ones(1))
print(p.key_averages())
from importlib.metadata import version
print(version("torch") == torch.__version__)
"""


def test_what_torch_may_not_do_here_costs_its_line():
    rules, said, printed = loaded(file(TORCH + SGD), levels.choose("auto"))
    share = said.pop(2)
    assert share.partition(":")[0] + share[-len("\n  at hw.py:5"):] == (
        "RuntimeError\n  at hw.py:5")
    assert (rules, said, printed.splitlines()[0]) == (["sgd"], [
        f"{WRITES}: 'x.pt'\n  at hw.py:3{PRINTED}", f"{WRITES}: 'y.pt'\n  at hw.py:4{PRINTED}",
        "RuntimeError: Resource temporarily unavailable\n  at hw.py:8"], "True")


AWAITS = """import asyncio
async def twice(x):
    await asyncio.sleep(0.01)
    return 2 * x
a = await twice(2)
b = await asyncio.gather(twice(3), asyncio.create_task(twice(4)))
"""


def test_a_cell_may_await_as_in_jupyter(tmp_path):
    submission = notebook(
        tmp_path, AWAITS, f"async for x in missing: pass\nassert (a, b) == (4, [6, 8])\n{SGD}",
        "await asyncio.Future()\nprint(await twice(5))")
    rules, said, printed = loaded(submission, levels.choose("auto"))
    assert (rules, said, printed[:3]) == (["sgd"], [
        "`missing` is not defined: nothing above this line gives it a value\n"
        "  at hw.ipynb, cell 2, line 1\n  Python says: NameError: name 'missing' is not defined",
        "RuntimeError: it awaits what never comes\n  at hw.ipynb, cell 3, line 1"], "10\n")


PROMPT = (
    "`input()` asks somebody at a keyboard, and here nobody is: it gives an empty text\n"
    "  at hw.py:{}\n  fix: write the value itself, or take it as an argument with a default\n"
    "  Python says: {}")
BEHIND = "\n  Python says: IndexError: list index out of range"
NO_FILE = "\n  expected what it needs in its own .py and .ipynb files: no others are there"


@pytest.mark.parametrize(("text", "said"), [
    ("import seaborn as sns\nsns.set()\nax = sns.FacetGrid\ndef plot(): ax.show()\nplot()",
     f"seaborn is not available to submissions of this homework\n  at hw.py:1{ELSE}"),
    ("import torchvision\nfrom torchvision import datasets\ntrain = datasets.MNIST()\nlen(train)",
     f"torchvision is not available to submissions of this homework\n  at hw.py:1{ELSE}"),
    ("from numba import njit\n@njit\ndef fast(x): return x\nfast(2)",
     f"numba is not available to submissions of this homework\n  at hw.py:1{ELSE}"),
    ("import numpy as np\nX = np.load('data.npy')\nprint(X.shape)\nn = len(X)\nhalf = n // 2",
     "FileNotFoundError: [Errno 2] No such file or directory: 'data.npy'\n"
     f"  at hw.py:2{NO_FILE}"),
    ("rows = open('data.csv').read()\nrows.split()",
     "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'\n"
     f"  at hw.py:1{NO_FILE}"),
    ("import os\nos.chdir('/content/drive/MyDrive')",
     "FileNotFoundError: [Errno 2] No such file or directory: '/content/drive/MyDrive'\n"
     f"  at hw.py:2{NO_FILE}"),
    ("lr = float(input('lr? '))\nprint(lr)",
     PROMPT.format(1, "ValueError: could not convert string to float: ''")),
    ("def ask():\n    return int(input())\nepochs = ask()\nfor _ in range(epochs): pass",
     PROMPT.format(2, "ValueError: invalid literal for int() with base 10: ''")),
    ("train = input('train? ')\nwhile train not in ('y', 'n'):\n    train = input('y or n: ')",
     PROMPT.format(3, "EOFError: nobody answers input() here")),
    ("import sys\nname = sys.argv[1]\nprint(name)",
     "`sys.argv[1]` is not there: a submission is started without arguments\n  at hw.py:2\n"
     f"  fix: write the value itself{BEHIND}"),
    ("import os\nroot = os.environ['DATA']\nroot.split()", "KeyError: 'DATA'\n  at hw.py:2"),
    ("from google.colab import files\nfirst = list(files.upload())[0]\nfirst.upper()",
     "`list(files.upload())[0]` is not there: `list(files.upload())` has nothing in it\n"
     f"  at hw.py:2{BEHIND}"),
])
def test_what_fails_only_where_it_is_graded_costs_itself_and_is_said_once(text, said):
    assert loaded(file(f"{text}\n{SGD}"), levels.choose("auto"))[:2] == (["sgd"], [said])


PRIMER = (
    "ComputationalGraphPrimer is not available to submissions of this homework\n"
    f"  at hw.py:1{ELSE}")


@pytest.mark.parametrize("uses", [
    "cgp = ComputationalGraphPrimer(expressions=['xw=ab*xa'])\ncgp.parse_expressions()",
    "class Own(ComputationalGraphPrimer):\n    pass\nown = Own()",
    "for _ in range(2):\n    show(ComputationalGraphPrimer)",
])
def test_what_uses_a_name_of_a_missing_package_s_star_is_passed_over(uses):
    text = f"from ComputationalGraphPrimer import *\n{uses}\n{SGD}"
    assert loaded(file(text), levels.choose("auto"))[:2] == (["sgd"], [PRIMER])


def test_a_forgotten_import_of_ours_is_no_name_of_the_star():
    text = "from ComputationalGraphPrimer import *\n@optimizer\ndef sgd(g, lr=1.0):\n    return g\n"
    assert loaded(file(text), levels.choose("auto"))[:2] == ([], [
        PRIMER, "`optimizer` is used, and it is not imported\n  at hw.py:2\n"
        "  fix: write `from cgp_harness import optimizer` at the top of the file\n"
        "  Python says: NameError: name 'optimizer' is not defined"])


def test_a_rule_is_told_why_a_name_of_its_own_is_not_there():
    from cgp_harness.subject import SubjectError
    from tests.harness.worker.test_subject import RUN

    body = SGD.replace("lr * g", "scale(lr) * g")
    text = f"from scipy.special import expit as scale\n{body}"
    with WorkerSubject(file(text), Limits(), levels.choose("auto")) as subject:
        with pytest.raises(SubjectError) as caught:
            subject.of("optimizer").trajectory("sgd", RUN)
        assert str(caught.value.problem) == (
            "sgd() fails (step 1): `scale` is not there, since the statement that makes it "
            "did not come to its end\n  at hw.py:7\n"
            "  expected scale from hw.py:1, where this was met: scipy is not available to "
            "submissions of this homework\n  fix: mend that statement first\n"
            "  Python says: NameError: name 'scale' is not defined")


def test_what_a_file_defines_after_its_end_is_there_and_nothing_else_of_it_is_run():
    text = f"import sys\nsys.exit(main())\n{SGD}print('not reached')\n1 / 0\n"
    assert loaded(file(f"def main(): return 0\n{text}"), levels.choose("auto")) == (["sgd"], [], "")


@pytest.mark.parametrize("text", ["exit()", "quit(0)", "import sys; sys.exit('done')",
                                  "raise SystemExit"])
def test_a_file_may_end_the_program_when_it_is_done(text):
    assert loaded(file(SGD + text), levels.choose("auto"))[:2] == (["sgd"], [])


def test_a_sibling_that_raises_is_said_once():
    submission = Submission("ada", (
        SourceFile("a.py", b"from b import sgd\n"), SourceFile("b.py", f"{SGD}1 / 0\n".encode())))
    assert loaded(submission, levels.choose("auto"))[:2] == (["sgd"], [
        f"ZeroDivisionError: division by zero\n  at b.py:{LINE}"])


@pytest.mark.parametrize("uses", [
    "from b import scale\nprint(scale)", "import b\nscale = b.scale\nprint(scale)",
    "import b as c\nc.scale.x"])
def test_what_a_sibling_failed_to_define_is_said_once(uses):
    submission = Submission("ada", (
        SourceFile("a.py", f"{uses}\n{SGD}".encode()),
        SourceFile("b.py", b"scale = 1 / 0\n")))
    assert loaded(submission, levels.choose("auto"))[:2] == (["sgd"], [
        "ZeroDivisionError: division by zero\n  at b.py:1"])


def test_a_sibling_that_raises_itself_raises_in_who_expects_it():
    text = "try:\n    import b\nexcept RuntimeError:\n    print('no b')\n"
    submission = Submission("ada", (
        SourceFile("a.py", (text + SGD).encode()),
        SourceFile("b.py", b"if True:\n    raise RuntimeError\n")))
    rules, said, printed = loaded(submission, levels.choose("auto"))
    assert (rules, said, printed[:5]) == (["sgd"], ["RuntimeError\n  at b.py:2"], "no b\n")


def test_a_sibling_keeps_what_it_may_not_do_to_itself():
    submission = Submission("ada", (
        SourceFile("a.py", SGD.encode() + b"from b import x\nprint(x)\n"),
        SourceFile("b.py", b"import seaborn\nopen('y', 'w')\nx = 3\n")))
    rules, said, printed = loaded(submission, levels.choose("auto"))
    assert (rules, printed.splitlines()[0]) == (["sgd"], "3")
    assert said == [
        f"seaborn is not available to submissions of this homework\n  at b.py:1{ELSE}",
        f"{WRITES}: 'y'\n  at b.py:2{PRINTED}"]


def test_a_cell_that_fails_costs_itself(tmp_path):
    submission = notebook(
        tmp_path, "from __future__ import annotations\n%matplotlib inline\nx = 1\n!pip install a",
        "y = undefined\nz = 2", "def f(:", SGD.replace("lr=1e-3", "lr: Unknown = 1e-3"),
        "%%bash\nls", "files = !ls\nfor name in files: print(name)\nexit()\nnot_reached = 1",
        "import seaborn\nopen('a', 'w')\n%time x = x + 1\nassert x == 2\nfiles.sort()", "1 / 0")
    assert submission.notes == ("hw.ipynb, cell 5 is left out: it begins with %%bash",)
    assert loaded(submission, levels.choose("auto"))[:2] == (["sgd"], [
        "NameError: name 'undefined' is not defined\n  at hw.ipynb, cell 2, line 1",
        "SyntaxError: invalid syntax\n  at hw.ipynb, cell 3, line 1",
        "seaborn is not available to submissions of this homework\n"
        f"  at hw.ipynb, cell 7, line 1{ELSE}",
        f"{WRITES}: 'a'\n  at hw.ipynb, cell 7, line 2{PRINTED}",
        "ZeroDivisionError: division by zero\n  at hw.ipynb, cell 8, line 1"])


def test_a_rule_is_placed_in_its_cell(tmp_path):
    submission = notebook(tmp_path, "import torch", "x = (", """\
from cgp_harness import optimizer

@optimizer(name="sgd")
class Sgd(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})
""", "@optimizer\ndef adam(*g):\n    return g", "@optimizer\ndef adam(g, t):\n    return g")
    assert loaded(submission, levels.choose("auto"))[1] == [
        "the `(` of this line is never closed\n  at hw.ipynb, cell 2, line 1\n"
        "  fix: write `)` where it ends\n  Python says: SyntaxError: '(' was never closed",
        "argument 'lr' of Sgd.__init__() has no default value\n"
        # Python 3.13 knows where a class begins without reading the file, which is none here.
        f"  at hw.ipynb, cell 3, line {3 if sys.version_info >= (3, 13) else 5}\n"
        "  expected every argument after the parameters with a default\n"
        "  fix: write `lr=…` in the signature",
        "the step number is called k; adam() calls it 't'\n  at hw.ipynb, cell 5, line 1\n"
        "  expected k: 1, 2, 3, …, counted by the harness\n"
        "  fix: write `k` in place of `t`, in the signature and below it"]
