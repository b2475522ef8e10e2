"""Training of graphs: the DAG's parameters come back, seeds do not meet, what cannot be told."""

import os
import subprocess
import sys

import numpy as np
import pytest

from cgp_reference.data import dag_inputs
from cgp_reference.decorator import optimizer
from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward
from cgp_reference.graph.identifiability import unidentifiable
from cgp_reference.graph.values import MissingValueError, ValuesError
from cgp_reference.optimizers import RULES, adam, sgd
from cgp_reference.train import TrainingError, uniform_start
from cgp_reference.train.graphs import ground_truth, train_graph

TEXTS = ["xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3"]
DAG = Graph.of(TEXTS)
TRUTH = {"ab": 1.0, "bc": 2.0, "cd": 3.0, "ac": 4.0}
INPUTS = {"xa": dag_inputs(variables=1, size=10_000, seed=0)[0]}
TARGETS = ground_truth(DAG, TRUTH, INPUTS)
LINE = Graph.of(["xw=ab*xa"])


def first(count):
    return {"xa": INPUTS["xa"][:count]}, {"xw": TARGETS["xw"][:count]}


def message(error, *arguments, **named):
    with pytest.raises(error) as caught:
        train_graph(*arguments, **{"seeds": [0], "iterations": 1, **named})
    return str(caught.value)


def test_ground_truth_squares_negative_inputs():
    assert ground_truth(DAG, TRUTH, {"xa": -0.5})["xw"] == 3 * 0.25 + (3 * 0.25 - 4 * 0.5) ** 3


def test_adam_recovers_what_the_data_determine():
    trained = train_graph(
        DAG, INPUTS, TARGETS, adam, {"lr": 5e-2}, batch=50, epochs=15, seeds=range(4))
    found = trained.parameters
    assert found["cd"] == pytest.approx(np.full(4, 3.0), abs=1e-2)
    assert found["ac"] == pytest.approx(np.full(4, 4.0), abs=1e-2)
    assert found["ab"] + found["bc"] == pytest.approx(np.full(4, 3.0), abs=1e-2)
    # Both get the same gradient, hence the same steps: their difference stays what it was.
    start = dict(zip(DAG.parameters, uniform_start(4, range(4)), strict=True))
    assert found["ab"] - found["bc"] == pytest.approx(start["ab"] - start["bc"], abs=1e-9)


def test_the_lectures_printed_loss_follows_from_its_printed_partials():
    # All four expressions are linear in these, so its differences are the parameters themselves.
    printed = {"ab": 0.6303669260676603, "ac": 0.6490757788568668,
               "bc": 0.08453220669404904, "cd": 0.8134345602339721}
    inputs = {"xa": np.array([0.8933787891895923])}
    prediction = ground_truth(DAG, printed, inputs)["xw"]
    assert prediction == pytest.approx([2.1718835784922437], rel=1e-11)
    trained = train_graph(DAG, inputs, ground_truth(DAG, TRUTH, inputs), sgd, {"lr": 0.0},
                          iterations=1, seeds=[0], start=printed)
    assert trained.losses[0, 0] ** 0.5 == pytest.approx(212.7733678538975, rel=1e-12)


def test_the_lectures_second_printed_loss_has_the_square_of_a_negative_input_negative():
    inputs, prediction = {"xa": -0.5827703346221946}, -0.5157700093872639
    published = Graph.of(["xx=-xa^2", *TEXTS[1:]])
    error = ground_truth(published, TRUTH, inputs)["xw"] - prediction
    assert abs(error) == pytest.approx(38.09662138083069, rel=1e-12)
    assert abs(ground_truth(DAG, TRUTH, inputs)["xw"] - prediction) < 2


def test_sample_by_sample_in_the_order_given_is_the_loop_written_out():
    inputs, targets = first(30)
    trained = train_graph(DAG, inputs, targets, sgd, {"lr": 1e-5}, epochs=2, seeds=[7])
    point = dict(zip(DAG.parameters, uniform_start(4, [7])[:, 0], strict=True))
    losses = []
    for xa, xw in [*zip(inputs["xa"], targets["xw"], strict=True)] * 2:
        values = forward(DAG, {"xa": xa, **point})
        error = values["xw"] - xw
        losses.append(error**2)
        gradient = backpropagate(DAG, values, {"xw": 2 * error})
        point = {name: value - 1e-5 * gradient[name] for name, value in point.items()}
    assert trained.losses[:, 0] == pytest.approx(losses, rel=1e-12)
    assert {name: value[0] for name, value in trained.parameters.items()} == pytest.approx(point)


