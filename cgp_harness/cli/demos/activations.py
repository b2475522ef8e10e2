"""A submission's activations in a demo: in the units of its network, under plain SGD."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cgp_harness.cli.demos.plugin import naming
from cgp_harness.model import Problem, Status
from cgp_harness.subject import NOUNS, ExtensionInfo, Manifest, Subject, SubjectError

if TYPE_CHECKING:
    from cgp_reference.demos.demo import Demo
    from cgp_reference.demos.descent import Descent


def activations_of(manifest: Manifest, demo: Demo) -> list[ExtensionInfo]:
    """The activations that the demo has a place for: all, or none."""
    if demo.activated is None:
        return []
    return [one for one in manifest.extensions if one.kind == "activation"]


def with_activation(
    subject: Subject, info: ExtensionInfo, demo: Demo, seed: int, iterations: int
) -> Descent | Problem:
    """The descent of SGD with this activation; every value is asked of the worker."""
    from cgp_harness.kinds.activation.checks.learning import of_subject
    from cgp_harness.reports.text import shown

    if demo.activated is None:
        raise ValueError(f"{demo.name} has no place for an activation")
    label = f"plugin: SGD, {shown(info.name)}"
    try:
        return demo.activated(label, of_subject(subject, info.name), seed, iterations)
    except SubjectError as error:
        return naming(info.name, error.problem)


def nothing_to_show(manifest: Manifest, demo: Demo) -> Problem:
    """That a submission with extensions alone, and none that is wrong, has none for this demo."""
    from cgp_reference.demos.catalogue import DEMOS

    activations = [one for one in manifest.extensions if one.kind == "activation"]
    first = (activations or manifest.extensions)[0]
    elsewhere = ", ".join(one.name for one in DEMOS.values() if one.activated)
    return Problem(
        Status.SKIPPED, f"{demo.name} has no place for the {NOUNS[first.kind]} {first.name!r}",
        where=first.where,
        expected="step-size rules or activations" if demo.activated else "step-size rules",
        fix=f"show it in one of {elsewhere}" if activations else "",
    )
