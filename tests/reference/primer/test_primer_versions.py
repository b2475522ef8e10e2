"""What depends on the version that a script was written for, and what on nothing but the seed."""

import os
import subprocess
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest

from cgp_reference.primer import ComputationalGraphPrimer
from cgp_reference.primer.neurons.backprop_calls import multi_neuron_call, one_neuron_call
from cgp_reference.primer.neurons.running_loss import LossRecord
from cgp_reference.primer.settings import VERSIONS, Settings, use
from cgp_reference.primer.window import shown
from tests.reference.primer.primer_cases import lines_of, neuron, trained_network, trained_neuron

LOSSES = [8.0, 4.0, 3.0, 2.0, 1.0, 6.0]
RUN = """
import random, numpy
from cgp_reference.primer import ComputationalGraphPrimer
random.seed(3); numpy.random.seed(3)
"""
NEURON = RUN + """
cgp = ComputationalGraphPrimer(
    one_neuron_model=True, expressions=['xw=ab*xa+bc*xb+cd*xc+ac*xd'], dataset_size=40,
    learning_rate=5e-2, training_iterations=41, display_loss_how_often=10, debug=True)
cgp.parse_expressions()
cgp.run_training_loop_one_neuron_model(cgp.gen_training_data())
print(cgp.vals_for_learnable_params, cgp.bias)
"""
NETWORK = RUN + """
cgp = ComputationalGraphPrimer(
    num_layers=3, layers_config=[3, 2, 1], dataset_size=40, learning_rate=5e-2, debug=True,
    expressions=['xw=ap*xp+aq*xq+ar*xr', 'xz=bp*xp+bq*xq+br*xr', 'xo=cp*xw+cq*xz'],
    training_iterations=41, display_loss_how_often=10)
cgp.parse_multi_layer_expressions()
cgp.run_training_loop_multi_neuron_model(cgp.gen_training_data())
print(cgp.vals_for_learnable_params, cgp.bias)
"""
DAG = RUN + """
cgp = ComputationalGraphPrimer(
    expressions=['xx=xa^2', 'xy=ab*xx+ac*xa+ad*xb', 'xz=bc*xx+xy', 'xw=cd*xx+xz^3'],
    output_vars=['xw'], dataset_size=40, learning_rate=1e-3, display_loss_how_often=10)
cgp.parse_general_dag_expressions()
cgp.gen_gt_dataset({'ab': 1.0, 'bc': 2.0, 'cd': 3.0, 'ac': 4.0, 'ad': 1.0})
cgp.train_on_all_data()
print(cgp.vals_for_learnable_params, cgp.LOSS)
"""


@pytest.fixture
def of_version():
    def use_version(version, semantics="exact"):
        use(Settings(semantics, version))

    yield use_version
    use(Settings())


def record_of(settings, every=2):
    record = LossRecord(every, settings)
    for i, loss in enumerate(LOSSES):
        record.add(i, loss)
    return record.losses


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_differs_where_the_package_changed(version):
    settings, place = Settings(api=version), VERSIONS.index(version)
    assert settings.one_bias_for_a_layer == (place <= VERSIONS.index("1.1.2"))
    assert settings.averages_come_back == (place <= VERSIONS.index("1.1.2"))
    assert settings.first_iteration_is_printed == (version != "1.1.5")


def test_lines_are_due_at_positive_multiples_from_115_on(capsys):
    assert record_of(Settings()) == [5.0, 1.5]          # means of 8, 4, 3 and of 2, 1
    assert capsys.readouterr().out == "[iter=2]  loss = 5.0000\n[iter=4]  loss = 1.5000\n"
    assert record_of(Settings("as_published")) == [7.5, 1.5]        # both divided by 2


def test_before_115_a_line_is_due_at_the_first_iteration_too(capsys):
    assert record_of(Settings(api="1.1.4")) == [8.0, 3.5, 1.5]
    assert capsys.readouterr().out == (
        "[iter=1]  loss = 8.0000\n[iter=3]  loss = 3.5000\n[iter=5]  loss = 1.5000\n")
    assert record_of(Settings("as_published", "1.0.5")) == [4.0, 3.5, 1.5]  # 8 divided by 2


