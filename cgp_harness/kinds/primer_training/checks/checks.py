"""The checks: followed, gradient, rule, hyperparameters, and a comparison for display."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from cgp_harness.checks.context import Outcome, failed, passed
from cgp_harness.kinds.primer_training.checks.seen import Looked, PrimerContext, Seen, shape
from cgp_harness.kinds.primer_training.contract import PACKAGE
from cgp_harness.kinds.primer_training.diagnosis import judged, words
from cgp_harness.kinds.primer_training.diagnosis.judged import Judged
from cgp_harness.kinds.primer_training.diagnosis.words import Said
from cgp_harness.kinds.primer_training.kind import NOT_KNOWN
from cgp_harness.model import Diagnosis

WEIGHTS = 2 / 3
"""Of the points for a rule those for the weights; the rest is for the biases."""
UNKNOWN = ("unknown_rule", "gradient_unknown")
"""No names of mistakes."""
Fault = Callable[..., Iterator[tuple[str, Said]]]


def followed(context: PrimerContext) -> Outcome:
    """Is there such a training, and can it be followed?"""
    for seen in context.seen:
        found = seen.of(context.task)
        if found is None or found.lost or found.family == "still":
            return failed(_not_followed(context, seen, found), blocks=True)
    training = context.seen[0].of(context.task)
    assert training is not None
    said = (f"Followed for {training.training.steps} steps on {len(context.seen)} sets of samples, "
            f"on {shape(context.task.layers)}.")
    return passed(_with_remarks(said, context, context.seen[0]))


def gradient_used(context: PrimerContext) -> Outcome:
    """Is it a gradient of the batch that the steps follow?"""

    def right(one: Judged) -> str:
        forms = {which: judged.form_of(one, which, each) for which, each in one.groups}
        same = " ".join(f"The gradient of the {which} is {words.ACCEPTED[form]}."
                        for which, form in forms.items() if form in words.ACCEPTED)
        return same if len(set(forms.values())) > 1 else (
            f"The gradient is {words.ACCEPTED[forms['weights']]}.")

    return _outcome(context, judged.gradient, right)


def rule_used(context: PrimerContext) -> Outcome:
    """Is it the specified rule, for weights and for biases?"""
    return _outcome(context, judged.rule, lambda one: (
        f"Weights and biases follow {words.TITLES[context.task.rule]}, to within {one.error:.0e} "
        f"on {one.numbers} numbers."))


def hyperparameters_used(context: PrimerContext) -> Outcome:
    """Are rate, mu, betas and eps those that are asked for?"""
    for one in _judged(context):
        if all(each.family != context.task.rule for _, each in one.groups):
            return failed(f"{NOT_KNOWN}neither weights nor biases follow the specified rule.")
    return _outcome(context, judged.hyperparameters, lambda one: judged.values(one.weights))


def compared_fairly(context: PrimerContext) -> Outcome:
    """Do the curves that it is shown beside begin alike? For display."""
    seen = context.seen[0]
    own = seen.of(context.task)
    assert own is not None
    base = next((one for one in seen.looked if one.family == "sgd"
                 and one.training.layers == context.task.layers), None)
    if base is None:
        return passed("No training by plain SGD was seen beside it.")
    differs = [name for name, same in (
        ("start", np.array_equal(own.training.weights[0], base.training.weights[0])
         and np.array_equal(own.training.biases[0], base.training.biases[0])),
        ("learning rate", own.training.rate == base.training.rate),
    ) if not same]
    if differs:
        return passed(f"Plain SGD beside it has another {' and another '.join(differs)}: the "
                      "curves then show more than the rules.")
    return passed("Plain SGD beside it has the same start and learning rate.")


def _judged(context: PrimerContext) -> list[Judged]:
    found = [seen.of(context.task) for seen in context.seen]
    return [one.judged for one in found if one is not None and one.judged is not None]


def _outcome(
    context: PrimerContext, faults: Fault, right: Callable[[Judged], str]
) -> Outcome:
    """Of the set of samples on which most is wrong."""
    worst, of = max(
        (([*faults(one, context.task)], one) for one in _judged(context)),
        key=lambda pair: len(pair[0]))
    if not worst:
        return passed(right(of))
    said = [one.text.replace("{which}", " and ".join(
        which for which, other in worst if other == one)) for _, one in worst]
    flags = tuple(dict.fromkeys(one.flag for _, one in worst if one.flag not in UNKNOWN))
    groups = {which for which, _ in worst}
    fraction = (WEIGHTS if "weights" not in groups else 0.0) + (
        1 - WEIGHTS if "biases" not in groups else 0.0)
    return failed("", fraction=fraction, diagnosis=Diagnosis(
        flags, " ".join(dict.fromkeys(said)), of.error if flags else None))


def _not_followed(context: PrimerContext, seen: Seen, found: Looked | None) -> str:
    title = f"{words.TITLES[context.task.rule]} on {shape(context.task.layers)}"
    said = f"No training by {title} was seen; seen: {seen.others(context.task)}."
    if found is not None:
        lost = found.lost or "it moves no weight"
        said = f"The training by {title} cannot be followed: {lost}."
    if not seen.trained.trainings:
        said = "No training was seen." if seen.trained.raised else (
            f"No training was seen: no script makes a {PACKAGE}, or a subclass, and has it "
            "propagate two batches forward.")
    return _with_remarks(said, context, seen)


def _with_remarks(said: str, context: PrimerContext, seen: Seen) -> str:
    """And what a script did besides; what it raised comes last, line by line."""
    copies = [file.shown for file in context.submission.files
              if PACKAGE in (file.path.rsplit("/", 1)[-1].removesuffix(".py"),
                             *file.path.split("/")[:-1])]
    found = [f"Not used: {copies[0]}, a copy of the package."] if copies else []
    if seen.trained.options:
        found.append("Options that the package does not have were kept as attributes.")
    raised = [f"A statement did not come to its end:\n{one}" for one in seen.trained.raised[:2]]
    return "\n".join((" ".join((said, *found)), *raised))
