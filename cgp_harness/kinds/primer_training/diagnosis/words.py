"""What each mistake is called, and what is said of it; `{which}`: `weights` or `biases`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A mistake: its identifier, and a sentence or two for the student."""

    flag: str
    text: str


TITLES: Mapping[str, str] = {
    "sgd": "plain SGD", "sgd_plus": "SGD+", "adam": "Adam", "nesterov": "Nesterov's momentum",
    "decaying": "a rate that decays", "still": "nothing", "weight": "a weight's step",
    "": "no known rule",
}

UNKNOWN = Said(
    "unknown_rule", "The {which} follow no known rule: no known form of SGD, SGD+ or Adam, with "
    "any known gradient and sharing of state, explains their steps.")
STILL = Said("never_moved", "The {which} never move.")
OTHER = Said("another_rule", "The {which} are moved by {title}, which is another rule.")
AS_WEIGHT = Said(
    "step_of_a_weight", "Each bias moves by a weight's step: what was computed for the last weight "
    "is used for the bias, too. Compute the bias's own gradient, and keep its own state.")

WITHOUT_NUMBERS = (
    STILL, OTHER, AS_WEIGHT,
    Said("no_momentum", "The {which} are moved by plain SGD, which is another rule."),
    Said("summed_over_batch",
         "The gradient of the {which} is summed over the samples of a batch: Eq. 21 averages it."),
    Said("rate_twice", "The step of the {which} is multiplied by the learning rate twice."),
    Said("another_rate", "The rate of the {which} is another than self.learning_rate."),
    *(Said(f"{name}_out_of_range", f"{name} of the {{which}} lies outside of what is accepted.")
      for name in ("mu", "beta1", "beta2", "eps")),
)
"""What is in no table, as it is said of no training in particular."""

TOPOLOGIES: Mapping[str, Said] = {
    "one for all": Said(
        "shared_state", "All {which} share one state, each going on from what the one before has "
        "left there (Eq. 34). Keep a state for each."),
    "restarts in each neuron": Said(
        "state_restarts_in_neuron", "The state is looked up by an index that begins anew in each "
        "neuron, so that {which} of several neurons share one. Keep it by the parameter's name."),
    "restarts in each layer": Said(
        "state_restarts_in_layer", "The state is looked up by an index that begins anew in each "
        "layer, so that {which} of several layers share one. Keep it by the parameter's name."),
    "one for a neuron": Said(
        "state_of_neuron", "The {which} of a neuron share one state. Keep a state for each."),
    "one for a layer": Said(
        "state_of_layer", "The {which} of a layer share one state. Keep a state for each."),
    "the last weight's": Said(
        "state_of_last_weight", "Each bias goes on from the state of the last weight. Keep a state "
        "of its own for it."),
    "the neighbour's": Said(
        "state_of_neighbour", "One of the {which} goes on from its neighbour's state, and "
        "overwrites it. Keep a state for each."),
}

NOTES: Mapping[str, Said] = {
    "random start": Said(
        "state_not_zero_at_first", "The state of the {which} does not begin at zero: it is drawn, "
        "or left from an earlier training. Begin every training with zeros."),
    "carried over": Said(
        "state_carried_over", "The state of the {which} is left from an earlier training: a "
        "mutable default, or an attribute that is never reset. Begin every training with zeros."),
    "damped": Said(
        "damped", "The {which} follow a running average of gradients, (1 - mu) times each: Eq. 32 "
        "adds the whole gradient."),
}

FORMS: Mapping[str, Said] = {
    "uncorrected": Said(
        "no_bias_correction", "The {which} are moved by Adam without bias correction (Eq. 39)."),
    "stored": Said(
        "corrected_stored", "The corrected moments of the {which} are kept as the moments: the "
        "next step then begins from them (Eq. 38 goes on from the uncorrected ones)."),
    "no power": Said(
        "correction_without_power", "The moments of the {which} are divided by 1 - beta, without "
        "the power k (Eq. 39)."),
    "exponent is the index": Said(
        "exponent_is_index", "The exponent in the bias correction of the {which} is the number of "
        "the parameter: it is that of the step (Eq. 39)."),
    "one step ahead": Said(
        "step_one_ahead", "The exponent in the bias correction of the {which} is one ahead: at the "
        "first step it is 1 (Eq. 39)."),
    "beta1 in v_hat": Said(
        "beta1_in_v_hat", "The second moment of the {which} is corrected with beta1 in the place "
        "of beta2 (Eq. 39)."),
    "not squared": Said(
        "gradient_not_squared", "The second moment of the {which} has the gradient, not its square "
        "(Eq. 38)."),
    "no gradient": Said(
        "gradient_missing", "The first moment of the {which} has no gradient in it (Eq. 38)."),
    "m stored": Said(
        "corrected_stored", "The corrected first moment of the {which} is kept as the moment: the "
        "next step then begins from it (Eq. 38 goes on from the uncorrected one)."),
    "v stored": Said(
        "corrected_stored", "The corrected second moment of the {which} is kept as the moment: the "
        "next step then begins from it (Eq. 38 goes on from the uncorrected one)."),
    "no root": Said(
        "no_root", "The step of the {which} is divided by the second moment, not by its root "
        "(Eq. 40)."),
    "random start": Said(
        "state_not_zero_at_first", "The first moment of the {which} does not begin at zero: it is "
        "drawn, or left from an earlier training. Begin every training with zeros."),
    "carried over": Said(
        "state_carried_over", "The moments of the {which} are left from an earlier training: a "
        "mutable default, or an attribute that is never reset. Begin every training with zeros."),
    "no first moment": Said(
        "no_first_moment", "The {which} are moved by the gradient itself over the root of the "
        "second moment: the first moment is missing (Eq. 40)."),
    "rate in the gradient": Said(
        "rate_in_gradient", "The moments of the {which} are those of the gradient times the "
        "learning rate: the rate belongs into the step alone (Eq. 40)."),
    "added": Said(
        "step_added_to_gradient", "The {which} are moved by Adam's step and by the gradient "
        "itself: the step takes its place (Eq. 40)."),
}

GRADIENTS: Mapping[str, Said] = {
    "by position": Said(
        "paired_by_position", "Each weight is paired with the input in its own place of a list, "
        "not with its own input: lists of names have orders of their own. Look it up: "
        "var_to_var_param[node][input] is the weight."),
    "by position of the text": Said(
        "paired_by_position", "Each weight is paired with the number of a sample in its own place "
        "of the expression, not with its own input: independent_vars has an order of its own. Look "
        "it up: independent_vars.index(input) is the place."),
    "late": Said(
        "passed_back_late", "Errors are passed back through weights that the same batch has "
        "already moved: compute all gradients first."),
    "moving all": Said(
        "all_biases_moved", "Every bias is moved by the sum of all biases' steps: `self.bias += "
        "step` adds to all numbers of an array. Write `self.bias[…] += step`."),
    "uphill": Said(
        "uphill", "The {which} are moved uphill: the step is subtracted (Eq. 33)."),
    "not accepted": Said(
        "gradient_not_accepted", "The gradient of the {which} is {form}, which this homework "
        "does not accept."),
}

ACCEPTED: Mapping[str, str] = {
    "samples": "that of Eq. 21, averaged over the samples of a batch",
    "averages": "that of the batch's averages, as the package has it to 1.1.2",
    "published": "that which later versions of the package print",
}
