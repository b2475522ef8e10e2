"""Ids: fit for a file name, a page and a spreadsheet, and never the same twice."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cgp_harness.collect.ids import RESERVED, natural, safe_id, unique_ids

names = st.text(st.characters(exclude_categories=()), max_size=120) | st.sampled_from([
    "index", "INDEX", "con.x", "a", "A", "a-2", "=1+1", "@x", "-x", ".x", "\udcff", "..", "é" * 90,
    "\u3164", "\u202ea", "ﬁ", "fi", "ß", "SS",
])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(names, max_size=12))
@example(["a", "a", "a-2", "A"])
@example(["x" * 80, "x" * 81, "X" * 82])
@example(["😀", "", "\n", "unnamed"])
def test_ids_are_always_safe_and_unique(batch):
    ids = unique_ids(batch)
    assert len(ids) == len(batch)
    assert len({unicodedata.normalize("NFKC", text.casefold()) for text in ids}) == len(ids)
    for text in ids:
        assert 1 <= len(text) <= 80
        assert len(text.encode()) <= 200
        assert text == unicodedata.normalize("NFC", text)
        assert text[0] == "_" or text[0].isalnum()
        assert text[-1] not in ".-"
        assert text.partition(".")[0].casefold() not in RESERVED
        assert all(
            char in "._-" or char.isalnum() or unicodedata.category(char) in ("Mn", "Mc")
            for char in text
        )


@pytest.mark.parametrize(("name", "wanted"), [
    ("hw3 First Last", "hw3_First_Last"),
    ("José  Müller", "José_Müller"),
    ("Jose\u0301", "José"),
    ("नमस्ते", "नमस्ते"),
    ("李明", "李明"),
    ("solo@berkeley.edu", "solo_berkeley.edu"),
    ("a_b-c.d", "a_b-c.d"),
    ("=HYPERLINK(1)", "HYPERLINK_1"),
    ("+1", "1"), ("-1", "1"), ("@x", "x"), (".x", "x"), ("../x", "x"),
    ("a\u202eb", "a_b"), ("a\u200bb", "a_b"), ("a\nb", "a_b"), ("a\udcffb", "a_b"),
    ("a/b\\c:d", "a_b_c_d"), ("<b>&'\"", "b"),
    ("a\u3164b", "a_b"),
    ("\u0301x", "x"),
    ("index", "_index"), ("Index.x", "_Index.x"), ("CON", "_CON"), ("lpt1.py", "_lpt1.py"),
    ("", "unnamed"), ("...", "unnamed"), ("😀", "unnamed"),
    ("x" * 100, "x" * 80), ("é" * 90, "é" * 80), ("李" * 90, "李" * 66),
])
def test_a_name_becomes_an_id(name, wanted):
    assert safe_id(name) == wanted


def test_the_first_to_come_keeps_its_name_and_no_other_name_is_taken_from_its_owner():
    assert unique_ids(["a", "A", "a-2", "a"]) == ["a", "A-3", "a-2", "a-4"]
    assert unique_ids(["x" * 80] * 2) == ["x" * 80, "x" * 78 + "-2"]


def test_numbers_in_names_are_numbers():
    assert sorted(["hw10", "hw2", "Hw1", "hw", "10", "9"], key=natural) == [
        "9", "10", "hw", "Hw1", "hw2", "hw10"
    ]


def test_a_large_class_of_one_name_takes_no_longer_than_another():
    begun = time.process_time()
    ids = unique_ids(["adam"] * 20_000 + ["_" * 60_000_000])
    assert (ids[-2], ids[-1], len(set(ids))) == ("adam-20000", "unnamed", 20_001)
    assert time.process_time() - begun < 20  # minutes, when each was searched from 2 on
