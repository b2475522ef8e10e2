"""Which known rule is this? The answer in flags, and in words for the student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis import (
    another_value,
    bank,
    initial_state,
    weight_decay,
)
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import explained
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence, Hypothesis, Shown
from cgp_harness.kinds.optimizer.diagnosis.families import DEFAULTS, FAMILIES, simulate
from cgp_harness.kinds.optimizer.naming import canonical
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.kinds.optimizer.specified import Specified, specified
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.model import Diagnosis
from cgp_harness.probing.distance import FLOAT32, FLOAT64, within
from cgp_harness.probing.flag import (
    DECAYS,
    EPS_TWICE,
    FIRST_GRADIENT_STATE,
    FLOAT32_ARITHMETIC,
    INITIAL_STATE,
    MUTABLE_DEFAULT,
    NO_EPS_ABOVE_ZERO,
    NO_LR,
    REPLACED,
    Flag,
    flag,
)
from cgp_harness.task import Assignment

PLAIN_SGD = "no_momentum"
_ZEROS = Trajectory(((1,),), np.zeros((2, 1)), {**DEFAULTS, "eps": 0.125}, {"lr": (0.5, 0.25)})
RECURSIONS = {
    "sgd_plus": "Eq. 32", "adagrad": "Eq. 37", "rmsprop": "Eq. 37 with an average for the sum",
    "adam": "Eq. 38",
}
"""Where each family's state goes on from the one before."""


@dataclass(frozen=True)
class Named:
    """A diagnosis, and what it was found by.

    Args:
        convention: of those that are accepted, the one in which the rule is wrong; empty if
            unknown.
        switches: of the simulator, if it is a variant of the task's own family.
        replaced: hyperparameters in whose place the rule has another number.
        unmoved: hyperparameters that move nothing in it, where a change of the solution says so.
    """

    diagnosis: Diagnosis
    convention: str = ""
    switches: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    unmoved: frozenset[str] = frozenset()


def diagnose(
    assignment: Assignment, task: OptimizerTask, rule: Details, evidence: Evidence,
    fixed_at: Sequence[Mapping[str, float]] = (),
) -> Named:
    """Name the rule that gave these answers, or say that none is known.

    Looks at the task's own family first (all single mistakes and pairs), then at the other
    families, then at a hyperparameter in whose place another number stands, then at a start from a
    state other than zero (which comes first if the decorator names one), then at weight decay of a
    rule that sees the parameters. What fits the probes is named only if further runs confirm it.

    Args:
        fixed_at: the hyperparameters whose change changes no step, at values that would be right.
    """
    numbers = sum(answer.size for answer in evidence.answers)
    if not task.family:
        return _from_solution(assignment, task, rule, evidence) or Named(Diagnosis(
            (), f"Your update is not {task.title}, and no small change to it explains your update "
            f"(compared on {numbers} numbers)."))

    def with_another_value() -> Named | None:
        return _with_another_value(task, rule, evidence, fixed_at)

    def from_another_state() -> Named | None:
        return _from_another_state(task, rule, evidence)

    found = _in_family(task, rule, evidence) or _in_other_family(assignment, task, rule, evidence)
    if any(rule.state.values()):
        found = found or from_another_state() or with_another_value()
    else:
        found = found or with_another_value() or from_another_state()
    return found or _with_decay(task, rule, evidence) or Named(Diagnosis(
        (), f"Your update is not {task.title}, and it matches no known variant of it or of another "
        f"rule (compared on {numbers} numbers)."))


def _from_solution(
    assignment: Assignment, task: OptimizerTask, rule: Details, evidence: Evidence
) -> Named | None:
    """As a change of the right answer, or else as another rule."""
    found = explained(
        assignment, task, specified(assignment, task), evidence, tuple(rule.state.values()))
    if found is None:
        return _in_other_family(assignment, task, rule, evidence)
    return Named(found.diagnosis, found.convention, unmoved=found.unmoved)


