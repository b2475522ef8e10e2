"""`cgp demo`: what it prints, writes and refuses."""

import io
import os
import re
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg

from cgp_harness.cli import main
from cgp_harness.cli.demos.progress import bar
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.sandbox.host import levels
from cgp_reference.demos.catalogue import DEMOS
from cgp_reference.demos.loss_surfaces import ravine
from tests.harness.rules.right import oracle
from tests.places import ROOT

SNAPSHOTS = ROOT / "tests/snapshots/demos"
LECTURE = ROOT / "plugins/step_size/lecture.py"


@pytest.fixture(autouse=True)
def headless(monkeypatch, tmp_path):
    """No display, whatever the machine has; and a working folder to see it stay empty."""
    monkeypatch.chdir(tmp_path)
    pyplot.switch_backend("agg")


def cgp(*arguments):
    return CliRunner().invoke(main, ["demo", *map(str, arguments)])


def shown(name, now=""):
    """What a demo prints; `CGP_SNAPSHOTS=write` writes what it prints now."""
    file = SNAPSHOTS / f"{name}.txt"
    if now and os.environ.get("CGP_SNAPSHOTS") == "write":
        file.write_text(now, encoding="utf-8")
    return file.read_text(encoding="utf-8")


def test_without_a_name_the_demos_are_listed():
    done = cgp()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        "dag              the lecture's DAG: partials at a sample; exact gradients bring its "
        "parameters back\n"
        "one-neuron       the one-neuron classifier, trained by SGD, SGD+, AdaGrad, RMSProp "
        "and Adam\n"
        "multi-neuron     the 4-2-1 classifier, trained by SGD, SGD+, AdaGrad, RMSProp and Adam\n"
        "verify-torchnn   the classifiers on torch.nn beside the engine, on the same batches\n"
        "jacobian         the Jacobian of one neuron; GD, Gauss-Newton and "
        "Levenberg-Marquardt with it\n"
        "ravine           SGD, SGD+, AdaGrad, RMSProp and Adam in a narrow valley\n"
        "loss-surface     the loss over two parameters of a neuron, and gradient descent on it\n"
        "gd-vs-sgd        GD on all data beside SGD on batches of four, whose surface changes\n"
        "local-minimum    GD stuck in a local minimum that SGD leaves\n"
        "learning-rate    SGD at 1e-6, 1e-3, 5e-2 and a decreasing rate, on the lecture's "
        "network\n"
        "sparse           sparse gradients: AdaGrad's vanishing rate, and RMSProp's cure\n"
        "operators        the operator graph beside torch's grad_fn and AccumulateGrad\n"
        "static-dynamic   one graph for all batches beside one made anew, and a recurrent unit\n"
        "extend-autograd  a quantizer as an extension of Autograd: its cost, and its backward\n"
        "errata           the lecture's printed code beside its equations: steps and losses\n"
    )


@pytest.mark.parametrize(("name", "fix"), [
    ("ravin", "  fix: did you mean 'ravine'?\n"), ("zzz", ""),
])
def test_an_unknown_name_is_answered_with_those_there_are(name, fix):
    done = cgp(name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: there is no demo {name!r}\n"
        "  expected one of dag, one-neuron, multi-neuron, verify-torchnn, jacobian, ravine, "
        "loss-surface, gd-vs-sgd, local-minimum, learning-rate, sparse, operators, static-dynamic, "
        f"extend-autograd, errata\n{fix}"
    )


@pytest.mark.parametrize("name", [
    "ravine", "loss-surface", "gd-vs-sgd", "one-neuron", "multi-neuron", "jacobian", "dag",
    "errata"])
def test_a_demo_prints_its_numbers_and_writes_nothing(name, tmp_path):
    done = cgp(name)
    assert (done.exit_code, done.stdout, done.stderr) == (0, shown(name, done.stdout), "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "iterations"), [
    ("local-minimum", 60), ("learning-rate", 150), ("sparse", 200), ("operators", 1),
    ("static-dynamic", 120),
])
def test_what_the_lecture_only_says_is_shown_in_numbers(name, iterations):
    done = cgp(name, "--iterations", iterations)
    assert (done.exit_code, done.stdout, done.stderr) == (0, shown(name, done.stdout), "")


def test_verify_torchnn_prints_its_numbers_and_how_small_the_differences_are():
    """The power of ten of a rounding error is the machine's."""
    said = re.compile(r"(?<=: )(?:0|below 1e-1[3-7])$", flags=re.M)
    done = cgp("verify-torchnn")
    assert (done.exit_code, done.stderr) == (0, "")
    assert said.sub("SMALL", done.stdout) == said.sub("SMALL", shown("verify-torchnn", done.stdout))
    assert len(said.findall(done.stdout)) == 2


@pytest.mark.parametrize("name", ["one-neuron", "multi-neuron"])
def test_a_short_training_says_so(name):
    done = cgp(name, "--iterations", 1)
    assert (done.exit_code, done.stderr) == (0, "")
    whole = {"one-neuron": 40000, "multi-neuron": 20000}[name]
    rate = {"one-neuron": "0.001", "multi-neuron": "0.09"}[name]
    assert done.stdout.splitlines()[1:7] == [
        f"iterations: 1; the lecture takes {whole}: --iterations {whole}", "",
        f"SGD, lr {rate}, loss:", "(two iterations or more have a line)", "",
        "every rule, loss; last column: 32 further seeds, at the end",
    ]