def test_a_run_for_an_old_version_prints_the_same_losses_elsewhere(of_version, capsys):
    new = trained_neuron(1)
    printed = lines_of(capsys.readouterr().out)
    of_version("1.1.4")
    old = trained_neuron(1)
    assert [place for place, _ in lines_of(capsys.readouterr().out)] == [1, 21, 41]
    assert [place for place, _ in printed] == [20, 40]
    assert old[0].vals_for_learnable_params == new[0].vals_for_learnable_params
    assert (old[1][0] + 20 * old[1][1]) / 21 == pytest.approx(new[1][0], rel=1e-12)


def test_bias_has_the_form_of_the_version(of_version):
    assert {layer: len(row) for layer, row in trained_network(0)[0].bias.items()} == {1: 2, 2: 1}
    of_version("1.1.2")
    shared = trained_network(0)[0].bias
    assert [type(number) for number in shared] == [float, float]
    of_version("1.0.5", "as_published")
    published = trained_network(0)[0].bias
    assert published[0] != shared[0]        # the same draws, another arithmetic
    assert len(published) == 2


def test_two_arguments_are_told_by_the_first_ones_name_else_by_the_version():
    def predictions_first(y_preds, y_errors): ...
    def error_first(y_error_avg, class_labels): ...
    def nameless(a, b): ...

    batch = ([[1.0], [3.0]], [1, 0], [0.5, 0.25], ())
    pair, averages = ([0.5, 0.25], [0.5, -0.25]), (0.125, [1, 0])
    old, new = Settings(api="1.1.2"), Settings(api="1.1.3")
    assert multi_neuron_call(predictions_first, old)(*batch) == pair
    assert multi_neuron_call(error_first, new)(*batch) == averages
    assert multi_neuron_call(nameless, old)(*batch) == averages
    assert multi_neuron_call(nameless, new)(*batch) == pair
    assert multi_neuron_call(lambda y_errors: None, old)(*batch) == ([0.5, -0.25],)


def test_arguments_with_defaults_are_the_students_own():
    def three(error, data, slope, mu=0.9, *, beta=0.9, **others): ...
    data, labels, predictions, slopes = [[1.0, 2.0], [3.0, 6.0]], [1, 0], [0.5, 0.25], [0.2, 0.4]
    assert one_neuron_call(three, Settings())(data, labels, predictions, slopes) == (
        0.125, [2.0, 4.0], pytest.approx(0.3))


@pytest.mark.parametrize(("version", "averages", "multi"), [
    ("1.1.2", True, (0.125, [1, 0])), ("1.1.3", False, ([0.5, 0.25], [0.5, -0.25])),
    ("1.1.4", False, ([0.5, 0.25], [0.5, -0.25])), ("1.1.5", False, ([0.5, -0.25],)),
])
def test_a_method_of_any_arguments_is_called_as_its_version_does(version, averages, multi):
    def any_number(*arguments, **others): ...

    settings = Settings(api=version)
    data, labels, predictions, slopes = [[1.0, 2.0], [3.0, 6.0]], [1, 0], [0.5, 0.25], [0.25, 0.75]
    one = (0.125, [2.0, 4.0], 0.5) if averages else (data, predictions, [0.5, -0.25], slopes)
    assert one_neuron_call(any_number, settings)(data, labels, predictions, slopes) == one
    assert multi_neuron_call(any_number, settings)(data, labels, predictions, ()) == multi


def test_the_base_is_given_the_samples_whatever_the_version(of_version):
    def passing_on(self, *arguments):
        return method(self, *arguments)

    method = ComputationalGraphPrimer.backprop_and_update_params_one_neuron_model
    averaging = type("Averaging", (ComputationalGraphPrimer,), {method.__name__: passing_on})
    new = trained_neuron(1)[0].vals_for_learnable_params
    of_version("1.1.2")
    assert trained_neuron(1)[0].vals_for_learnable_params == new
    assert trained_neuron(1, averaging)[0].vals_for_learnable_params != new


@pytest.mark.parametrize("code", [NEURON, NETWORK, DAG], ids=["one neuron", "network", "dag"])
def test_a_printed_run_does_not_depend_on_pythonhashseed(code):
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "MPLBACKEND": "Agg"}).stdout
        for seed in ("1", "2")}
    assert len(outputs) == 1
    assert outputs.pop().count("\n") > 4


def test_a_record_is_plotted_over_its_iterations():
    model = neuron()
    record = model.run_training_loop_one_neuron_model(model.gen_training_data())
    [line] = plt.gca().lines
    assert list(line.get_xdata()) == [20, 40]
    assert list(line.get_ydata()) == record
    assert (plt.gca().get_xlabel(), plt.gca().get_ylabel()) == ("training iterations", "loss")
    plt.close("all")


