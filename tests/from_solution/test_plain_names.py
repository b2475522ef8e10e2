"""What is said of wrong plain functions whose right answer is a solution, as it stands here."""

import sys
from functools import cache

import numpy as np
import pytest

from cgp_harness.assignment.array_functions import ArrayFunction
from cgp_harness.checks.adequacy import of_values
from cgp_harness.mutation.change import Said
from cgp_harness.probing.arrays import sizes
from cgp_harness.probing.arrays.axes import signature
from cgp_harness.probing.arrays.ground import Ground
from cgp_harness.probing.fixed_run import alike, plain
from cgp_harness.probing.variants.variants import Variants, Written
from tests.from_solution.folders import PLUGIN, answers, registered, source

FOLDER = "cross_entropy_numpy"
SAID = {
    "binary_logarithm": "log2() stands where log() belongs",
    "divided_by_classes": "an axis is another",
    "guarded_logarithm": "the logarithm is taken of a quotient to which a small number is added",
    "largest_of_all_rows": "logits.max() is over all axes",
    "log_of_softmax": "the logarithm is taken of a quotient",
    "mean_over_all": "a function is left out",
    "no_logarithm": "a function is taken of a value",
    "shift_not_undone": "one value stands where another belongs",
    "sign": "a minus is left out",
    "softmax_over_batch": "an axis is another",
    "sum_and_no_minus": "a minus is left out, and an axis is left out",
    "sum_over_batch": "an axis is left out",
    "unshifted": "the term logits.max(axis=1, keepdims=True) is left out, and the logarithm is "
                 "taken of a quotient",
    "unshifted_mean_over_all": "the term logits.max(axis=1, keepdims=True) is left out, and a "
                               "function is left out",
}
NO_NAME = {"both_classes", "logits_as_probabilities", "one_class_taken", "softmax_twice",
           "targets_sum_to_one"}
"""These compute another function, or one that is three changes away."""


@pytest.fixture(autouse=True)
def _plugin(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(PLUGIN)])


def value_of(target):
    def value(*case):
        with np.errstate(all="ignore"):
            return np.asarray(target(*case), np.float64)
    return value


@cache
def asked(*written):
    target = registered(FOLDER, "solution")
    right, arrays = value_of(target), signature(target, "f", "here").arrays
    shapes = sizes.shapes(arrays, lambda case: right(*case))
    return ArrayFunction(
        (right,), None, {right: Variants(target, source(FOLDER, "solution"), written)}, value_of,
        arrays, Ground(shapes, lambda _: (0, 0), (1e-3, 1e3)), 1e-9, "place")


def diagnosis(name, *written):
    value, found = value_of(registered(FOLDER, name)), asked(*written)
    return found.named(found.values[0], lambda case, _: value(*case), "Your value")


def test_the_change_that_it_is():
    found = {name: diagnosis(f"wrong/{name}").text.partition(". This holds")[0] for name in SAID}
    assert found == {
        name: f"Your value is right but for this: {clause}" for name, clause in SAID.items()}


def test_all_but_these_have_a_name():
    every = {name.removeprefix("wrong/") for _, name in answers("wrong", [FOLDER])}
    assert every == {*SAID, *NO_NAME}
    assert not any(diagnosis(f"wrong/{name}").flags for name in NO_NAME)


def test_what_the_staff_reads():
    found = diagnosis("wrong/sign")
    assert found.of_source
    assert list(found.staff.values()) == [
        "the minus before (targets * log_softmax).sum(axis=1) is left out"]
    assert diagnosis("wrong/one_class_taken").text == (
        "It matches no known mistake (compared on 120 numbers).")


def test_a_right_form_has_no_name():
    for _, name in answers("right", [FOLDER]):
        assert diagnosis(name).flags == ()


def test_what_an_instructor_has_written_comes_first():
    minus = Written("minus", Said(*["the minus is forgotten"] * 2), "A loss is positive.", (
        ("-(targets * log_softmax).sum(axis=1)", "(targets * log_softmax).sum(axis=1)"),), None, "")
    whole = Written("hard", Said(*["only one class counts"] * 2), "", (), registered(
        FOLDER, "wrong/one_class_taken"), "")
    assert diagnosis("wrong/sign", minus).text == (
        "Your value is right but for this: the minus is forgotten. A loss is positive. This holds "
        "to within 1e-15 on 120 numbers.")
    assert diagnosis("wrong/one_class_taken", whole).flags == ("hard",)
    assert diagnosis("wrong/sum_and_no_minus", minus).flags[0] == "minus"
    assert not diagnosis("wrong/sign", minus).of_source


def test_equal_mistakes_are_told_by_a_run_of_no_generator():
    def run(name):
        value, found = value_of(registered(FOLDER, name)), asked()
        return found.fixed_run(found.values, lambda case, _: value(*case))

    assert all(run(name) is None for _, name in answers("right", [FOLDER]))
    assert plain(run("wrong/sign"))[:2] == pytest.approx((-13.296344664565368, -9.897294181643193))
    assert not alike(plain(run("wrong/sign")), plain(run("wrong/sum_over_batch")))


def test_the_table_of_what_is_told():
    found = of_values("cross_entropy", "values", *asked().told_by)
    assert found.changes > 300
    assert found.missed == ()
    assert len(found.alike) < 0.07 * found.changes