def test_the_last_batch_of_an_epoch_is_averaged_over_itself():
    targets = {"xw": np.array([1.0, 2.0, 3.0, 4.0, 5.0])}
    trained = train_graph(LINE, {"xa": np.zeros(5)}, targets, sgd, {}, batch=2, epochs=2, seeds=[0])
    assert trained.losses[:, 0].tolist() == [2.5, 12.5, 25.0] * 2


def test_errors_of_several_outputs_are_summed():
    graph = Graph.of(["xv=ab*xa", "xw=xv+ab"], outputs=["xv", "xw"])
    data = {"xa": np.array([2.0, 1.0])}, {"xv": np.array([0.0, 1.0]), "xw": np.array([1.0, 0.0])}
    trained = train_graph(graph, *data, sgd, {"lr": 1.0}, batch=2, iterations=1, seeds=[0],
                          start={"ab": 1.0})
    assert trained.losses.tolist() == [[((4 + 4) + (0 + 4)) / 2]]
    # 2 * mean of xv's errors * xa, and of xw's * (xa + 1)
    assert trained.parameters["ab"].tolist() == [1.0 - (2 * (2 * 2 + 2 * 3) + 2 * (0 + 2 * 2)) / 2]


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("order", ["given", "drawn"])
def test_seeds_at_once_are_each_alone(name, order):
    def trained(seeds):
        return train_graph(DAG, *first(40), RULES[name], {"lr": 1e-5}, batch=4, iterations=60,
                           seeds=seeds, order=order)
    together = trained([5, 0, 7])
    for column, seed in enumerate([5, 0, 7]):
        alone = trained([seed])
        assert together.losses[:, column] == pytest.approx(alone.losses[:, 0], rel=1e-12)
        for parameter in DAG.parameters:
            assert together.parameters[parameter][column] == pytest.approx(
                alone.parameters[parameter][0], rel=1e-12)


def test_drawn_samples_are_each_seeds_own_and_equally_likely():
    targets = {"xw": np.arange(10.0)}
    trained = train_graph(LINE, {"xa": np.zeros(10)}, targets, sgd, {}, order="drawn",
                          iterations=5000, seeds=[1, 2])
    places = np.sqrt(trained.losses).astype(int)
    counts = np.stack([np.bincount(column, minlength=10) for column in places.T])
    assert np.sum((counts - 500) ** 2 / 500, axis=1).max() < 27.9    # chi-square, 9 dof: p = 1e-3
    assert 0.05 < np.mean(places[:, 0] == places[:, 1]) < 0.15


def test_as_many_samples_as_seeds_are_still_samples():
    values = {"xa": np.array([1.0, 2.0])}, {"xw": np.array([3.0, 5.0])}
    trained = train_graph(LINE, *values, sgd, {"lr": 0.0}, batch=2, iterations=1, seeds=[0, 1],
                          start={"ab": np.array([0.0, 1.0])})
    assert trained.losses.tolist() == [[(9 + 25) / 2, (4 + 9) / 2]]


def test_samples_may_be_each_seeds_own():
    values = {"xa": np.ones((2, 2))}, {"xw": np.array([[3.0, 5.0], [1.0, 7.0]])}
    trained = train_graph(LINE, *values, sgd, {"lr": 0.0}, iterations=2, seeds=[0, 1],
                          start={"ab": 0.0})
    assert trained.losses.tolist() == [[9.0, 25.0], [1.0, 49.0]]


def test_a_seed_that_diverges_says_so_in_its_losses_and_leaves_the_others_alone():
    start = {**dict.fromkeys(DAG.parameters, np.array([0.5, 1e60])), "ab": np.array([0.5, 0.4])}
    both = train_graph(DAG, *first(50), sgd, {"lr": 1e-4}, epochs=1, seeds=[0, 1], start=start)
    alone = train_graph(DAG, *first(50), sgd, {"lr": 1e-4}, epochs=1, seeds=[0],
                        start=dict.fromkeys(DAG.parameters, 0.5))
    assert not np.isfinite(both.losses[-1, 1])
    assert both.losses[:, 0] == pytest.approx(alone.losses[:, 0], rel=1e-12)


def test_a_gradient_that_a_rule_keeps_stays_as_it_was():
    kept = []

    @optimizer(old=0)
    def keeper(g, old, lr=1e-3):
        kept.append((g, g.copy()))
        return lr * old, g

    train_graph(DAG, *first(5), keeper, {}, epochs=1, seeds=[0])
    assert all((g == copy).all() for g, copy in kept)


