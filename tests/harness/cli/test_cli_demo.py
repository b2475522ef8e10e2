"""`cgp demo`: what it prints and writes, and a student's rules beside the reference's."""

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
from cgp_harness.cli.demos.plugin import descents_of
from cgp_harness.cli.demos.progress import bar
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.sandbox.host import levels
from cgp_reference.demos.catalogue import DEMOS
from cgp_reference.demos.errata import demo as errata
from cgp_reference.demos.loss_surfaces import ravine
from tests.harness.rules.right import oracle
from tests.places import ROOT

SNAPSHOTS = ROOT / "tests/snapshots/demos"
LECTURE = ROOT / "plugins/step_size/lecture.py"
ONE_NEURON = """\
one neuron, 4-1, batches of 8 (seed 0)
iterations: 5000; the lecture takes 40000: --iterations 40000

SGD, lr 0.001, mean loss of 100 iterations:
[iter=101]  loss = 0.2929
[iter=601]  loss = 0.3003
[iter=1201]  loss = 0.2751
[iter=1701]  loss = 0.2808
[iter=2201]  loss = 0.2848
[iter=2801]  loss = 0.2650
[iter=3301]  loss = 0.2643
[iter=3801]  loss = 0.2607
[iter=4401]  loss = 0.2582
[iter=4901]  loss = 0.2567

every rule, mean loss of 100 iterations; last column: 32 further seeds, at the end

rule        lr  step 0   1000   2000   3000   4000   5000  median (5 to 95 %)
SGD      0.001   0.235  0.303  0.273  0.271  0.253  0.266  0.235 (0.206 to 0.272)
SGD+     0.001   0.235  0.244  0.218   0.21  0.189  0.191  0.172 (0.161 to 0.182)
AdaGrad  0.001   0.235  0.306  0.283  0.289  0.274  0.298  0.269 (0.230 to 0.314)
RMSProp  0.001   0.235   0.25  0.215  0.202  0.175  0.177  0.159 (0.148 to 0.169)
Adam     0.001   0.235  0.251  0.216  0.203  0.176  0.178  0.160 (0.149 to 0.171)
"""
MULTI_NEURON = """\
three neurons, 4-2-1, batches of 8 (seed 0)
iterations: 5000; the lecture takes 20000: --iterations 20000

SGD, lr 0.09, mean loss of 100 iterations:
[iter=101]  loss = 0.2790
[iter=601]  loss = 0.2504
[iter=1201]  loss = 0.2459
[iter=1701]  loss = 0.2421
[iter=2201]  loss = 0.2357
[iter=2801]  loss = 0.2211
[iter=3301]  loss = 0.1953
[iter=3801]  loss = 0.1699
[iter=4401]  loss = 0.1450
[iter=4901]  loss = 0.1214

every rule, mean loss of 100 iterations; last column: 32 further seeds, at the end

rule       lr  step 0   1000    2000   3000    4000   5000  median (5 to 95 %)
SGD      0.09   0.268  0.249   0.237  0.214   0.155  0.144  0.119 (0.108 to 0.127)
SGD+     0.09   0.268  0.102  0.0994  0.141  0.0942  0.139  0.106 (0.094 to 0.117)
AdaGrad  0.09   0.268  0.204   0.159  0.156   0.125  0.142  0.112 (0.102 to 0.121)
RMSProp  0.09   0.268  0.107   0.107  0.146   0.102  0.142  0.107 (0.092 to 0.121)
Adam     0.09   0.268  0.102   0.102  0.145  0.0972  0.142  0.107 (0.095 to 0.118)
"""
VERIFY_TORCHNN = """\
SGD on batches of 8, same start and batches, mean loss of 100 iterations (seed 0)

rule              lr  step 0    200    400    600    800   1000
engine 4-1      0.05   0.235  0.248  0.223  0.212  0.198  0.187
OneNeuronNet    0.05   0.235  0.248  0.223  0.212  0.198  0.187
engine 4-2-1    0.05   0.268  0.259  0.252  0.252  0.251  0.251
SigmoidNet      0.05   0.268  0.259  0.252  0.252  0.251  0.251
MultiNeuronNet  0.05    1.79   0.17   0.13  0.136  0.142  0.122

largest difference of a loss, engine 4-1 against OneNeuronNet: below 1e-15
largest difference of a loss, engine 4-2-1 against SigmoidNet: below 1e-15
MultiNeuronNet is another network: ReLU in the hidden layer, no sigmoid behind the output
"""
JACOBIAN = """\
Jacobian (Eq. 9) of one neuron at the start, first 8 of 256 samples (seed 0)

sample        ab        bc        cd        ac      bias
     1   0.03594   0.02627   0.02882   0.03224   0.05348
     2   0.03759   0.02337   0.01791   0.03300   0.06180
     3   0.04098   0.01255   0.01746   0.00808   0.04098
     4   0.04359   0.01111   0.00574   0.02967   0.04963
     5   0.02327   0.03077   0.03668   0.04232   0.09104
     6   0.02576   0.03231   0.00192   0.02151   0.09035
     7   0.04170   0.01403   0.00628   0.04568   0.06397
     8   0.02368   0.03010   0.02677   0.04313   0.09191

largest difference from central differences of step 0.001, all samples: 6.9e-09

sum of the squared errors (Eq. 5) on 256 samples

rule                   lr  step 0     6    12    18    24    30
GD                   0.02     119  50.9  43.1  38.3  35.3  33.2
Gauss-Newton            -     119  24.7  23.7  23.7  23.7  23.7
Levenberg-Marquardt     -     119  23.9  23.7  23.7  23.7  23.7
"""
RAVINE = """\
loss in a valley 100 times as steep across as along (seed 0)

rule        lr  step 0    24      48      72       96      120  below 1
SGD      0.019     125  16.6    6.58    2.62    0.977    0.329  at step 96
SGD+     0.005     125  9.22  0.0596  0.0927  0.00716  0.00402  at step 36
AdaGrad      2     125  14.9    6.12    2.46    0.944    0.325  at step 96
RMSProp    0.1     125  29.3    16.4    6.85      2.4    0.578  at step 114
Adam       0.5     125    18    4.24   0.433  0.00679  0.00826  at step 65
"""
LOSS_SURFACE = """\
sum of the squared errors of one neuron on 12 samples (seed 0)

rule   lr  step 0    12    24   36    48    60
GD    0.2    7.91  2.69  1.74  1.7  1.68  1.67

GD came to p1 = 1.028, p2 = -0.09363
the loss is least, 1.67, at p1 = 0.9983, p2 = -0.0541
"""
GD_VS_SGD = """\
loss on all 12 samples; GD sees all of them at each step, every other rule 4 (seed 0)

rule   lr  step 0    16    32    48    64    80
GD    0.2    8.13   5.7  2.19  1.76  1.67  1.67
SGD   0.6    8.13  5.69  2.19  1.82   1.7  1.69

samples seen in 80 steps: GD 960, every other rule 320
"""
DAG = """\
the lecture's DAG (seed 0)

xx=xa^2
xy=ab*xx+ac*xa
xz=bc*xx+xy
xw=cd*xx+xz^3

variable  depends on  leads to
xa        -           xx, xy
xx        xa          xy, xz, xw
xy        xa, xx      xz
xz        xx, xy      xw
xw        xx, xz      -

before training: ab = 0.6370, ac = 0.2698, bc = 0.0410, cd = 0.0165

sample 1000: xa = -0.03917, predicted xw = 2.45e-05, true xw = 0.001086, loss 0.001061
partials of each node for what stands in its expression, else -

          xa       xx  xy         xz        ab        ac        bc        cd
xx  -0.07835        -   -          -         -         -         -         -
xy    0.2698    0.637   -          -  0.001535  -0.03917         -         -
xz         -  0.04097   1          -         -         -  0.001535         -
xw         -  0.01653   -  0.0002724         -         -         -  0.001535

largest difference from finite differences, grad_delta 0.0001: 1.0e-04

sample 2000: xa = -0.2944, predicted xw = 0.001424, true xw = -0.5126, loss 0.5141
partials of each node for what stands in its expression, else -

         xa       xx  xy        xz       ab       ac       bc       cd
xx  -0.5888        -   -         -        -        -        -        -
xy   0.2698    0.637   -         -  0.08668  -0.2944        -        -
xz        -  0.04097   1         -        -        -  0.08668        -
xw        -  0.01653   -  0.001281        -        -        -  0.08668

largest difference from finite differences, grad_delta 0.0001: 1.0e-04

training with exact gradients, batches of 50, 10000 samples an epoch; mean loss of 100 iterations

rule         lr    step 0    600    1200    1800      2400      3000
SGD      0.0003  7.44e+03    9.9    6.87    6.35      5.87      5.43
SGD+     0.0001  7.44e+03  0.534   0.422   0.334     0.265      0.21
AdaGrad       1  7.44e+03   1.39  0.0227  0.0022  0.000258  3.06e-05
RMSProp   0.005  7.44e+03   33.7    11.8     2.3    0.0519    0.0501
Adam       0.05  7.44e+03   8.18   0.121  0.0047  0.000158   1.4e-06

Adam: the parameters after some steps

         step 0     600    1200    1800    2400    3000  truth
cd       0.0165  2.3485  2.4033  2.8068  2.9670  2.9973      3
ac       0.2698  3.3845  3.9494  3.9944  3.9990  3.9999      4
ab + bc  0.6779  3.7125  3.0651  3.0085  3.0015  3.0001      3
ab       0.6370  2.1542  1.8305  1.8022  1.7987  1.7981      1
bc       0.0410  1.5582  1.2345  1.2063  1.2027  1.2021      2

how far from the truth each rule ends, the largest of cd, ac and ab + bc

rule     this seed  worst of 8 further starts
SGD        2.3e+00                    2.3e+00
SGD+       1.2e+00                    1.5e+00
AdaGrad    1.5e-02                    1.3e-02
RMSProp    6.2e-03                    1.1e-02
Adam       2.7e-03                    2.0e-03

ab and bc appear only as ab + bc: add t to ab and take t from bc, and no output moves,
since xy is read by xz alone, and xz=bc*xx+xy is (ab+bc)*xx+ac*xa
largest change of xw at t = 0.5, all samples: below 1e-12
"""
ERRATA = """\
cosine of the published step and the negative gradient: 1 straight downhill, -1 uphill
1000 batches, or samples of the DAG, each with parameters from uniform(0, 1) (seed 0)

model       parameters      median         5 to 95 %  downhill
one neuron  weights         -1.000  -1.000 to -1.000      0.0%
one neuron  bias             1.000    1.000 to 1.000     99.0%
one neuron  all parameters   0.544   -0.348 to 0.835     92.2%
4-2-1       output weights   1.000    1.000 to 1.000    100.0%
4-2-1       hidden weights   1.000    0.994 to 1.000    100.0%
4-2-1       hidden biases    0.999    0.972 to 1.000     97.4%
4-2-1       output bias          -                 -   no step
4-2-1       all parameters   0.597    0.498 to 0.722    100.0%
DAG         all parameters  -0.881   -1.000 to 0.318     11.6%

mean loss of 100 iterations; the DAG's is the absolute error of a sample

rule                         lr  step 0   2000   4000   6000   8000  10000
one neuron, as published   0.05   0.379  0.168   0.42  0.537  0.591  0.608
one neuron, equations      0.05   0.379  0.148  0.133  0.109  0.106  0.119
4-2-1, as published        0.09   0.375  0.251  0.238  0.129  0.105  0.113
4-2-1, equations           0.09   0.375  0.218   0.14  0.101  0.098   0.11
DAG, as published         1e-06    73.6   61.3     77   70.2   73.3   67.4
DAG, equations            1e-06    73.6   27.7   18.9   2.66   2.67   2.76

what each equation says, and what the code does: docs/errata.md
"""