def _in_family(task: OptimizerTask, rule: Details, evidence: Evidence) -> Named | None:
    """In float64, else in float32, which then is a flag of its own."""
    defaults = {**DEFAULTS, **task.hyperparameters}
    tiers = (False, True) if evidence.single else (False,)
    for single in tiers:
        for one in bank.matches(
            task.family, task.accept, evidence.runs, evidence.answers, defaults,
            FLOAT32 if single else FLOAT64,
        ):
            said = _shown(task, one, evidence, defaults, single=single)
            if said is not None:
                flags = _with_guard(one.flags, evidence)
                further = (FLOAT32_ARITHMETIC.id,) if single else ()
                told = _told(task, rule, (*flags, *further), one.variant.convention, said)
                return replace(told, switches=one.variant.switches)
    return None


def _shown(
    task: OptimizerTask, one: bank.Match, evidence: Evidence, defaults: Mapping[str, float], *,
    single: bool
) -> Shown | None:
    """How well the variant explains everything, if it does so better than any simpler one."""
    def having(switches: Set[str]) -> Hypothesis:
        return lambda run: simulate(task.family, switches, run, defaults)

    switches = one.variant.switches
    simpler = [having({other}) for other in task.accept] if one.flags else []
    simpler += [having(bank.without(switches, flag)) for flag in one.variant.flags]
    return evidence.shows(having(switches), simpler, single=single)


def _with_guard(flags: Sequence[str], evidence: Evidence) -> tuple[str, ...]:
    """The flags; what is without eps may still have one, or another guard, where the root is 0."""
    if "no_eps" not in flags:
        return tuple(flags)
    answer = evidence.answer(_ZEROS)
    guarded = answer is not None and bool(np.isfinite(answer).all())
    return tuple(NO_EPS_ABOVE_ZERO.id if guarded and one == "no_eps" else one for one in flags)


def _from_another_state(task: OptimizerTask, rule: Details, evidence: Evidence) -> Named | None:
    found = initial_state.match(
        task.family, task.accept, evidence, {**DEFAULTS, **task.hyperparameters},
        declared=tuple(rule.state.values()) if any(rule.state.values()) else ())
    return _told(task, rule, *found) if found else None


def _with_another_value(
    task: OptimizerTask, rule: Details, evidence: Evidence, fixed_at: Sequence[Mapping[str, float]]
) -> Named | None:
    names = tuple(dict.fromkeys(name for one in fixed_at for name in one))
    found = another_value.match(
        task.family, task.accept, evidence, names, fixed_at, {**DEFAULTS, **task.hyperparameters})
    if found is None:
        return None
    told = _told(task, rule, found.flags, found.variant.convention, found.said)
    text = told.diagnosis.text.replace(
        REPLACED[found.name].phrase, f"with {found.value:.6g} where {found.name} belongs")
    return replace(
        told, diagnosis=replace(told.diagnosis, text=text), switches=found.variant.switches,
        replaced=frozenset({found.name}))


def _with_decay(task: OptimizerTask, rule: Details, evidence: Evidence) -> Named | None:
    """A class sees its parameters, from 0 on; a function if it names p."""
    if not rule.sees_parameter and rule.form != "torch":
        return None
    found = weight_decay.match(
        task.family, task.accept, evidence, {**DEFAULTS, **task.hyperparameters},
        tuple(rule.hyperparameters.values()))
    if found is None:
        return None
    told = _told(task, rule, found.flags, found.convention, found.said)
    text = f"{told.diagnosis.text} The decay is {found.size:.6g}."
    return replace(told, diagnosis=replace(told.diagnosis, text=text))


def _told(
    task: OptimizerTask, rule: Details, flags: Sequence[str], convention: str, said: Shown
) -> Named:
    mutable = any(kind in ("dict", "list", "set") for kind in rule.fixed.values())
    flags = tuple(
        MUTABLE_DEFAULT.id if one == "shared_state" and mutable else one for one in flags
    )
    known = [_of_state(rule, _flag(task.family, task.accept, one)) for one in flags]
    text = _sentence(FAMILIES[task.family].NAME, known, said)
    return Named(
        Diagnosis(flags, text, said.error), convention if convention in task.accept else "")


