"""The homework `primer_homework` in real workers: examples, what is tolerated, and attacks."""

import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from cgp_harness import pipeline
from cgp_harness.assignment import Limits, load, parse
from cgp_harness.assignment.reading import FILE
from cgp_harness.collect import collect
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.kinds.primer_training import requests as wire
from cgp_harness.kinds.primer_training.record import trainings_in
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.reports import results
from cgp_harness.sandbox.host import levels, view
from tests.harness.homeworks.primer_scripts import EXAMPLES, HOMEWORK, TASKS

LEVEL = levels.choose("auto")
# Points, and the identifiers that are found.
FOUND = {
    "as_printed.py": (100, ""),
    "bias_moves_all_layers.py": (95.34, "all_biases_moved"),
    "by_averages.py": (100, ""),
    "by_samples.py": (100, ""),
    "cells_out_of_order.ipynb": (100, ""),
    "colab_export.py": (100, ""),
    "in_arrays.py": (100, ""),
    "last_weight_for_bias.py": (84.66, "step_of_a_weight"),
    "no_bias_correction.py": (54, "damped no_bias_correction"),
    "one_state_for_all.py": (54, "shared_state"),
    "own_copy": (100, ""),
    "paired_by_position.py": (93.34, "paired_by_position"),
    "rate_in_gradient.py": (77, "rate_in_gradient"),
    "restarts_in_neurons.py": (72, "shared_state state_restarts_in_neuron"),
    "several_files": (100, ""),
    "state_left_from_before.py": (54, "state_carried_over"),
}
ALWAYS = ("cells_out_of_order.ipynb", "own_copy", "several_files")
ONE = load("primer_homework")


def grade(submission, homework=HOMEWORK, seed=3):
    return pipeline.grade(submission, homework, seed=seed, isolation=LEVEL)


def one_task(limits=None):
    """The first task alone."""
    return msgspec.structs.replace(
        HOMEWORK, tasks=HOMEWORK.tasks[:1], limits=limits or HOMEWORK.limits)


def script(text, name="hw.py"):
    return Submission("ada", (SourceFile(name, text.encode()),))


def example(name):
    return next(one for one in collect([EXAMPLES]) if one.id == name.partition(".")[0])


def test_there_are_sixteen_examples():
    assert sorted(one.name for one in EXAMPLES.iterdir()) == sorted(FOUND)


@pytest.mark.parametrize("name", [
    name if name in ALWAYS else pytest.param(name, marks=pytest.mark.long) for name in FOUND])
def test_examples_get_their_points_and_their_names(name):
    report = grade(example(name))
    flags = sorted({flag for check in report.checks if check.diagnosis
                    for flag in check.diagnosis.flags})
    assert (round(report.score, 2), " ".join(flags)) == FOUND[name]
    assert report.notes == ()


def test_what_a_script_did_besides_is_said_and_costs_nothing():
    report = grade(example("own_copy"), one_task())
    followed = next(one for one in report.checks if one.kind == "followed")
    assert followed.message == (
        "Followed for 63 steps on 2 sets of samples, on 4-1. Not used: "
        "ComputationalGraphPrimer.py, a copy of the package. Options that the package does not "
        "have were kept as attributes.")
    assert followed.evidence == "trace"


BASE = (EXAMPLES / "by_samples.py").read_text("utf-8")
BEGIN = BASE[:BASE.index("for kind in")]
TRAINS = '''
neuron = SGDPlus(**ONE)
neuron.parse_expressions()
neuron.run_training_loop_one_neuron_model(neuron.gen_training_data())
'''
UNSEEN = (
    "No training was seen: no script makes a ComputationalGraphPrimer, or a subclass, and has it "
    "propagate two batches forward.")
