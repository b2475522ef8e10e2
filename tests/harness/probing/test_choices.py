"""Cases that are made by choosing: drawn from a seed, and searched for the smallest."""

from cgp_harness.probing.choices import drawn, searched
from cgp_harness.probing.search import smallest_failure


def numbers(choose):
    """One to four whole numbers, and a word; none with a 7 among them can be asked."""
    found = [choose.whole(-3, 9) for _ in range(choose.whole(1, 4))]
    return None if 7 in found else (found, choose.one_of(("simple", "less so")))


def test_the_first_case_is_the_simplest_and_the_others_depend_on_the_seed_alone():
    cases = drawn(numbers, 5, 30)
    assert cases[0] == ([0], "simple")
    assert len(cases) == 30
    assert cases == drawn(numbers, 5, 30)
    assert cases[1:] != drawn(numbers, 6, 30)[1:]


def test_they_are_the_same_on_every_machine_and_in_every_year():
    assert drawn(numbers, 0, 3) == (
        ([0], "simple"), ([9, 3, -3, 1], "less so"), ([9, 1, 4, 2], "simple"))


def test_what_cannot_be_asked_is_not_drawn_and_nothing_at_all_ends():
    assert all(7 not in found for found, _ in drawn(numbers, 1, 200))
    assert drawn(lambda choose: None, 0, 3) == ()


def test_the_same_cases_are_searched():
    def size(case):
        return len(case[0]), *map(abs, case[0])

    def smallest(fails):
        return smallest_failure(searched(numbers), 0, fails, size, budget_s=600)

    found = smallest(lambda case: sum(case[0]) > 10)
    assert found == ([2, 9], "simple")
    assert smallest(lambda case: 7 in case[0]) is None