def test_seed_and_iterations_are_the_reader_s():
    assert cgp("ravine", "--seed", 1, "--iterations", 2).stdout == (
        "loss in a valley 100 times as steep across as along (seed 1)\n\n"
        "rule        lr  step 0     1     2  below 1\n"
        "SGD      0.019     125   108  94.9  not reached\n"
        "SGD+     0.005     125  61.1  42.7  not reached\n"
        "AdaGrad      2     125   124  49.8  not reached\n"
        "RMSProp    0.1     125  77.8  58.5  not reached\n"
        "Adam       0.5     125  58.5  36.3  not reached\n"
    )


@pytest.mark.parametrize("path", range(4))
def test_the_adaptive_and_momentum_paths_are_those_of_the_oracle(path):
    family = ("sgd_plus", "adagrad", "rmsprop", "adam")[path]
    convention = "lr_in_buffer" if family == "sgd_plus" else "eps_inside_root"
    descent = ravine.references(3, 60)[path + 1]
    gradients = descent.points[:-1] @ ravine.MATRIX + ravine.noise(3, 60)
    run = Trajectory(
        ((2,),), gradients,
        {"mu": 0.9, "rho": 0.9, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": (ravine.LEARNING_RATES[family],) * 60},
    )
    steps = oracle.steps(family, convention, run)
    np.testing.assert_allclose(
        np.diff(descent.points, axis=0), -steps, rtol=1e-9, atol=1e-9)


def test_save_makes_the_folder_and_says_where_the_figure_went(tmp_path):
    folder = tmp_path / "a" / "b"
    done = cgp("ravine", "--save", folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        shown("ravine") + f"wrote {folder}/ravine.png\nwrote {folder}/ravine.svg\n")
    assert sorted(file.name for file in folder.iterdir()) == ["ravine.png", "ravine.svg"]


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    file = tmp_path / "there"
    file.touch()
    done = cgp("ravine", "--save", file)
    assert (done.exit_code, done.stdout) == (2, "")         # said before anything is computed
    assert done.stderr == (
        "error: the figure cannot be written: file exists\n"
        f"  at {file}\n"
        "  expected a folder that can be written\n"
        "  fix: give another path after --save\n"
    )


def test_a_seed_beyond_what_every_stream_takes_is_refused():
    done = cgp("errata", "--seed", 10**9 + 1)
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == (
        "Error: Invalid value for '--seed': 1000000001 is not in the range 0<=x<=1000000000.")


def test_show_without_a_display_is_explained():
    done = cgp("ravine", "--show")
    assert (done.exit_code, done.stdout) == (3, shown("ravine"))
    assert done.stderr == (
        "error: no window can be opened here\n"
        "  expected a display that matplotlib can use\n"
        "  fix: write the figure to files: --save DIR\n"
    )
    assert pyplot.get_fignums() == []


def test_show_opens_the_figure_in_a_window(monkeypatch):
    titles = []
    monkeypatch.setattr(FigureCanvasAgg, "required_interactive_framework", "some", raising=False)
    monkeypatch.setattr(pyplot, "show", lambda: titles.append(pyplot.gcf().get_suptitle()))
    done = cgp("loss-surface", "--show")
    pyplot.close("all")
    assert (done.exit_code, done.stderr) == (0, "")
    assert titles == ["Gradient descent follows the steepest way down the loss surface (seed 0)"]


class Terminal(io.StringIO):
    """What rich takes for a terminal."""

    def isatty(self):
        return True


def test_a_long_demo_has_a_bar_on_a_terminal_and_the_same_numbers(monkeypatch):
    shown = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", shown)
    with bar("errata") as progress:
        assert "errata" not in shown.getvalue()         # a quick demo never shows one
        descents = DEMOS["errata"].descents(0, 5, progress)
    assert "errata" in shown.getvalue()
    assert "100%" in shown.getvalue()
    for one, alone in zip(descents, DEMOS["errata"].reference(0, 5), strict=True):
        assert (one.losses == alone.losses).all()


def test_where_stderr_is_no_terminal_there_is_no_bar():
    with bar("errata") as progress:
        assert progress is None


@pytest.mark.parametrize("name", ["one-neuron", "multi-neuron"])
def test_the_classifiers_tell_how_far_they_are(name):
    told = []
    DEMOS[name].descents(0, 4, told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.5, 1.0)


def test_a_run_without_isolation_is_said(monkeypatch):
    monkeypatch.setattr(levels, "choose", lambda demand: "plain")
    done = cgp("ravine", "--iterations", 2, "--plugin", LECTURE)
    assert done.exit_code == 0
    assert done.stderr == f"this machine ran {LECTURE} without isolation\n"


def test_the_page_on_demos_shows_what_there_is():
    page = (ROOT / "docs/demos.md").read_text(encoding="utf-8")
    for text in map(shown, ("ravine", "multi-neuron", "jacobian")):
        assert f"```text\n{text}```" in page
    listed = dict(re.findall(r"^\| `([a-z-]+)` \|.* \| (\d+) \|$", page, flags=re.M))
    assert listed == {demo.name: str(demo.iterations) for demo in DEMOS.values()}
    command = main.commands["demo"]
    known = {option for one in command.params for option in one.opts if option.startswith("-")}
    assert set(re.findall(r"`(--[a-z]+)`", page)) == known
    for line in re.search(r"```sh\n(.*?)```", page, flags=re.S)[1].splitlines():
        _, name, *arguments = line.split()
        assert name == "demo"
        command.make_context(name, arguments)