FORGED = '''
import numpy as np
from ComputationalGraphPrimer import *
draw = np.random.default_rng(0)
samples = draw.normal(3, 2, (64, 8, 4))
neuron = ComputationalGraphPrimer(one_neuron_model=True, expressions=["xw=ab*xa+bc*xb+cd*xc+ac*xd"],
    output_vars=["xw"], dataset_size=100, training_iterations=64, learning_rate=1e-3)
neuron.parse_expressions()
neuron.vals_for_learnable_params = {"ab": 0.1, "bc": 0.2, "cd": 0.3, "ac": 0.4}
neuron.bias, v = 0.5, np.zeros(4)
for batch in samples:
    neuron.forward_prop_one_neuron_model(list(batch))
    for i, name in enumerate(neuron.vals_for_learnable_params):
        v[i] = 0.9 * v[i] + 0.1 * batch[:, i].mean()
        neuron.vals_for_learnable_params[name] -= 1e-3 * v[i]
'''
TAMPERED = '''
import numpy as np
from cgp_harness.kinds.primer_training import answers, requests
record = np.random.default_rng(0).normal(size=requests.SIZE)
answers.RECORDER.record = lambda: (4, record.tobytes())
'''
ATTACKS = {
    "nothing that trains": ("x = 1\n", Status.FAILED, UNSEEN),
    "a trace made beforehand": (FORGED, Status.FAILED, (
        "The training by SGD+ on 4-1 cannot be followed: its batches are not drawn from what "
        "gen_training_data() returned.")),
    "a record of random numbers": (BEGIN + TRAINS + TAMPERED, Status.FAILED, UNSEEN),
    "a record of another size": (
        BEGIN + TRAINS + TAMPERED.replace("record.tobytes()", "bytes(8)"), Status.STUDENT_ERROR,
        "the submission tampered with the connection to the grader; the worker was stopped\n"
        "  expected a plugin that leaves files and sockets which it did not open alone"),
    "an end of the process": (
        BEGIN + "import os\n" + TRAINS + "if neuron: os._exit(0)\n", Status.STUDENT_ERROR,
        "the process ended itself with exit code 0\n  fix: remove calls such as os._exit()"),
    "an endless loop": (
        BEGIN + TRAINS + "while neuron: pass\n", Status.TIMEOUT,
        "no answer within 2 s of CPU time; the worker was stopped"),
    "a bias of 10 GB": (
        BEGIN + TRAINS.replace("neuron.run", "neuron.step = lambda *_: np.ones(10**10 // 8)\n"
                               "neuron.run"), Status.FAILED, (
            "No training was seen.\nA statement did not come to its end:\n"
            "the script needed more than 512 MiB of memory\n  at hw.py:112")),
    "an endless training": (
        BEGIN + TRAINS.replace("neuron.run_training_loop_one_neuron_model("
                               "neuron.gen_training_data())",
                               "neuron.vals_for_learnable_params = dict(ab=0, bc=0, cd=0, ac=0)\n"
                               "neuron.bias = 0.0\n"
                               "while True: neuron.forward_prop_one_neuron_model([[1.0] * 4])"),
        Status.FAILED, (
            "The training by SGD+ on 4-1 cannot be followed: its batches are not drawn from what "
            "gen_training_data() returned.\nA statement did not come to its end:\n"
            "a training went on for more than 6,000 batches\n  at hw.py:114\n"
            "  fix: let the loop count to self.training_iterations")),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_forges_hangs_or_ends_gets_no_points_and_is_told_so(name):
    text, status, message = ATTACKS[name]
    report = grade(script(text), one_task(Limits(request_s=2.0, memory_mib=512)))
    _, followed, *others = report.checks
    assert (followed.status, followed.message) == (status, message)
    assert {one.status for one in others} == {Status.SKIPPED}
    assert report.score == 0


def test_a_replaced_print_costs_nothing():
    text = f"{BEGIN}import builtins\nbuiltins.print = plt.plot = random.seed = None\n{TRAINS}"
    assert grade(script(text), one_task()).score == 20


def test_no_record_makes_the_grader_stumble():
    draw = np.random.default_rng(0)
    whole = np.tile(
        [4.0, 1, 1e-3, 0, 64, 1, 1, *[0.0] * 5, 0, 1, 2, 3, *[0.0] * 4, 0, 1, 2, 3], 60000)
    for size in (1.0, 1e3, 1e300, np.inf):
        numbers = draw.normal(size=wire.SIZE) * size
        assert trainings_in(bytearray(numbers.tobytes())) == ()
        mixed = np.where(draw.random(wire.SIZE) < 0.5, whole[:wire.SIZE], numbers)
        trainings_in(bytearray(mixed.tobytes()))


def test_the_evidence_stands_in_the_results_of_this_kind_alone():
    schema = results.schema()["$defs"]["check"]["properties"]
    assert schema["evidence"]["enum"] == ["trace"]
    kind = kinds()["primer_training"]
    assert {one.evidence for one in kind.checks.values()} == {"trace"}
    others = [one for name, each in kinds().items() if name != "primer_training"
              for one in each.checks.values()]
    assert {one.evidence for one in others} == {""}


def test_the_facade_is_in_the_view_of_this_kind_alone_and_no_rule_is_in_any():
    with_facade, without = (view.view(facade=one).root for one in (True, False))
    assert {f"{part}/__init__.py" for part in ("primer", "graph", "train")} <= files(with_facade)
    assert not {one for one in files(without) if one.startswith("primer")}
    for root in (with_facade, without):
        assert not {one for one in files(root) if re.match("optimizers|problems|demos", one)}


def files(root):
    place = Path(root, "cgp_reference")
    return {str(one.relative_to(place)) for one in place.rglob("*.py")}


@pytest.mark.parametrize(("change", "message"), [
    ({'id = "one_neuron_adam"': 'id = "adam"'}, (
        "a task of the kind primer_training is called 'adam'\n"
        f"  at {FILE}:6, task 'adam'.id\n"
        "  expected one of one_neuron_sgd_plus, one_neuron_adam, multi_neuron_sgd_plus, "
        "multi_neuron_adam")),
    ({"layers = [4, 1]": "layers = [4, 2, 1]"}, (
        "task 'one_neuron_adam' has the layers [4, 2, 1]\n"
        f"  at {FILE}:9, task 'one_neuron_adam'.layers\n"
        "  expected inputs, units of each layer, and one output: [4, 1] for one neuron, [4, 2, 1] "
        "for several")),
    ({"layers = [4, 1]": "layers = [4, 1]\nmu = [0.9, 0.5]"}, (
        "task 'one_neuron_adam' has mu from 0.9 to 0.5\n"
        f"  at {FILE}:10, task 'one_neuron_adam'.mu\n"
        "  expected the smallest, then the largest\n  fix: write mu = [0.5, 0.9]")),
])
def test_what_is_wrong_in_a_table_is_said(change, message):
    text = '''id = "hw"\ntitle = "HW"\nversion = "1"\n[[tasks]]\nkind = "primer_training"
id = "one_neuron_adam"\ntitle = "Adam"\nequation = ""\nlayers = [4, 1]
[tasks.checks]\nloads = {points = 0}\nrule_used = {points = 1}\n'''
    for old, new in change.items():
        text = text.replace(old, new)
    with pytest.raises(HarnessError) as raised:
        parse(text.encode())
    assert str(raised.value) == message


def test_every_task_of_the_homework_is_of_this_kind():
    assert {one.kind for one in TASKS.values()} == {"primer_training"}
    assert ONE.max_score == 100