def test_start_and_data_are_left_as_they_were():
    start = {name: np.array([0.1, 0.2]) for name in DAG.parameters}
    inputs, targets = ({name: value.copy() for name, value in part.items()} for part in first(20))
    train_graph(DAG, inputs, targets, adam, {"lr": 0.1}, epochs=1, seeds=[0, 1], start=start)
    assert all(value.tolist() == [0.1, 0.2] for value in start.values())
    assert (inputs["xa"] == INPUTS["xa"][:20]).all()
    assert (targets["xw"] == TARGETS["xw"][:20]).all()


def test_a_parameter_without_effect_stays_where_it_was():
    graph = Graph.of(["xw=ab*xa", "xv=bc*xa"], outputs=["xw"])
    trained = train_graph(graph, {"xa": [1.0, 2.0]}, {"xw": [1.0, 2.0]}, adam, {"lr": 0.1},
                          epochs=3, seeds=[0], start={"ab": 0.0, "bc": 0.25})
    assert trained.parameters["bc"].tolist() == [0.25]
    assert trained.parameters["ab"][0] > 0


def test_progress_is_told_about_a_hundred_times_and_at_the_end():
    told = []
    train_graph(DAG, *first(10), sgd, {}, iterations=250, seeds=[0], progress=told.append)
    assert told == list(range(2, 251, 2))


PRINT = """
import numpy as np
from cgp_reference.graph import Graph
from cgp_reference.train.graphs import ground_truth, train_graph
from cgp_reference.graph.identifiability import unidentifiable
from cgp_reference.optimizers import adam
graph = Graph.of(["xw=cd*xx+xz^3", "xz=bc*xx+xy", "xy=ab*xx+ac*xa", "xx=xa^2"])
inputs = {"xa": np.linspace(-1, 1, 40)}
targets = ground_truth(graph, {"ab": 1, "bc": 2, "cd": 3, "ac": 4}, inputs)
trained = train_graph(graph, inputs, targets, adam, {"lr": 1e-2}, order="drawn", epochs=2,
                      seeds=[0, 1])
print(trained.losses.tolist(), {name: p.tolist() for name, p in trained.parameters.items()})
print(*unidentifiable(graph, {**inputs, "ab": 0.6, "bc": 0.1, "cd": 0.8, "ac": 0.7}))
"""


def test_nothing_depends_on_the_hash_seed():
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINT], env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert printed.pop().endswith("\nbc and ab appear only as bc + ab\n")


POINT = {"ab": 0.6, "bc": 0.1, "cd": 0.8, "ac": 0.7, "de": 0.4, "ef": 0.3}
X = np.linspace(-1, 1, 21)


def told(texts, point, **inputs):
    return [str(group) for group in unidentifiable(Graph.of(texts), {**inputs, **point})]


def test_the_dag_tells_only_the_sum_of_ab_and_bc():
    group, = unidentifiable(DAG, {"xa": X, **POINT})
    assert str(group) == "ab and bc appear only as ab + bc"
    assert group.parameters == ("ab", "bc")
    assert group.directions == pytest.approx(np.array([[1.0, -1.0]]), abs=1e-12)
    assert group.determined == pytest.approx(np.array([[1.0, 1.0]]), abs=1e-12)
    assert group.everywhere


@pytest.mark.parametrize(("texts", "sentences"), [
    (["xw=ab*xa+bc"], []),
    (["xw=xa^2"], []),
    (["xw=ab*xa+0*bc"], ["bc has no effect on the outputs"]),
    (["xw=ab*xa+relu(bc-5)"], ["bc has no effect on the outputs near these values"]),
    (["xw=ab*xa+2*bc*xa-3*cd*xa"], ["ab, bc and cd appear only as ab + 2*bc - 3*cd"]),
    (["xw=ab*xa+cd*xa+bc-ac"],
     ["ab and cd appear only as ab + cd", "bc and ac appear only as bc - ac"]),
    (["xw=(ab+bc)*xa+(bc-cd)*xa^2"],
     ["ab, bc and cd appear only as ab + cd and bc - cd"]),
    (["xw=ab*xa+bc*xa+bc*xa^2+cd*xa^2+de*xa+ef*xa^2"],     # ab and cd meet by way of bc alone
     ["ab, bc, cd, de and ef appear only as ab - cd + de - ef and bc + cd + ef"]),
    (["xw=ab*bc*xa"], ["only ab + 6*bc can be told of ab and bc near these values"]),
    (["xw=(ab+bc)^400*xa"],     # overflows at the point far off, where nothing is then claimed
     ["only ab + bc can be told of ab and bc near these values"]),
    (["xv=ab*xa+bc*xa", "xw=ab*xa"], []),
])
def test_what_cannot_be_told_is_said(texts, sentences):
    assert told(texts, POINT, xa=X) == sentences


