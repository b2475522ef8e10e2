"""Every mistake of the banks of gradients and activations, diagnosed by a bank that lacks it.

The answer must be that no mistake is known, or one that computes the same: these are listed, and
all of them are identities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from unittest.mock import patch

import numpy as np

from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.diagnosis import derivative as of_activation
from cgp_harness.kinds.autograd_function.diagnosis import bank, gradient
from cgp_harness.kinds.autograd_function.diagnosis.bank import COTANGENT, Known, singles
from cgp_harness.kinds.autograd_function.diagnosis.gradient import diagnose_gradient, diagnose_value
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.functions.right.gradient_probes import probes, values_of
from tests.harness.in_process.activations import context_of

KNOWN_BY_FORMULA = (
    "sign", "swapped", "zero_derivative", "value_as_derivative", "derivative_at_value",
    "x_for_value", "one_term", "derivative_of_another", "factor")
"""Of an activation: what is simulated when a derivative is wrong."""
EQUAL = {
    # A mean is a sum over the number of elements.
    ("reduced", "reduced+mean_over_batch"),
    ("cotangent_averaged", "cotangent_summed+mean_over_batch"),
    # b has one number for each output: what is averaged is g itself.
    ("reduced", "reduced+mean_over_batch+cotangent_averaged"), ("cotangent_averaged", "reduced"),
    ("reduced", "cotangent_averaged+feedback_averaged"),
    # The same by the list of the Function's own.
    ("reduced", "reduced"), ("straight_through", "straight_through"),
    ("no_window", "straight_through"), ("straight_through", "no_window"),
    ("times_output", "value_for_derivative"), ("value_for_derivative", "times_output"),
    ("no_outer_derivative", "derivative_of_exp"), ("derivative_of_exp", "no_outer_derivative"),
    # 1 (x - q); g - (x - q); 0 g + 0 (x - q).
    ("feedback_only", "ignores_cotangent+feedback_multiplied"), ("feedback_subtracted", "factor"),
    ("zero_gradient", "factor"),
    # q is whole, so that nothing is cut off it; the window at +1 or -1 is empty.
    ("output_for_input", "straight_through"), ("output_for_input", "zero_gradient"),
    # In [0, 256) the slope of tanh is 0, that of ReLU and softplus 1, to the last digit.
    ("derivative_of_tanh", "zero_gradient"), ("derivative_of_relu", "straight_through"),
    ("derivative_of_softplus", "straight_through"),
    # g / 0 at the most numbers.
    ("divides_by_derivative", "not_finite"),
    # -1 times, 0 times, 1 / log 2 times.
    ("sign", "factor"), ("zero_derivative", "factor"), ("base_two", "factor"),
    # sin is the derivative of -cos, and the sigmoid that of softplus.
    ("sign", "swapped"), ("swapped", "derivative_of_another"),
    ("value_as_derivative", "derivative_of_another"), ("one_term", "derivative_of_another"),
}
"""(what is left out, what it is called instead)."""
EQUAL_PAIRS = {
    # Where all numbers of g are the same: the first and the last sample, g alone and its sum.
    ("no_accumulation behind cotangent_averaged", "cotangent_averaged+no_accumulation"),
    ("no_accumulation behind cotangent_summed", "cotangent_summed+reduced"),
    ("no_accumulation behind ignores_cotangent", "ignores_cotangent+no_accumulation"),
    ("feedback_multiplied behind ignores_cotangent", "feedback_only"),
    ("feedback_only behind ignores_cotangent", "ignores_cotangent+feedback_multiplied"),
    # A mean of means, a sum of sums: mean(g) + mean(x - q) is the mean of both.
    ("feedback_averaged behind cotangent_averaged", "cotangent_summed+mean_over_batch"),
    ("feedback_averaged behind cotangent_averaged", "reduced"),
    ("feedback_averaged behind cotangent_summed", "cotangent_summed+reduced"),
    ("feedback_averaged behind ignores_cotangent", "ignores_cotangent+reduced"),
    ("reduced behind cotangent_averaged", "cotangent_averaged+feedback_averaged"),
    ("reduced behind cotangent_averaged", "cotangent_summed+mean_over_batch+cotangent_averaged"),
    ("reduced behind cotangent_averaged", "cotangent_summed+reduced"),
    ("reduced behind cotangent_summed", "cotangent_averaged+reduced"),
    ("reduced behind cotangent_summed", "cotangent_summed+feedback_averaged"),
    ("reduced behind ignores_cotangent", "ignores_cotangent+feedback_averaged"),
    # Every number of g / ||g|| is below 1, none of sign(g) is.
    ("no_window behind normalised_cotangent", "normalised_cotangent+window_of_cotangent"),
    ("window_of_cotangent behind normalised_cotangent", "normalised_cotangent+no_window"),
    ("window_of_cotangent behind ignores_cotangent", "zero_gradient"),
    ("window_of_cotangent behind sign_of_cotangent", "zero_gradient"),
}
"""The same of a mistake behind one in g, where it is not one of the former."""


@dataclass(frozen=True)
class LeftOut:
    """What came of one mistake, or of one behind another in g."""

    task: str
    mistake: str
    called: str

    @property
    def falsely(self) -> bool:
        """Whether it got a name that it does not deserve."""
        inner, _, outer = self.mistake.partition(" behind ")
        if self.called in ("", outer):  # of b, say, which the inner one leaves as it should be
            return False
        if (self.mistake, self.called) in EQUAL_PAIRS:
            return False
        called = self.called.removeprefix(f"{outer}+") if outer else self.called
        return (inner, called) not in EQUAL


def of_gradients(seed: int = 1) -> Iterator[LeftOut]:
    """Every single mistake in backward."""
    for task, specification in SPECIFICATIONS.items():
        own = specification.gradient_mistakes
        inner = singles(probes(task, lambda g, probe: probe.vjp(g))[0], own)
        for known in inner:
            with patch.object(gradient, "singles", lambda *_, k=known, every=inner: [
                    one for one in every if one is not k]):
                yield _gradient(task, known.flags[0], known, seed)
        for outer in COTANGENT:
            with _without(outer):
                yield _gradient(task, outer[0], _behind(outer, bank.RIGHT), seed)


def of_pairs(count: int | None, seed: int = 1) -> Iterator[LeftOut]:
    """`count` mistakes behind one in g, or all; of each pair the inner one is left out."""
    yield from islice(_pairs(seed), count)


def _pairs(seed: int) -> Iterator[LeftOut]:
    every = []
    for task, specification in SPECIFICATIONS.items():
        own = specification.gradient_mistakes
        inner = singles(probes(task, lambda g, probe: probe.vjp(g))[0], own)
        every += [(task, known, outer, inner) for known in inner for outer in COTANGENT]
    for i in np.random.default_rng(seed).permutation(len(every)):
        task, known, outer, inner = every[i]
        with patch.object(gradient, "singles", lambda *_, k=known, every=inner: [
                one for one in every if one is not k]):
            yield _gradient(
                task, f"{known.flags[0]} behind {outer[0]}", _behind(outer, known), seed)


def of_values(seed: int = 5) -> Iterator[LeftOut]:
    """Every mistake in forward."""
    for task, specification in SPECIFICATIONS.items():
        for mistake in specification.value_mistakes:
            others = [one for one in specification.value_mistakes if one is not mistake]
            got, right, simulated = values_of(task, mistake, others, seed)
            called = diagnose_value(got, right, simulated)
            yield LeftOut(task, mistake.id, "+".join(called.flags))


def of_activations(wrong, seed: int = 0) -> Iterator[LeftOut]:
    """Flag -> wrong activations, each diagnosed without what has this flag."""
    every = of_activation._mistakes
    for flag, functions in wrong.items():
        with patch.object(of_activation, "_mistakes", lambda measured, flag=flag: (
                one for one in every(measured) if one[0] != flag)):
            for function in functions:
                done = activation(context_of(function, seed))
                flags = done.diagnosis.flags if done.diagnosis else ()
                yield LeftOut("mine", flag, "+".join(flags))


def _gradient(task: str, name: str, known: Known, seed: int) -> LeftOut:
    specification = SPECIFICATIONS[task]
    found = diagnose_gradient(
        probes(task, known.gradients, seed=seed), tuple(specification.inputs),
        specification.gradient_mistakes, specification.terms)
    return LeftOut(task, name, "+".join(found.flags))


def _without(outer):
    return patch.object(
        bank, "COTANGENT", tuple(one for one in COTANGENT if one is not outer))


def _behind(outer, inner: Known) -> Known:
    return Known((outer[0],), "", "", lambda g, probe: inner.gradients(outer[3](g), probe))
