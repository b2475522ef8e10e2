"""`cgp run-legacy`: old scripts run in a process of their own, as `python SCRIPT` would."""

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from matplotlib import image, pyplot

from cgp_harness.cli import main
from tests.long import some
from tests.places import ROOT

LEGACY = ROOT / "tests/legacy"
CGP = [sys.executable, "-m", "cgp_harness", "run-legacy"]
EXAMPLES = os.environ.get("CGP_PEER_EXAMPLES", "")
UNTRAINED = "no training was run: {} defines a network, and calls no training loop\n"
AS_115 = "run as for version 1.1.5 (nothing in it asks for an older one); --api changes that\n"


def started(*arguments, **options):
    # The checkout's packages, wherever the test works; output as a terminal's user has it.
    path = os.pathsep.join([str(ROOT), str(ROOT / "reference")])
    ours = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.Popen(
        [*CGP, *map(str, arguments)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=ours | {"PYTHONPATH": path}, **options)


def ran(*arguments, cwd):
    with started(*arguments, cwd=cwd) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def refused(*arguments):
    return CliRunner().invoke(main, ["run-legacy", *map(str, arguments)])


@pytest.fixture
def script(tmp_path):
    def write(text, name="hw2.py"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def colours(file):
    return len({*map(tuple, image.imread(file).reshape(-1, 4).tolist())})


@pytest.mark.parametrize(("name", "reason", "iterations"), [
    ("one_neuron_105", "1.0.7 (its training loop is called without data, line 24)", (1, 101, 201)),
    ("sgd_plus_108", "1.0.8 (it names version 1.0.8, line 2)", (1, 101, 201)),
    ("multi_neuron_112", "1.1.2 (its backprop takes class labels, line 15)", (1, 101, 201)),
    ("multi_neuron_114", "1.1.4 (its backprop takes predictions and errors, line 15)",
     (1, 101, 201)),
    ("adam_115", "1.1.5 (its backprop takes the errors alone, line 28)", (100, 200, 300)),
])
def test_homework_of_every_version_trains(name, reason, iterations, tmp_path):
    code, out, err = ran(LEGACY / f"{name}.py", "--save", "figures", cwd=tmp_path)
    assert (code, err) == (0, (
        f"run as for version {reason}; --api changes that\nwrote figures/figure-01.png\n"))
    record = re.findall(r"^\[iter=(\d+)\]  loss = (0\.\d{4})$", out, flags=re.M)
    assert tuple(int(iteration) for iteration, _ in record) == iterations
    losses = [float(loss) for _, loss in record]
    assert losses[-1] < losses[-2]
    assert colours(tmp_path / "figures/figure-01.png") > 2


def test_a_star_import_s_names_are_there_and_every_figure_is_written_once(tmp_path):
    code, out, err = ran(LEGACY / "star_names.py", "--save", "plots/new", cwd=tmp_path)
    assert (code, out) == (0, (
        "(4, 2) [0, 1, 2] {'ab': [1]} ['xw', 'xa'] [('xa', 'xw')]\n"
        "5 star_names.py [0.0, 0.0]\n"
        "ab*xa\n"
    ))
    names = [f"figure-0{number}.png" for number in (1, 2, 3)]
    assert err == AS_115 + "".join(f"wrote plots/new/{name}\n" for name in names)
    assert sorted(file.name for file in (tmp_path / "plots/new").iterdir()) == names


def test_without_save_figures_are_dropped_in_silence(script, tmp_path):
    file = script(
        "from ComputationalGraphPrimer import *\n"
        "import matplotlib, warnings\n"
        "warnings.simplefilter('error')\n"
        "matplotlib.use('TkAgg')\nplt.switch_backend('Qt5Agg')\n"
        "for i in range(30): plt.figure()\n"
        "plt.show(block=True)\nprint(plt.get_fignums())\n"
        "plt.ion()\nplt.plot([1])\nplt.pause(1e6)\nplt.show()\nplt.gcf().show()\n"
    )
    assert ran(file, cwd=tmp_path) == (0, "[]\n", AS_115)
    assert list(tmp_path.iterdir()) == [file]


def test_a_script_finds_what_python_would_give_it(script, tmp_path):
    (tmp_path / "homework").mkdir()
    script("answer = 42\n", "homework/mine.py")
    script("raise ImportError('the copy is not used')\n", "homework/ComputationalGraphPrimer.py")
    file = script(
        "import sys, os, __main__\nfrom mine import answer\n"
        "import ComputationalGraphPrimer as module\n"
        "print(sys.argv, sys.path[0], __file__, __name__, answer, module.__version__)\n"
        "print(__main__.answer, os.getcwd())\n"
        "open('result.txt', 'w').write(input())\n"
        "sys.exit(7)\n",
        "homework/main.py",
    )
    with started("homework/main.py", "--api", "1.1.0", "--", "--lr", "3", "--", "-h",
                 cwd=tmp_path) as process:
        out, err = process.communicate("typed\n", timeout=60)
    home = tmp_path / "homework"
    assert out == (
        f"['homework/main.py', '--lr', '3', '--', '-h'] {home} {file} __main__ 42 1.1.0\n"
        f"42 {tmp_path}\n")
    assert err == "not used: ComputationalGraphPrimer.py beside the script\n"
    assert (process.returncode, (tmp_path / "result.txt").read_text()) == (7, "typed")


def test_as_published_is_the_ascent_that_exact_is_not(tmp_path):
    file, losses = LEGACY / "one_neuron_105.py", {}
    for semantics in ("exact", "as_published"):
        code, out, _ = ran(file, "--semantics", semantics, "--api", "1.1.5", cwd=tmp_path)
        losses[semantics] = re.findall(r"^\[iter=(\d+)\]  loss = (0\.\d{4})$", out, flags=re.M)
        assert code == 0
        assert [iteration for iteration, _ in losses[semantics]] == ["100", "200"]
    assert losses["exact"][-1] < losses["as_published"][-1]


def test_a_script_that_raises_ends_as_under_python_itself(tmp_path):
    file = LEGACY / "raises.py"
    (tmp_path / "ComputationalGraphPrimer.py").touch()      # all that this script needs of it
    alone = subprocess.run(
        [sys.executable, file], env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False)
    assert ran(file, cwd=tmp_path) == (alone.returncode, "", AS_115 + alone.stderr)
    assert alone.returncode == 1
    assert alone.stderr.splitlines()[-1] == (
        "NameError: name 'recrod' is not defined. Did you mean: 'record'?")


def test_what_the_facade_explains_ends_at_the_script_s_own_line(script, tmp_path):
    file = script(
        "from ComputationalGraphPrimer import *\n"
        "cgp = ComputationalGraphPrimer(expresions=['xw=ab*xa'])\n")
    code, out, err = ran(file, cwd=tmp_path)
    assert (code, out) == (1, "")
    assert re.findall(r'^  File "(.*)", line (\d+)', err, flags=re.M) == [(str(file), "2")]
    assert "fix: did you mean 'expressions'?" in err


def test_an_attribute_that_there_is_not_is_the_script_s_mistake(script, tmp_path):
    file = script(
        "from ComputationalGraphPrimer import *\n"
        "ComputationalGraphPrimer(expressions=['xw=ab*xa']).velocity\n")
    code, out, err = ran(file, cwd=tmp_path)
    without_carets = re.sub(r"^[ ~^]+\n", "", err, flags=re.M)     # drawn from Python 3.13 on
    assert (code, out, without_carets) == (1, "", AS_115 + (
        "Traceback (most recent call last):\n"
        f'  File "{file}", line 2, in <module>\n'
        "    ComputationalGraphPrimer(expressions=['xw=ab*xa']).velocity\n"
        "AttributeError: 'ComputationalGraphPrimer' object has no attribute 'velocity'\n"
    ))


def test_an_error_in_a_method_that_the_facade_called_shows_how_it_came_there(script, tmp_path):
    file = script((LEGACY / "multi_neuron_114.py").read_text().replace(
        "        MyNetwork.calls += 1\n", "        MyNetwork.cals += 1\n"))
    code, _, err = ran(file, cwd=tmp_path)
    files = re.findall(r'^  File "(.*)", line \d+', err, flags=re.M)
    assert (code, files[0], files[-1], len(files)) == (1, str(file), str(file), 3)


def test_output_comes_at_once_and_ctrl_c_ends_both(script, tmp_path):
    file = script(
        "import time\n"
        "try:\n    print('ready')\n    time.sleep(600)\nfinally:\n    print('tidied')\n")
    with started(file, cwd=tmp_path, start_new_session=True) as process:
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "tidied\n", AS_115 + "stopped\n")


def test_ctrl_c_of_our_process_alone_is_passed_on_and_a_script_that_stays_is_killed(
    script, tmp_path
):
    file = script(
        "import os, signal, time\nsignal.signal(signal.SIGINT, lambda *_: print('asked'))\n"
        "print(os.getpid())\ntime.sleep(600)\n")
    with started(file, cwd=tmp_path) as process:
        child = int(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "asked\n", AS_115 + "stopped\n")
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_script_that_a_signal_ends_says_which(script, tmp_path):
    file = script("import os\nos.kill(os.getpid(), 9)\n")
    assert ran(file, cwd=tmp_path) == (137, "", AS_115 + "ended by SIGKILL\n")


def test_the_code_cells_of_a_notebook_run(script, tmp_path):
    cells = ["%matplotlib inline\nfrom ComputationalGraphPrimer import *", "print(np.arange(2))"]
    file = script(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": "# HW2"}, *(
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell}
            for cell in cells)],
    }), "hw2.ipynb")
    assert ran(file, cwd=tmp_path) == (0, "[0 1]\n", AS_115)
    broken = script(file.read_text().replace("np.arange(2)", "np.arange(2"), "broken.ipynb")
    done = refused(broken)
    assert (done.exit_code, done.stderr) == (2, (
        f"error: this is not Python 3: '(' was never closed\n  at {broken}, cell 2\n"
        "  expected a Python file or a notebook\n"
    ))