def test_figures_without_windows_are_neither_warned_of_nor_closed():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        filters = warnings.filters[:]
        for _ in range(25):
            shown(lambda figure: figure.add_subplot().plot([1.0, 2.0]))
        assert warnings.filters == filters
    assert len(plt.get_fignums()) == 25         # a script may save one in its next line
    plt.close("all")


def test_what_matplotlib_says_where_it_cannot_show_is_kept_back(monkeypatch):
    said = "FigureCanvasAgg is non-interactive, and thus cannot be shown"
    monkeypatch.setattr(plt, "show", lambda: warnings.warn(said, stacklevel=1))
    with warnings.catch_warnings(record=True) as told:
        shown(lambda figure: figure.add_subplot())
    assert told == []
    plt.close("all")


def test_losses_are_norms_and_are_plotted():
    made = ComputationalGraphPrimer()
    assert made.calculate_loss(1.0, 3.5) == 2.5
    assert made.calculate_loss(np.array([1.0, 2.0]), np.array([4.0, 6.0])) == 5.0
    made.LOSS = [3.0, 2.0, 1.0]
    made.plot_loss()
    assert list(plt.gca().lines[0].get_ydata()) == made.LOSS
    plt.close("all")


# ComputationalGraphPrimer 1.1.2 and 1.1.1, one neuron, 601 iterations at 5e-2, 1,000 samples, seeds
# 0, inputs in the order that its run printed; and 1.1.2's 4-2-1 network at 9e-2, parameters drawn
# in the order of their names.
AVERAGED = {
    "1.1.2": ({"ab": 0.5300448653406978, "bc": 0.451124347977646, "cd": 0.09973429830799385,
               "ac": -0.05643155540017129}, -0.32048829317922645),
    "1.1.1": ({"ab": 0.5376211810426335, "bc": 0.44354559277450417, "cd": 0.10523206270832877,
               "ac": -0.0619362053051724}, -0.32050483170684496),
}
LAYERED = ({
    "ap": 0.8077364943736913, "aq": 0.7190388436193544, "ar": 0.3845068983381081,
    "as": 0.22183412593911866, "bp": 0.4546590253360641, "bq": 0.34445065806957487,
    "br": 0.7275402532579561, "bs": 0.24515018006495568, "cp": -0.02088391441001141,
    "cq": 0.09552002960807253}, [0.6596288897988772, -0.11154883169757986])


@pytest.fixture
def using():
    yield use
    use(Settings())


@pytest.mark.parametrize("version", AVERAGED)
def test_as_published_is_the_arithmetic_of_averages_up_to_112(version, using):
    using(Settings("as_published", version, ("xb", "xa", "xd", "xc")))
    model, record = trained_neuron(
        0, dataset_size=1000, training_iterations=601, display_loss_how_often=100)
    parameters, bias = AVERAGED[version]
    assert model.vals_for_learnable_params == pytest.approx(parameters, rel=1e-12)
    assert model.bias == pytest.approx(bias, rel=1e-12)
    assert [round(loss, 4) for loss in record[:4]] == [0.0032, 0.2878, 0.2562, 0.2293]


def test_as_published_of_several_neurons_is_112_s(using):
    using(Settings("as_published", "1.1.2"))
    model, record = trained_network(
        0, dataset_size=1000, training_iterations=601, display_loss_how_often=100,
        learning_rate=9e-2)
    assert model.vals_for_learnable_params == pytest.approx(LAYERED[0], rel=1e-11)
    assert model.bias == pytest.approx(LAYERED[1], rel=1e-11)
    assert [round(loss, 4) for loss in record[:4]] == [0.0042, 0.2924, 0.2544, 0.2491]


def test_in_a_script_the_class_s_own_neurons_move_by_half_of_the_gradient(using):
    """As far as a rule moves that a student wrote after the package, at the same rate."""
    for trained in (trained_neuron, trained_network):
        using(Settings(half=True))
        half, _ = trained(3, learning_rate=0.1)
        using(Settings())
        whole, _ = trained(3, learning_rate=0.05)
        assert half.vals_for_learnable_params == pytest.approx(
            whole.vals_for_learnable_params, rel=1e-12)
