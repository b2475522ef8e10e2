"""A name is given only where it is shown: rules outside the bank, and banks that lack a mistake.

The long form, with all singles and 200 pairs of the latter, is `python -m benchmarks.diagnosis`.
"""

import pytest

from tests.harness.rules.naming.foreign_rules import (
    EQUAL,
    FOREIGN,
    false_name,
    foreign_source,
    name_of,
)
from tests.harness.rules.naming.left_out_rules import of_pairs, of_singles


@pytest.mark.parametrize("family", FOREIGN)
def test_a_rule_outside_the_bank_gets_no_name_that_is_not_its_own(family, long):
    rules = [*FOREIGN[family]][::1 if long else 3]
    assert {what: false_name(family, what) for what in rules} == dict.fromkeys(rules, ())


def test_what_is_equal_to_a_mistake_of_the_bank_has_its_name():
    found = {one: name_of(one[0], foreign_source(*one)) for one in EQUAL}
    assert found == EQUAL


def test_what_a_bank_lacks_it_calls_by_no_other_name(long):
    singles = [*of_singles(every=6 if long else 15)]
    assert len(singles) >= (12 if long else 6)
    pairs = of_pairs(3 if long else 1)
    assert [one for one in (*singles, *pairs) if one.falsely] == []
