"""The facade's torch parts: verification by torch.nn, and the class on extending Autograd."""

import os
import random
import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from benchmarks import published_peer as peer
from cgp_reference.data import Samples, bivariate
from cgp_reference.optimizers import RULES
from cgp_reference.primer import ComputationalGraphPrimer, PrimerError, settings
from cgp_reference.quantization import QuantizationError
from cgp_reference.quantization.autograd_extension import QuantizeWithErrorFeedback
from cgp_reference.quantization.network import QuantizedNetwork, train_quantized
from tests.long import some

NEURON = "xw=ab*xa+bc*xb+cd*xc+ac*xd"
SIZES = {"one_neuron": [(4, 1)], "multi_neuron": [(4, 2), (2, 1)]}
each_option = pytest.mark.parametrize("option", SIZES)


@pytest.fixture(autouse=True)
def _nothing_is_left(monkeypatch):
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    before, threads = settings.current(), torch.get_num_threads()
    yield
    assert torch.get_num_threads() == threads
    settings.use(before)
    plt.close("all")


def seed_all(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def verified(**options):
    given = {"for_verification_only": True, "expressions": [NEURON], "dataset_size": 200,
             "learning_rate": 2e-2, "training_iterations": 31, "batch_size": 8,
             "display_loss_how_often": 10}
    made = ComputationalGraphPrimer(**{**given, **options})
    made.parse_expressions()
    return made


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def losses_by_hand(option, data, iterations):
    """In float64, each equation written out; the same start, and the same batches."""
    layers = [torch.nn.Linear(*size) for size in SIZES[option]]
    values = [each.detach().double().numpy() for layer in layers for each in layer.parameters()]
    losses = []
    for _ in range(iterations):
        labels, drawn = [], []
        for _ in range(8):
            label = random.choice([0, 1])
            labels.append(label)
            drawn.append(random.choice(data[label]))
        x, y = np.array(drawn), np.array(labels)[:, None]
        x = x / x.max()
        if option == "one_neuron":
            w, b = values
            p = sigmoid(x @ w.T + b)
            slope = 2 * (p - y) * p * (1 - p)
            changes = [slope.T @ x, slope.sum(axis=0)]
        else:
            w, b, v, c = values
            hidden = np.maximum(x @ w.T + b, 0)
            p = hidden @ v.T + c
            slope = 2 * (p - y)
            back = slope @ v * (hidden > 0)
            changes = [back.T @ x, back.sum(axis=0), slope.T @ hidden, slope.sum(axis=0)]
        losses.append(np.sum((p - y) ** 2))
        values = [value - 2e-2 * change for value, change in zip(values, changes, strict=True)]
    return losses


@each_option
def test_the_networks_are_trained_as_the_equations_say(option):
    seed_all(1)
    made = verified(display_loss_how_often=1)
    data = made.gen_training_data()
    record = made.run_training_with_torchnn(option, data)
    seed_all(1)
    data = made.gen_training_data()
    expected = losses_by_hand(option, data, 31)
    # The first line has two losses in it.
    np.testing.assert_allclose(record[0], np.mean(expected[:2]), rtol=1e-5)
    np.testing.assert_allclose(record[1:], expected[2:], rtol=1e-4)
    assert len(record) == 30


def test_the_sum_over_the_batch_is_printed_and_returned(capsys):
    seed_all(0)
    made = verified()
    made.gen_training_data()
    record = made.run_training_with_torchnn("multi_neuron")
    assert capsys.readouterr().out == "".join(
        f"[iter={i}]  loss = {mean:.4f}\n" for i, mean in zip((10, 20, 30), record, strict=True))
    # 8 samples, labels 0 and 1: an answer near 1/2 costs 2.
    assert 1 < record[-1] < 4


def test_as_published_divides_the_first_eleven_losses_by_ten():
    records = {}
    for semantics in ("exact", "as_published"):
        settings.use(settings.Settings(semantics=semantics))
        seed_all(0)
        made = verified()
        records[semantics] = made.run_training_with_torchnn("one_neuron", made.gen_training_data())
    exact, published = records["exact"], records["as_published"]
    assert published == [pytest.approx(exact[0] * 11 / 10, rel=1e-12), *exact[1:]]


@pytest.mark.parametrize(("option", "fix"), [
    ("one_nueron", "\n  fix: did you mean 'one_neuron'?"), ("torch", ""), (None, ""),
])
def test_another_option_is_refused(option, fix):
    made = verified()
    made.gen_training_data()
    with pytest.raises(PrimerError) as caught:
        made.run_training_with_torchnn(option)
    assert str(caught.value) == (
        f"there is no network {option!r}\n  expected 'one_neuron' or 'multi_neuron'{fix}")


def test_without_a_parser_or_data_the_reader_is_told():
    with pytest.raises(PrimerError) as caught:
        ComputationalGraphPrimer(expressions=[NEURON]).run_training_with_torchnn("one_neuron")
    assert str(caught.value) == (
        "the number of inputs is not known yet\n  expected a parser called before\n"
        "  fix: call parse_expressions() first")
    with pytest.raises(PrimerError) as caught:
        verified().run_training_with_torchnn("one_neuron")
    assert str(caught.value) == (
        "there are no training data\n  expected {0: samples, 1: samples}\n  fix: call "
        "gen_training_data() first")


def extended(count=300, epochs=2, rate=1e-3, kind=None):
    cgp = ComputationalGraphPrimer(learning_rate=rate, epochs=epochs)
    return (kind or ComputationalGraphPrimer.AutogradCustomization)(
        cgp=cgp, num_samples_per_class=count)


def test_both_spellings_are_one_torch_module():
    kind = ComputationalGraphPrimer.AutogradCustomization
    assert ComputationalGraphPrimer.AutoGradCustomization is kind
    assert issubclass(kind, torch.nn.Module)
    assert kind.DoSillyWithTensor is QuantizeWithErrorFeedback


def test_the_data_are_the_engine_s_bivariate_set():
    seed_all(5)
    made = extended(50)
    data = made.gen_training_data()
    assert made.training_data is data
    expected = bivariate(50, seed=5)
    np.testing.assert_allclose([x for x, _ in data], expected.values.T, rtol=1e-12)
    assert [label for _, label in data] == expected.labels.tolist()
    assert [type(part) for part in (data[0], *data[0])] == [tuple, list, int]


@pytest.mark.parametrize(("method", "place"), [
    ("train_with_straight_autograd", "nothing"), ("train_with_extended_autograd", "input"),
])
def test_the_printed_losses_are_the_engine_s_from_the_same_start(method, place, capsys):
    seed_all(3)
    made = extended()
    data = made.gen_training_data()
    printed = getattr(made, method)()
    torch.manual_seed(3)
    start = np.concatenate([torch.randn(2, 10).reshape(-1), torch.randn(10, 2).reshape(-1)])
    samples = Samples(np.array([x for x, _ in data]).T, np.array([float(y) for _, y in data]))
    engine = train_quantized(QuantizedNetwork(place), samples, RULES["sgd"], {"lr": 1e-3}, 1200,
                             [0], start=start.astype(np.float64)[:, None])
    np.testing.assert_allclose(printed, engine.losses[199::200, 0], rtol=1e-3)
    lines = [f"epoch={epoch} i={i}" for epoch in (0, 1) for i in (199, 399, 599)]
    assert capsys.readouterr().out == "".join(
        f"{line} {loss}\n" for line, loss in zip(lines, printed, strict=True)
    ) + f"\n\n\nLoss: {printed}\n"


def test_a_subclass_may_bring_a_function_of_its_own():
    class Zero(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return torch.zeros_like(x)

    parent = ComputationalGraphPrimer.AutogradCustomization
    seed_all(0)
    made = extended(100, 1, kind=type("Own", (parent,), {"DoSillyWithTensor": Zero}))
    label = made.gen_training_data()[199][1]
    # From zeros come zeros: both outputs miss the label by all of it.
    assert made.train_with_extended_autograd() == [2.0 * label**2]
    assert made.train_with_straight_autograd() != [2.0 * label**2]


def test_what_is_missing_is_said():
    with pytest.raises(PrimerError) as caught:
        extended().train_with_straight_autograd()
    assert str(caught.value) == (
        "there are no training data\n  expected [([x, y], label), …]\n"
        "  fix: call gen_training_data() first")
    made = extended(5, None)
    made.gen_training_data()
    with pytest.raises(PrimerError) as caught:
        made.train_with_extended_autograd()
    assert str(caught.value) == (
        "epochs was not given\n  expected a whole number, 1 or more\n"
        "  fix: add epochs=5 to the constructor call")


def test_a_sample_below_the_bytes_is_taken_as_0_and_one_beyond_them_is_refused():
    losses = []
    for least in (-1.25, -0.5, 0.0):
        made = extended(epochs=1)
        made.training_data = [([3.0, least], 1)] * 2 + [([4.0, 4.0], 2)] * 198
        torch.manual_seed(0)
        losses.append(made.train_with_extended_autograd())
    assert losses[0] == losses[1] == losses[2]
    assert len(losses[0]) == 1
    made = extended(epochs=1)
    made.training_data = [([3.0, 256.0], 1)]
    with pytest.raises(QuantizationError) as caught:
        made.train_with_extended_autograd()
    assert str(caught.value) == (
        "256 does not fit into a byte\n  expected numbers in (-1, 256): what uint8 makes of "
        "others depends on the device\n  fix: clamp(0, 255) before quantizing")


VERIFICATION = """
cgp = ComputationalGraphPrimer(for_verification_only=True, dataset_size=400, batch_size=8,
    expressions=["xw=ab*xa+bc*xb+cd*xc+ac*xd"], learning_rate=1e-2, training_iterations=301,
    display_loss_how_often=100)
cgp.parse_expressions()
cgp.run_training_with_torchnn(OPTION, cgp.gen_training_data())
"""
AUTOGRAD = """
cgp = ComputationalGraphPrimer(learning_rate=1e-3, epochs=2)
auto = ComputationalGraphPrimer.AutogradCustomization(cgp=cgp, num_samples_per_class=200)
auto.gen_training_data()
auto.train_with_straight_autograd()
auto.train_with_extended_autograd()
"""
OURS = """from cgp_reference.primer import ComputationalGraphPrimer
from cgp_reference.primer.settings import Settings, use
use(Settings("as_published"))
"""
PEER = "from ComputationalGraphPrimer import ComputationalGraphPrimer\n"
SEEDED = """import random, numpy, torch
for seed in (random.seed, numpy.random.seed, torch.manual_seed):
    seed(4)
"""


def printed_by(python, head, script):
    done = subprocess.run(
        [python, "-c", head + SEEDED + script], capture_output=True, text=True,
        check=True, env={**os.environ, "MPLBACKEND": "Agg"})
    return done.stdout


@pytest.mark.skipif(not peer.installed(), reason=peer.MISSING)
@pytest.mark.parametrize("script", some([
    *(VERIFICATION.replace("OPTION", repr(option)) for option in SIZES), AUTOGRAD,
], 2), ids=[*SIZES, "autograd"])
def test_a_seeded_script_prints_what_the_peer_prints(script):
    ours = printed_by(sys.executable, OURS, script)
    theirs = printed_by(peer.PYTHON or sys.executable, PEER, script)
    number = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
    assert number.sub("#", ours) == number.sub("#", theirs)
    assert len(number.findall(ours)) > 2
    np.testing.assert_allclose(*(
        [float(each) for each in number.findall(text)] for text in (ours, theirs)), rtol=1e-3)