def test_units_of_parameters_make_no_difference():
    assert told(["xw=ab*xa*1e9+bc*xa*1e9+cd*xa^2*1e-3"], POINT, xa=X) == [
        "ab and bc appear only as ab + bc"]


def test_one_sample_tells_one_combination():
    assert told(["xw=ab*xa+bc*xb"], POINT, xa=2.0, xb=6.0) == ["ab and bc appear only as ab + 3*bc"]


@pytest.mark.parametrize(("values", "text"), [
    ({"xa": X}, "there is no value for ab\n  expected one for each of xa, ab"),
    ({"xa": X, "ab": [1.0, 2.0]}, "the value of ab has the shape (2,)\n  expected ()"),
    ({"xa": np.ones((3, 2)), "ab": 1.0},
     "the value of xa has the shape (3, 2)\n  expected () or (3,)"),
    ({"xa": X, "ab": 1j}, "the value of ab is complex\n  expected real numbers"),
    ({"xa": [np.inf, 1.0], "ab": 1.0},
     "the partials at these values are not finite\n  expected a point where all are"),
])
def test_points_that_tell_nothing_are_refused(values, text):
    with pytest.raises(ValuesError) as caught:
        unidentifiable(LINE, values)
    assert str(caught.value) == text


def test_lengths_are_iterations_or_epochs():
    data = LINE, {"xa": X}, {"xw": X}, sgd, {}
    expected = "\n  expected one of them: how long training shall last"
    assert message(TrainingError, *data, epochs=1) == (
        "iterations or epochs: both are given" + expected)
    assert message(TrainingError, *data, iterations=None) == (
        "iterations or epochs: neither is given" + expected)


def test_nothing_to_train_is_refused():
    text = "there is nothing to train\n  expected at least one seed and one parameter"
    assert message(TrainingError, LINE, {"xa": X}, {"xw": X}, sgd, {}, seeds=[]) == text
    assert message(TrainingError, Graph.of(["xw=xa"]), {"xa": X}, {"xw": X}, sgd, {}) == text


@pytest.mark.parametrize(("named", "text"), [
    ({"batch": 0}, "batches of 0 from 21 samples\n  expected at least 1 of both"),
    ({"iterations": -1}, "a training of -1 iterations\n  expected 0 or more"),
    ({"epochs": -2, "iterations": None}, "a training of -42 iterations\n  expected 0 or more"),
    ({"order": "shuffled"}, "the order 'shuffled'\n  expected 'given' or 'drawn'"),
])
def test_trainings_that_cannot_be_are_refused(named, text):
    assert message(TrainingError, LINE, {"xa": X}, {"xw": X}, sgd, {}, **named) == text


def test_no_samples_are_refused():
    assert message(TrainingError, LINE, {"xa": []}, {"xw": []}, sgd, {}) == (
        "batches of 1 from 0 samples\n  expected at least 1 of both")


@pytest.mark.parametrize(("inputs", "targets", "start", "error", "text"), [
    ({"xa": X}, {}, None, MissingValueError,
     "there is no value for xw\n  expected one for each of xa, xw"),
    ({"xa": X}, {"xw": X}, {"abc": 1.0}, MissingValueError,
     "there is no value for ab\n  expected one for each of ab"),
    ({"xa": X}, {"xw": X}, {"ab": [1.0, 2.0]}, ValuesError,
     "the start of ab has the shape (2,)\n  expected () or (1,)"),
    ({"xa": X}, {"xw": X[:3]}, None, ValuesError,
     "the shapes of the values do not fit together: xa (21,), xw (3,)\n  expected inputs () or "
     "(batch,) or (batch, S), parameters () or (S,); S: seeds, last"),
    ({"xa": np.ones((21, 3))}, {"xw": X}, None, ValuesError,
     "the value of xa has the shape (21, 3)\n  expected (21,) or (21, 1)"),
    ({"xa": X}, {"xw": 1j * X}, None, ValuesError,
     "the value of xw is complex\n  expected real numbers"),
])
def test_values_that_do_not_fit_are_refused(inputs, targets, start, error, text):
    assert message(error, LINE, inputs, targets, sgd, {}, start=start) == text