def _of_state(rule: Details, one: Flag) -> Flag:
    """A class names no state in its decorator; and who has named it need not be told to."""
    if one.id not in (INITIAL_STATE.id, FIRST_GRADIENT_STATE.id):
        return one
    if rule.form == "torch":
        return replace(one, hint="The recursions begin at zero: begin with zeros_like(p).")
    if rule.state and not any(rule.state.values()):
        return replace(
            one, hint="The recursions begin at zero, as @optimizer has it: use the state as it "
            "comes.")
    return one


def _in_other_family(
    assignment: Assignment, task: OptimizerTask, rule: Details, evidence: Evidence
) -> Named | None:
    meant = canonical(assignment, rule.hyperparameters, task.id)
    own = {meant[name]: value for name, value in rule.hyperparameters.items()}
    right = specified(assignment, task)

    def seen(run: Trajectory) -> Trajectory:
        return _seen_from(right, own, run)

    theirs = [seen(run) for run in evidence.runs]
    candidates = [
        (family, one) for family, module in FAMILIES.items() if family != task.family
        for one in bank.matches(
            family, tuple(module.CONVENTIONS), theirs, evidence.answers, DEFAULTS)
        if len(one.flags) <= 1
    ]
    for family, one in sorted(candidates, key=lambda each: len(each[1].flags)):
        def having(switches: Set[str], family: str = family) -> Hypothesis:
            return lambda run: simulate(family, switches, seen(run), DEFAULTS)

        switches = one.variant.switches
        said = evidence.shows(
            having(switches), [having(bank.without(switches, flag)) for flag in one.flags])
        if said is not None:
            return Named(_told_of_another(task, family, one, said))
    return None


def _told_of_another(task: OptimizerTask, family: str, one: bank.Match, said: Shown) -> Diagnosis:
    name, identifier, flags = FAMILIES[family].NAME, f"is_{family}", one.flags
    if family == "sgd_plus" and PLAIN_SGD in flags:
        name, identifier, flags = "plain SGD", "is_sgd", ()
    known = [_flag(family, (), flag) for flag in flags]
    if not task.family:  # the equations of a solution's rule are those that its table gives
        known = [one.uncited() for one in known]
    text = f"{_sentence(name, known, said)} It is registered as {task.id}."
    return Diagnosis((identifier, *flags), text, said.error)


def _seen_from(right: Specified, own: Mapping[str, float], run: Trajectory) -> Trajectory:
    """The same run with what another family's rule was really given.

    The probes set this task's hyperparameters only; all others stood at the student's defaults.
    """
    given = {
        name: value for name, value in right.whole(run, 0).hyperparameters.items()
        if name in right.hyperparameters and name in own
    }
    return replace(run, hyperparameters={**DEFAULTS, **own, **given})


def _flag(family: str, accept: Sequence[str], identifier: str) -> Flag:
    module = FAMILIES[family]
    if identifier in module.CONVENTIONS:
        wanted = " or ".join(module.CONVENTIONS[one] for one in accept)
        return flag(identifier, module.CONVENTIONS[identifier],
                    f"This assignment asks for it {wanted}.", "convention")
    begun = (replace(one, equation=RECURSIONS[family])
             for one in (INITIAL_STATE, FIRST_GRADIENT_STATE))
    extra = {one.id: one for one in (
        FLOAT32_ARITHMETIC, MUTABLE_DEFAULT, *begun, *DECAYS, NO_LR, *REPLACED.values(),
        EPS_TWICE, NO_EPS_ABOVE_ZERO)}
    return extra.get(identifier) or next(one for one in module.FLAGS if one.id == identifier)


def _sentence(name: str, known: Sequence[Flag], said: Shown) -> str:
    phrases = [
        one.phrase + (f" ({one.equation})" if one.equation else "") for one in known
    ]
    what = " ".join([name, _listed(phrases)]).strip()
    text = f"Your update is {what}, to within {within(said.error)} on {said.numbers} numbers"
    if said.not_finite:
        text += f"; {said.not_finite} others are not finite, as in that rule"
    return " ".join([f"{text}.", *(one.hint for one in known if one.hint)])


def _listed(phrases: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(phrases[:-1]), phrases[-1] if phrases else ""]))