@pytest.mark.parametrize(("name", "content", "message"), [
    ("gone.py", None,
     "the script cannot be read: no such file or directory\n  at {}\n"
     "  expected a Python file or a notebook\n"),
    ("folder", ...,
     "this is a folder\n  at {}\n  expected a Python file or a notebook\n"
     "  fix: give the path of the script in it\n"),
    ("hw.py", b"import numpy\nprint 'loss'\n",
     "this is not Python 3: Missing parentheses in call to 'print'. Did you mean print(...)?\n"
     "  at {}:2\n  expected a Python file or a notebook\n"),
    ("hw.py", b"x = 1\nreturn x\n",
     "this is not Python 3: 'return' outside function\n"
     "  at {}:2\n  expected a Python file or a notebook\n"),
    ("hw.pdf", b"%PDF-1.7\n", "this is not Python 3: invalid syntax\n"
     "  at {}:1\n  expected a Python file or a notebook\n"),
    ("nul.py", b"x = 1\0", "this is not Python 3: source code string cannot contain null bytes\n"
     "  at {}\n  expected a Python file or a notebook\n"),
    ("hw.ipynb", b"{}", "hw.ipynb is not a notebook that can be read\n  at {}\n"
     "  expected the file as Jupyter saved it\n"),
])
def test_what_is_no_script_is_refused(name, content, message, tmp_path):
    file = tmp_path / name
    if content is ...:
        file.mkdir()
    elif content is not None:
        file.write_bytes(content)
    done = refused(file)
    assert (done.exit_code, done.stderr) == (2, "error: " + message.format(file))


