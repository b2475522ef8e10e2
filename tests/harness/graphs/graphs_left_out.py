"""Every mistake of the graph banks, diagnosed by a bank that lacks it.

The answer must be that no mistake is known, or one that computes the same.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

from cgp_harness.kinds.backprop.checks import backpropagation, partials
from cgp_harness.kinds.backprop.diagnosis import backpropagation_mistakes, partial_mistakes
from cgp_harness.kinds.backprop.probes.stages import GRADIENTS, PARTIALS, cases
from cgp_harness.kinds.backprop.questions import Backpropagated, Propagated
from cgp_harness.probing.flag import compatible

EQUAL = {
    ("sign_flipped", "constant_factor"),                                # -1 times
    # Of what is 0 anyway, nothing else can be wrong.
    ("activation_derivative_dropped_for_arguments with arguments_zero", "arguments_zero"),
    ("activation_derivative_dropped_for_parameters with parameters_zero", "parameters_zero"),
    ("activation_derivative_dropped with arguments_zero",
     "activation_derivative_dropped_for_parameters+arguments_zero"),
    ("activation_derivative_dropped with parameters_zero",
     "activation_derivative_dropped_for_arguments+parameters_zero"),
    ("activation_derivative_dropped_for_arguments with parameters_zero",
     "activation_derivative_dropped+parameters_zero"),
    ("activation_derivative_dropped_for_parameters with arguments_zero",
     "activation_derivative_dropped+arguments_zero"),
    ("total_derivatives with arguments_zero", "arguments_zero"),        # no path to count in
    ("total_derivatives with parameters_zero", "parameters_zero"),      # nothing at its end
    ("arguments_zero with parameters_zero", "all_zero"),
    ("parameters_zero with arguments_zero", "all_zero"),
    # The errors are others in the first place, or what is lost is not there.
    ("own_error_lost with error_not_multiplied", "error_not_multiplied"),
    ("own_error_lost with errors_summed", "errors_summed"),
    ("own_error_lost with first_output_only", "first_output_only"),
    ("own_error_lost with last_output_only", "last_output_only"),
    ("arriving_error_lost with first_output_only", "first_output_only"),
    ("arriving_error_lost with last_output_only", "last_output_only"),
    ("own_error_lost with node_error_replaced", "node_error_replaced"),
    ("arriving_error_lost with node_error_kept_first", "node_error_kept_first"),
    # These walks multiply by partials whatever else is wrong.
    ("error_passed_unchanged with node_processed_twice", "node_processed_twice"),
    ("error_passed_unchanged with passed_on_too_early", "passed_on_too_early"),
}
"""(what is left out, what it is called instead)."""


@dataclass(frozen=True)
class LeftOut:
    """What came of one mistake, or of the first of a pair."""

    mistake: str
    called: str

    @property
    def falsely(self) -> bool:
        """Whether it got a name that it does not deserve."""
        return bool(self.called) and (self.mistake, self.called) not in EQUAL


def of_partials(count: int, seed: int = 0) -> Iterator[LeftOut]:
    """So many mistakes together in forward(), each with all its readings."""
    asked = [case for stage in PARTIALS for case in cases(stage, seed)]
    asked += [one for stage in PARTIALS for _, others in stage.far for one in others]
    for name, switches, missing in _chosen(partial_mistakes.FLAGS, count):
        answers = [
            Propagated(case.known, partial_mistakes.partials(case.graph, case.known, switches))
            for case in asked]
        with patch.object(partial_mistakes, "FLAGS", missing):
            yield LeftOut(name, _called(partials._diagnose(asked, answers)))


def of_gradients(count: int, seed: int = 0, every: int = 1) -> Iterator[LeftOut]:
    """The same in backward(); one of so many as `every`."""
    asked = [case for stage in GRADIENTS for case in cases(stage, seed)]
    for name, switches, missing in itertools.islice(
            _chosen(backpropagation_mistakes.FLAGS, count), 0, None, every):
        answers = [
            Backpropagated(backpropagation_mistakes.gradients(
                case.graph, case.partials, case.error_of, switches))
            for case in asked]
        with patch.object(backpropagation_mistakes, "FLAGS", missing):
            yield LeftOut(name, _called(backpropagation._diagnose(asked, answers)))


def _chosen(flags, count):
    """Names, switches, and the bank without one of the mistakes, each of them in its turn."""
    for chosen in itertools.combinations(flags, count):
        if compatible(chosen):
            readings = itertools.product(*(
                [one.id, *(f"{one.id}~{n}" for n in range(2, one.readings + 1))]
                for one in chosen))
            for switches in readings:
                for left in chosen:
                    others = [one.id for one in chosen if one is not left]
                    name = " with ".join([left.id, *others])
                    yield name, frozenset(switches), tuple(
                        one for one in flags if one is not left)


def _called(diagnosis):
    return "+".join(diagnosis.flags) if diagnosis else ""