@pytest.fixture(autouse=True)
def headless(monkeypatch, tmp_path):
    """No display, whatever the machine has; and a working folder to see it stay empty."""
    monkeypatch.chdir(tmp_path)
    pyplot.switch_backend("agg")


def cgp(*arguments):
    return CliRunner().invoke(main, ["demo", *map(str, arguments)])


def plugin(tmp_path, source, name="mine.py"):
    file = tmp_path / name
    file.write_text("from cgp_harness import optimizer\n" + source, encoding="utf-8")
    return file


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


@pytest.mark.parametrize(("name", "text"), [
    ("ravine", RAVINE), ("loss-surface", LOSS_SURFACE), ("gd-vs-sgd", GD_VS_SGD),
    ("one-neuron", ONE_NEURON), ("multi-neuron", MULTI_NEURON), ("jacobian", JACOBIAN),
    ("dag", DAG), ("errata", ERRATA),
])
def test_a_demo_prints_its_numbers_and_writes_nothing(name, text, tmp_path):
    done = cgp(name)
    assert (done.exit_code, done.stdout, done.stderr) == (0, text, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "iterations"), [
    ("local-minimum", 60), ("learning-rate", 150), ("sparse", 200), ("operators", 1),
    ("static-dynamic", 120),
])
def test_what_the_lecture_only_says_is_shown_in_numbers(name, iterations):
    done = cgp(name, "--iterations", iterations)
    assert (done.exit_code, done.stderr) == (0, "")
    file = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("CGP_SNAPSHOTS") == "write":
        file.write_text(done.stdout, encoding="utf-8")
    assert done.stdout == file.read_text(encoding="utf-8")


