"""Whatever a worker sends, an answer or an exception of the conversation comes of it: no crash, no
hang, no allocation that the worker sized. By hand, for longer: `python -m benchmarks.fuzzing`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw, inspect

from benchmarks.fuzzing import __main__ as fuzzing
from benchmarks.fuzzing.seeds import CORPUS, RIGHT, seeds
from benchmarks.fuzzing.target import ANSWERS, OF_A_CONVERSATION, SIZES, case, frame, one
from cgp_harness.sandbox.protocol import wire
from cgp_harness.sandbox.protocol.messages import At, Failed, encode

ENDS = {kind.__name__ for kind in (*ANSWERS, Failed, *OF_A_CONVERSATION)} | {"DecodeError", ""} | {
    "ValidationError"}
BOUNDED = settings(
    max_examples=30, derandomize=True, database=None, deadline=None)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(wire, "POLL_MS", 1)


def whatever(kind):
    """Values of a type of msgspec's, whole, with the bounds that it sets."""
    if isinstance(kind, inspect.StructType):
        named = {field.encode_name: whatever(field.type) for field in kind.fields}
        return st.fixed_dictionaries(named).map(
            lambda found: found | ({kind.tag_field: kind.tag} if kind.tag_field else {}))
    if isinstance(kind, inspect.UnionType):
        return st.one_of(*map(whatever, kind.types))
    if isinstance(kind, inspect.VarTupleType):
        return st.lists(whatever(kind.item_type), max_size=min(kind.max_length or 3, 3))
    if isinstance(kind, inspect.TupleType):
        return st.tuples(*map(whatever, kind.item_types))
    if isinstance(kind, inspect.DictType):
        return st.dictionaries(whatever(kind.key_type), whatever(kind.value_type), max_size=3)
    return {
        inspect.StrType: lambda: st.one_of(WORDS, st.text(max_size=min(kind.max_length or 9, 9))),
        inspect.IntType: lambda: st.integers(
            -(2**31) if kind.ge is None else kind.ge,
            min(x for x in (kind.le, kind.lt and kind.lt - 1, 2**31) if x is not None)),
        inspect.FloatType: st.floats, inspect.BoolType: st.booleans, inspect.NoneType: st.none,
        inspect.LiteralType: lambda: st.sampled_from(kind.values),
        inspect.RawType: lambda: st.sampled_from([Raw(encode(None)), *DETAILS]),
    }[type(kind)]()


WORDS = st.sampled_from((
    "optimizer", "sgd", "TypeError", "AttributeError", "NameError", "ValueError", "BinOp", "Call",
    "Attribute", "Subscript", "Compare", "^", "@", "ndarray", "Tensor", "float", "module",
    "np=numpy", "x.y.z", "f(1, 2)",
    "operands could not be broadcast together with shapes (2,) (3,)",
    "'list' object has no attribute 'shape'", "\u202e", "\x1b[2J", "[" * 50))
DETAILS = [Raw(encode(said)) for said in (
    {}, {"form": "rule", "state": {}, "hyperparameters": {}}, 7)]


@pytest.mark.parametrize("kind", [Failed, *ANSWERS], ids=lambda kind: kind.__name__)
@BOUNDED
@given(data=st.data(), pieces=st.integers(0, 20), ends=st.booleans())
def test_of_an_answer_that_is_whole_in_form_whatever_it_says_comes_words_or_a_violation(
        kind, data, pieces, ends):
    header = encode(data.draw(whatever(inspect.type_info(kind))))
    due = ANSWERS[0] if kind is Failed else kind
    size = data.draw(st.sampled_from(SIZES))
    sent = frame(header, bytes(0 if kind is Failed else size))
    assert one(case(due, size, sent, pieces=pieces, ends=ends)) in ENDS


@BOUNDED
@given(st.binary(max_size=300))
def test_of_any_bytes_comes_an_end_of_the_conversation(data):
    assert one(data) in ENDS


def test_of_right_answers_come_answers():
    assert [one(case(type(answer), size, frame(encode(answer), bytes(size))))
            for answer, size in RIGHT] == [type(answer).__name__ for answer, _ in RIGHT]


def test_of_what_is_kept_comes_an_end_of_the_conversation():
    assert {one(data) for data in seeds()} <= ENDS


def test_so_many_changes_of_the_corpus_find_nothing(capsys, long):
    assert fuzzing.drawn(1e9, most=20_000 if long else 300) == 0
    assert capsys.readouterr().out.startswith(f"{20_000 if long else 300:,} inputs, ")


def test_a_finding_is_kept_and_told(monkeypatch, capsys, tmp_path):
    def broken(data):
        raise KeyError("of ours")

    monkeypatch.setattr(fuzzing, "one", broken)
    monkeypatch.setattr(fuzzing, "CORPUS", tmp_path)
    assert fuzzing.drawn(1e9) == 1
    [path] = tmp_path.iterdir()
    assert path.read_bytes() == next(seeds())
    assert capsys.readouterr().out == f"FOUND KeyError: 'of ours', by {path}\n"


def test_a_worker_that_says_again_and_again_where_it_is_does_not_outlive_the_deadline():
    at = frame(encode(At(RIGHT[0][0].registered[0].where)))
    assert one(case(ANSWERS[0], 0, at * 2_000, ends=False)) == "DeadlineError"
    assert CORPUS.parts[-3:] == ("tests", "corpus", "wire")
