"""A name is given only where it is shown: rules outside the bank, and banks that lack a mistake.

The long form, with all singles and 200 pairs of the latter, is `python -m benchmarks.diagnosis`.
"""

import pytest

from tests.harness.foreign_rules import EQUAL, FOREIGN, foreign_source, name_of
from tests.harness.left_out_rules import of_pairs, of_singles


@pytest.mark.parametrize("family", FOREIGN)
def test_a_rule_outside_the_bank_gets_no_name_that_is_not_its_own(family):
    found = {what: name_of(family, foreign_source(family, what)) for what in FOREIGN[family]}
    assert found == {what: EQUAL.get((family, what), ()) for what in FOREIGN[family]}


def test_what_a_bank_lacks_it_calls_by_no_other_name():
    singles = [*of_singles(every=6)]
    assert len(singles) >= 12
    assert [one for one in (*singles, *of_pairs(3)) if one.falsely] == []