def test_verify_torchnn_prints_its_numbers_and_how_small_the_differences_are():
    """The power of ten of a rounding error is the machine's."""
    said = re.compile(r"(?<=: )(?:0|below 1e-1[3-7])$", flags=re.M)
    done = cgp("verify-torchnn")
    assert (done.exit_code, done.stderr) == (0, "")
    assert said.sub("SMALL", done.stdout) == said.sub("SMALL", VERIFY_TORCHNN)
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


@pytest.mark.parametrize("name", ["one-neuron", "multi-neuron"])
@pytest.mark.parametrize(("file", "apart"), [
    ("lecture", 0), ("one_number_at_a_time", 0.02),     # the second adds eps outside the root
])
def test_a_student_s_rules_train_the_classifiers_in_their_worker(name, file, apart):
    done = cgp(name, "--iterations", 40, "--plugin", ROOT / f"plugins/step_size/{file}.py")
    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()[-9:]]
    own = [row[2:] for row in rows if row[0] == "plugin:"]
    assert [row[0] for row in rows[1:5]] == ["SGD+", "AdaGrad", "RMSProp", "Adam"]
    np.testing.assert_allclose(
        np.array(own, float), np.array([row[1:8] for row in rows[1:5]], float), rtol=apart)


def test_a_student_s_rules_stand_in_both_tables_of_the_dag():
    done = cgp("dag", "--iterations", 10, "--plugin", LECTURE)
    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("plugin:")]
    assert [row[1] for row in rows] == 2 * ["sgd_plus", "adagrad", "rmsprop", "adam"]
    reference = [line.split() for line in done.stdout.splitlines()
                 if line.startswith(("SGD+ ", "AdaGrad ", "RMSProp ", "Adam "))]
    assert [row[2:9] for row in rows[:4]] == [row[1:8] for row in reference[:4]]
    assert [row[2] for row in rows[4:]] == [row[1] for row in reference[4:]]
    assert {row[3] for row in rows[4:]} == {"-"}