def test_a_zip_is_refused_whatever_its_name(tmp_path):
    file = tmp_path / "hw2.py"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("__main__.py", "print(1)")
    done = refused(file)
    assert (done.exit_code, done.stderr) == (2, (
        f"error: this is a zip file\n  at {file}\n  expected a Python file or a notebook\n"
        "  fix: unpack it, and give the script\n"
    ))


@pytest.mark.parametrize("given", ["xd,xa,xc,xb", "['xd', 'xa', 'xc', 'xb']"])
def test_inputs_come_in_the_order_that_a_run_of_the_package_printed(given, script, tmp_path):
    file = script(
        "from ComputationalGraphPrimer import *\n"
        "cgp = ComputationalGraphPrimer(one_neuron_model=True, expressions=['xw=ab*xa+bc*xb+cd*xc"
        "+ac*xd'], output_vars=['xw'], dataset_size=10)\n"
        "cgp.parse_expressions()\nprint(cgp.independent_vars)\n")
    code, out, err = ran(file, "--inputs", given, cwd=tmp_path)
    assert (code, out, err) == (
        0, "['xd', 'xa', 'xc', 'xb']\n", AS_115 + UNTRAINED.format(file))


SAVING = """
import builtins
import sys
from ComputationalGraphPrimer import *
builtins.print = sys.stderr = None                       # some scripts replace them
plt.figure(); plt.plot([1, 2]); plt.savefig("../output/loss.png"); plt.savefig("/nowhere/adam.png")
plt.show()
with open("notes.txt", "w") as file:
    file.write("kept")
assert open("notes.txt").read() == "kept" == open("there.txt").read()
np.save("losses.npy", np.ones(3))
"""


