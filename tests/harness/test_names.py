"""A name is given only where it is shown: rules outside the bank, and banks that lack a mistake."""

import numpy as np
import pytest

from cgp_harness.checks.rules.asking import evidence
from cgp_harness.checks.rules.probes import diagnosis_probes
from cgp_harness.diagnosis.rules.diagnose import diagnose
from tests.harness.correctness import correctness
from tests.harness.foreign_rules import EQUAL, FOREIGN, foreign_source
from tests.harness.in_process import context_of

HOMEWORK = correctness()


def named(family, text, seed=0):
    context, runs = context_of(text, HOMEWORK, family, seed), diagnosis_probes(seed)
    found = diagnose(
        HOMEWORK, context.task, context.rule,
        evidence(context, runs, [context.answer(run) for run in runs]))
    return found.diagnosis


@pytest.mark.parametrize(("family", "what"), [
    (family, what) for family in FOREIGN for what in FOREIGN[family]])
def test_a_rule_outside_the_bank_gets_no_name_that_is_not_its_own(family, what):
    with np.errstate(all="ignore"):
        found = named(family, foreign_source(family, what))
    assert found.flags == EQUAL.get((family, what), ())
