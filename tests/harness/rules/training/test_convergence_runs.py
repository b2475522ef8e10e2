"""How `convergence` runs a rule: on what, from which seeds, with which hyperparameters."""

from dataclasses import replace

import pytest

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.checks.convergence import FOLLOWED, convergence
from cgp_harness.kinds.optimizer.trainings.trainings import FEWER_SEEDS, SEEDS, seeds_of
from cgp_harness.model import Status
from cgp_reference.problems import PROBLEMS
from tests.harness.in_process.rules import InProcess
from tests.harness.rules.training.convergence_context import LEGEND, after_all, context, right
from tests.mutants.write import source


class OneByOne(InProcess):
    """Gives a rule single numbers, each as an array of its own."""

    def step(self, handle, rule, shapes, gradient, hyperparameters, arrays="numpy", **options):
        assert arrays == "scalar"
        self.asked = (shapes, arrays)
        return super().step(
            handle, rule, ((1,),) * gradient.size, gradient, hyperparameters, **options)


def test_a_rule_for_single_numbers_is_run_on_fewer_seeds_and_keeps_its_points():
    one = context(source("adam", []), "adam", {**right("adam"), "elementwise": False},
                  problems=("one_neuron",))
    one = replace(one, subject=OneByOne(source("adam", [])), arrays="scalar")
    found = convergence(one)
    assert one.subject.asked == (((5, FEWER_SEEDS),), "scalar")
    assert (found.status, found.fraction) == (Status.PASSED, 1.0)
    assert found.message.splitlines()[:3] == [
        "2 of 2 claims met.",
        "The rule is run on one number at a time, so on 8 seeds instead of 32.",
        LEGEND.format(8, 0.03, 0.03)]


def test_a_rule_that_is_not_known_to_be_elementwise_trains_each_seed_on_its_own():
    seen = set()

    class Seeing(InProcess):
        def step(self, handle, rule, shapes, *rest, **options):
            seen.add(shapes)
            return super().step(handle, rule, shapes, *rest, **options)

    text = source("rmsprop", [])
    one = context(text, "rmsprop", {**right("rmsprop"), "elementwise": False})
    found = convergence(replace(one, subject=Seeing(text)))
    assert seen == {((5,),) * FEWER_SEEDS, ((13,),) * FEWER_SEEDS}
    assert (found.status, found.fraction) == (Status.PASSED, 1.0)
    assert found.message.splitlines()[1] == (
        "The rule is run on one seed at a time, so on 8 seeds instead of 32.")


def test_a_hyperparameter_fixed_in_the_code_is_judged_elsewhere():
    # Compared is with what the specified rule gives at the same value, and SGD at the same rate.
    found = convergence(after_all(context(
        source("adam", ["lr_hard_coded"]), problems=("one_neuron",))))
    assert (found.status, found.fraction) == (Status.PASSED, 1.0)
    assert found.message.splitlines()[1:3] == [FOLLOWED, LEGEND.format(32, 0.001, 0.001)]


def test_without_update_rule_in_the_assignment_it_is_asked_here():
    without = ("update_rule",)
    wrong = context(source("adam", ["no_bias_correction"]), "adam", {"elementwise": True},
                    without, problems=("one_neuron",))
    correct = context(source("adam", []), "adam", {"elementwise": True}, without,
                      problems=("one_neuron",))
    assert convergence(wrong).fraction == 0
    assert convergence(correct).fraction == 1


def test_the_task_s_own_rate_is_the_default():
    found = convergence(context(
        source("adam", []), "adam", right("adam"), problems=("one_neuron",), lr=None))
    assert found.message.splitlines()[1] == LEGEND.format(32, 0.001, 0.001)


def test_an_unknown_problem_is_the_assignment_s_mistake():
    with pytest.raises(HarnessError) as caught:
        convergence(context(source("adam", []), problems=("one_nueron",)))
    assert str(caught.value) == (
        "there is no problem 'one_nueron'\n  at adam.convergence\n"
        f"  expected one of {', '.join(PROBLEMS)}\n  fix: did you mean 'one_neuron'?")


def test_the_same_seed_gives_the_same_outcome_in_any_order():
    one = context(source("adam", []), "adam", right("adam"), problems=("one_neuron",))
    first = convergence(one)
    convergence(context(source("rmsprop", []), "rmsprop", right("rmsprop")))
    assert convergence(one) == first
    assert convergence(replace(one, seed=1)).message != first.message


def test_seeds_are_distinct_and_derive_from_the_grading_seed():
    assert len(set(seeds_of(0, SEEDS))) == SEEDS
    assert seeds_of(0, FEWER_SEEDS) == seeds_of(0, SEEDS)[:FEWER_SEEDS]
    assert seeds_of(0, 1) != seeds_of(1, 1)