@pytest.mark.parametrize("name", ["verify-torchnn", "jacobian"])
def test_a_student_s_rules_stand_below_the_methods_of_the_other_demos(name):
    done = cgp(name, "--iterations", 10, "--plugin", LECTURE)
    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("plugin:")]
    assert rows == ["sgd_plus", "adagrad", "rmsprop", "adam"]


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
    assert done.stdout == RAVINE + f"wrote {folder}/ravine.png\nwrote {folder}/ravine.svg\n"
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
    assert (done.exit_code, done.stdout) == (3, RAVINE)
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


def test_a_right_plugin_has_the_reference_s_numbers():
    done = cgp("ravine", "--plugin", LECTURE)
    assert done.exit_code == 0
    rows = [line.split()[-8:] for line in done.stdout.splitlines()[3:]]
    assert rows[5:] == rows[1:5]
    names = [line.split()[:2] for line in done.stdout.splitlines()[8:]]
    assert names == [["plugin:", rule] for rule in ("sgd_plus", "adagrad", "rmsprop", "adam")]


def test_a_rule_for_single_numbers_with_other_names_is_right_as_well():
    done = cgp("ravine", "--plugin", ROOT / "plugins/step_size/one_number_at_a_time.py")
    assert (done.exit_code, done.stderr) == (0, "")
    reached = [line.partition("at step ")[2] for line in done.stdout.splitlines()[3:]]
    assert reached == ["96", "36", "96", "114", "65", "36", "96", "114", "65"]


def test_a_rule_that_looks_at_the_point_is_told_where_it_is(tmp_path):
    file = tmp_path / "decaying.py"
    file.write_text(
        "from cgp_harness import optimizer\n\n@optimizer\n"
        "def halving(g, p, lr=0.1):\n    return 0.5 * p\n", encoding="utf-8")
    [descent], problems = descents_of(file, DEMOS["ravine"], 0, 3, "plain")
    assert problems == []
    np.testing.assert_array_equal(descent.points, 0.5 ** np.arange(4)[:, None] * descent.points[0])