def test_what_a_script_saves_itself_goes_to_the_same_folder_and_it_owns_its_builtins(
        script, tmp_path):
    (tmp_path / "there.txt").write_text("kept")
    code, out, err = ran(script(SAVING), "--save", "kept", cwd=tmp_path)
    assert (code, out, err) == (0, "", AS_115 + "wrote kept/figure-01.png\n")
    assert sorted(file.name for file in (tmp_path / "kept").iterdir()) == [
        "adam.png", "figure-01.png", "loss.png", "losses.npy", "notes.txt"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["hw2.py", "kept", "there.txt"]


@pytest.mark.parametrize(("text", "said"), some([
    ("class Mine(ComputationalGraphPrimer):\n    pass\n", True),
    ("ComputationalGraphPrimer(one_neuron_model=True, expressions=['xw=ab*xa'])\n", True),
    ("ComputationalGraphPrimer(one_neuron_model=True).vals_for_learnable_params = {}\n", False),
    ("", False),
], 2))
def test_a_script_that_trains_nothing_is_told(text, said, script, tmp_path):
    code, out, err = ran(script(f"from ComputationalGraphPrimer import *\n{text}"), cwd=tmp_path)
    assert (code, out) == (0, "")
    assert err == AS_115 + (UNTRAINED.format(tmp_path / "hw2.py") if said else "")


def test_modules_beside_a_script_count_for_the_version(script, tmp_path):
    script("class Mine:\n    def backprop_and_update_params_multi_neuron_model(self, y_error, "
           "class_labels):\n        pass\n", "sgd_plus.py")
    script("from sgd_plus import Mine\n", "homework.py")
    file = script("import os, homework\n")
    code, _, err = ran(file, cwd=tmp_path)
    assert (code, err) == (0, (
        "run as for version 1.1.2 (its backprop takes class labels, sgd_plus.py, line 2); --api "
        "changes that\n"))


def test_wrong_options_are_explained(tmp_path):
    file = LEGACY / "star_names.py"
    done = refused(file, "--api", "1.1.55")
    assert (done.exit_code, done.stderr) == (2, (
        "error: there is no version '1.1.55'\n"
        "  expected one of 1.0.5, 1.0.6, 1.0.7, 1.0.8, 1.0.9, 1.1.0, 1.1.1, 1.1.2, 1.1.3, 1.1.4, "
        "1.1.5\n"
        "  fix: did you mean '1.1.5'?\n"
    ))
    done = refused(file, "--save", tmp_path, "--show")
    assert (done.exit_code, done.stderr) == (2, (
        "error: --save and --show exclude each other\n  expected one of them\n"))
    taken = tmp_path / "taken"
    taken.touch()
    done = refused(file, "--api", "1.1.5", "--save", taken)
    assert (done.exit_code, done.stderr) == (2, (
        f"error: the figures cannot be written: file exists\n  at {taken}\n"
        "  expected a folder that can be written\n  fix: give another path after --save\n"
    ))


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder that root cannot write to")
def test_a_folder_that_cannot_be_written_is_refused_before_the_script_runs(script):
    done = refused(script("print('ran')"), "--api", "1.1.5", "--save", "/proc/self")
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", (
        "error: the figures cannot be written: no such file or directory\n  at /proc/self\n"
        "  expected a folder that can be written\n  fix: give another path after --save\n"
    ))


def test_show_without_a_display_is_explained():
    done = refused(LEGACY / "star_names.py", "--api", "1.1.5", "--show")
    assert (done.exit_code, done.stdout, done.stderr) == (3, "", (
        "error: no window can be opened here\n"
        "  expected a display that matplotlib can use\n"
        "  fix: write the figures to files: --save DIR\n"
    ))
    assert pyplot.get_fignums() == []


def test_the_help_says_that_there_is_no_sandbox():
    text = " ".join(refused("--help").stdout.split())
    assert (
        "It runs with the rights of who calls it, like `python SCRIPT`: there is no sandbox. "
        "Do not run scripts of people you do not trust. This is no grading either: see `cgp grade`."
    ) in text


PACKAGE_SCRIPTS = {     # lines of its record, figures
    "one_neuron_classifier": (399, 2), "multi_neuron_classifier": (199, 2),
    "graph_based_dataflow": (9, 2), "extending_autograd": (2, 2), "verify_with_torchnn": (399, 1),
}


@pytest.mark.skipif(
    not EXAMPLES, reason="CGP_PEER_EXAMPLES does not name the folder of the package's examples")
@pytest.mark.parametrize(("name", "semantics"), [
    *((name, "as_published") for name in PACKAGE_SCRIPTS),
    # All but the last, whose 40,000 steps of torch.optim take 30 s whatever the semantics.
    *((name, "exact") for name in [*PACKAGE_SCRIPTS][:-1]),
])
def test_the_package_s_own_scripts_run_unchanged(name, semantics, tmp_path):
    lines, figures = PACKAGE_SCRIPTS[name]
    code, out, err = ran(
        Path(EXAMPLES, f"{name}.py"), "--semantics", semantics, "--save", "figures", cwd=tmp_path)
    written = "".join(f"wrote figures/figure-{n:02d}.png\n" for n in range(1, figures + 1))
    assert (code, err) == (0, AS_115 + written)
    due = r"^\[iter=\d+\]  loss = |Training with sample indexed: \d|^Loss: \["
    assert len(re.findall(due, out, flags=re.M)) == lines