def test_torch_classes_are_followed_too():
    file = ROOT / "plugins/step_size/torch_classes.py"
    done = cgp("gd-vs-sgd", "--iterations", 5, "--plugin", file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.count("plugin: ") == 4


BROKEN = '''
@optimizer(s=0)
def adam(g, s, lr=1e-3):
    if s > 1:
        raise ValueError("no \\x1b[31m more")
    return lr * g, s + 1

@optimizer
def one_value(g, v=1, lr=1e-3):
    return g, v

@optimizer(v=0)
def in_place(g, v, lr=1e-3):
    v += g
    return lr * v, v

@optimizer
def without_rate(g):
    return g / 200

@optimizer
def wild(g, learning_rate=1e-3, speed=1e300):
    return learning_rate * g * speed * speed
'''


def test_a_rule_that_raises_is_explained_and_left_out(tmp_path):
    folder = tmp_path / "figures"
    file = plugin(tmp_path, BROKEN)
    done = cgp("ravine", "--iterations", 24, "--plugin", file, "--save", folder)
    assert done.exit_code == 0
    assert done.stderr == (
        "left out: adam() raised ValueError: no \\x1b[31m more (step 3, parameter 1 of 2)\n"
        "  at mine.py:6\n"
        "left out: one_value() returned two values (step 1)\n"
        "  at mine.py:9\n"
        "  expected one value, (step): the step to subtract\n"
        "  fix: end the function with `return step`\n"
        "left out: in_place() changes what it was given in place (step 1)\n"
        "  at mine.py:15\n"
        "  expected the gradient and the state left as they are; the harness keeps what is "
        "returned\n"
        "  fix: write `m = beta * m + g` instead of `m *= beta` and `m += g`\n"
    )
    assert [line for line in done.stdout.splitlines() if "plugin" in line] == [
        "plugin: without_rate      -     125  38.6  36.6  35.1  33.4  31.8  not reached",
        "plugin: wild          0.019     125     -     -     -     -     -  diverged at step 1",
    ]
    assert (folder / "ravine.svg").exists()


def test_a_plugin_without_a_rule_leaves_the_demo_as_it_is(tmp_path):
    done = cgp("ravine", "--plugin", plugin(tmp_path, "x = 1 / 0\n"))
    assert (done.exit_code, done.stdout) == (0, RAVINE)
    assert done.stderr == (
        "left out: ZeroDivisionError: division by zero\n  at mine.py:2\n"
    )


def test_a_file_that_cannot_be_read_as_a_submission_is_left_out(tmp_path):
    file = tmp_path / "mine.zip"
    file.write_bytes(b"PK\x03\x04 no zip")
    done = cgp("ravine", "--plugin", file)
    assert (done.exit_code, done.stdout) == (0, RAVINE)
    assert done.stderr == (
        "left out: the zip is damaged, or no zip\n"
        "  expected a zip that opens\n"
        "  fix: make the zip again and upload it again\n"
    )


def test_student_code_never_runs_in_the_demo_s_process(tmp_path):
    """Only a worker lacks click."""
    source = """
import sys
@optimizer
def spy(g, lr=1e-3):
    if "click" in sys.modules:
        raise ValueError("in the grader")
    return lr * g
"""
    done = cgp("loss-surface", "--plugin", plugin(tmp_path, source), "--save", tmp_path / "out")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "plugin: spy" in done.stdout


def test_a_rule_that_ends_its_worker_does_not_cost_the_next_one_its_run(tmp_path):
    source = """
import os
@optimizer
def ends(g, lr=1e-3):
    os._exit(3)

@optimizer
def stays(g, lr=1e-3):
    return lr * g
"""
    done = cgp("ravine", "--iterations", 5, "--plugin", plugin(tmp_path, source))
    assert done.exit_code == 0
    assert done.stderr == (
        "left out: ends: the process ended itself with exit code 3\n"
        "  fix: remove calls such as os._exit()\n"
    )
    assert "plugin: ends" not in done.stdout
    assert "plugin: stays" in done.stdout


def test_no_more_than_twelve_rules_are_shown(tmp_path):
    source = "".join(f"@optimizer\ndef r{i:02}(g, lr=1.0):\n    return lr * g\n" for i in range(14))
    done = cgp("ravine", "--iterations", 1, "--plugin", plugin(tmp_path, source))
    assert done.stdout.count("plugin: r") == 12
    assert done.stderr == (
        "left out: rules from number 13 to 14\n"
        "  at mine.py:38\n"
        "  expected at most 12 rules\n"
    )


def test_a_missing_file_is_refused_and_a_folder_is_one_submission(tmp_path):
    missing = cgp("ravine", "--plugin", tmp_path / "none.py")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert missing.stderr == (
        "error: there is no such file or folder\n"
        f"  at {tmp_path / 'none.py'}\n"
        "  expected a submission, or a folder of submissions\n"
    )
    rule = "@optimizer\ndef {}(g, lr=1.0):\n    return lr * g\n"
    for name in ("a", "b"):
        plugin(tmp_path, rule.format(name), f"{name}.py")
    several = cgp("ravine", "--iterations", 1, "--plugin", tmp_path)
    assert (several.exit_code, several.stderr) == (0, "")
    assert several.stdout.count("plugin: ") == 2


def test_a_demo_without_rules_refuses_a_submission_before_it_computes(monkeypatch):
    monkeypatch.setattr(errata, "references", None)
    done = cgp("errata", "--plugin", LECTURE)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "error: errata has no place for a rule\n"
        "  at --plugin\n"
        "  expected one of RULES\n"
        "  fix: leave out --plugin\n"
    ).replace("RULES", ", ".join(name for name, demo in DEMOS.items() if demo.follow is not None))


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
    for text in (RAVINE, MULTI_NEURON, JACOBIAN):
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


def test_a_learning_rate_given_by_the_page_s_other_name_is_the_demo_s(tmp_path):
    source = "@optimizer\ndef sgd(g, learning_rate=7.0):\n    return learning_rate * g\n"
    done = cgp("ravine", "--plugin", plugin(tmp_path, source))
    rows = done.stdout.splitlines()
    assert rows[-1].split() == ["plugin:", "sgd", *rows[3].split()[1:]]


def rows_of(done):
    """Label -> the numbers of its row in the first table that has it."""
    found = {}
    for line in done.stdout.splitlines():
        label, *numbers = re.split(r"  +", line)
        found.setdefault(label, numbers)
    return found


def test_a_student_s_function_stands_where_the_quantizer_does_and_runs_in_its_worker():
    done = cgp("extend-autograd", "--iterations", 30, "--plugin",
               ROOT / "plugins/autograd_extension/extensions.py")
    assert (done.exit_code, done.stderr) == (0, (
        "left out: inside the network, for x of shape (10,): affine fails: Affine.forward() is "
        "given 2 values, and takes (ctx, x, W, b)\n"
        "  at extensions.py:40\n"
        "  fix: take one argument for each\n"
        "  Python says: TypeError: Affine.forward() missing 2 required positional arguments: 'W' "
        "and 'b'\n"))
    rows = rows_of(done)
    assert rows["plugin: SGD, quantize"] == rows["hidden quantized"][:7]
    assert rows["plugin: SGD, softplus"] != rows["plugin: SGD, sign_ste"]


def test_a_student_s_backpropagation_trains_the_dag_and_runs_in_its_worker():
    done = cgp("dag", "--iterations", 10, "--plugin",
               ROOT / "plugins/computational_graph/graph.py")
    assert (done.exit_code, done.stderr) == (0, "")
    rows = rows_of(done)
    assert rows["plugin: Adam, graph"] == rows["Adam"]


@pytest.mark.parametrize(("demo", "file", "says"), [
    ("dag", "computational_graph/examples/missing_return.py",
     "left out: graph: forward() returned None\n"
     "  at missing_return.py:6\n"
     "  expected a pair: the value of every node, and the table of partials\n"
     "  fix: end it with `return values, partials`\n"),
    ("ravine", "computational_graph/examples/all_paths.py",
     "left out: ravine has no place for the backpropagation 'graph'\n"
     "  at all_paths.py:6\n"
     "  expected rules\n"
     "  fix: show it in dag\n"),
    ("dag", "autograd_extension/examples/straight_through.py",
     "left out: dag has no place for the autograd function 'quantize'\n"
     "  at straight_through.py:8\n"
     "  expected rules or backpropagations\n"
     "  fix: show it in extend-autograd\n"),
])
def test_what_a_demo_has_no_place_for_is_told_where_there_is_one(demo, file, says):
    done = cgp(demo, "--iterations", 2, "--plugin", ROOT / "assignments/cgp_assignments" / file)
    assert (done.exit_code, done.stderr) == (0, says)
