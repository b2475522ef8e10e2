"""Inputs to begin with: right answers of each kind, and frames that are wrong in one place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.fuzzing.target import ANSWERS, case, frame
from cgp_harness.kinds.activation.requests import Activated
from cgp_harness.kinds.autograd_function.requests import (
    ForwardAnswer,
    ReturnedValue,
    VjpAnswer,
    VjpManyAnswer,
)
from cgp_harness.kinds.backprop.requests import Absent, Backpropagated, Propagated
from cgp_harness.kinds.optimizer.requests import Details, Stepped
from cgp_harness.kinds.primer_training.requests import Followed
from cgp_harness.sandbox.protocol.changing import Made, Shown, Tried
from cgp_harness.sandbox.protocol.message_fields import Place
from cgp_harness.sandbox.protocol.messages import (
    At,
    Failed,
    Loaded,
    LoadedThing,
    Ready,
    encode,
    encode_raw,
)
from cgp_harness.sandbox.protocol.scene import Part, Scene, Value
from cgp_harness.sandbox.protocol.wire import HEADER_MAX, MAGIC, PREFIX

CORPUS = Path(__file__).parents[2] / "tests" / "corpus" / "wire"
"""Kept: what was found, and what reached code that nothing else did."""
WHERE = Place("ada.py", 7)
FAILED = Failed("raised", "TypeError: unsupported operand", WHERE, scene=Scene(
    ("TypeError", "Exception"), "unsupported operand type(s) for ^: 'float' and 'int'", "BinOp",
    "^", "beta1 ^ k", parts=(Part("beta1", Value("float")), Part("k", Value("int", text="3")))))
THING = LoadedThing("optimizer", "sgd", WHERE, details=encode_raw(
    Details("rule", {"v": 0.0}, {"lr": 1e-3})))
RIGHT: tuple[tuple[Any, int], ...] = (
    (Loaded((THING,), (FAILED,), torch=False, stopped=(WHERE,), cuts=(WHERE,)), 0),
    (Stepped("float64"), 64), (Ready(1), 0), (ForwardAnswer("float64", (2, 3), True, -1), 64),
    (VjpAnswer((True,), (ReturnedValue((2, 3), "float64"), ReturnedValue(None)), "x", ("ctx",)), 8),
    (VjpManyAnswer(), 100_000), (Activated(("float64", "float32")), 64), (Propagated(), 8),
    (Backpropagated((Absent(0, ("ab",)),)), 64), (Followed(3, (FAILED,), 1), 100_000),
    (Tried(3), 64), (Made(0), 0), (Shown("says", "ada.py", (3,), "a", "b"), 0))


def seeds() -> Iterator[bytes]:
    """Those that are built, then those that are kept."""
    for answer, size in RIGHT:
        whole = frame(encode(answer), bytes(size))
        for pieces, ends in ((0, True), (3, False), (60, True)):
            yield case(type(answer), size, whole, pieces=pieces, ends=ends)
        yield case(type(answer), size, frame(encode(FAILED)))
    stepped = encode(Stepped("float64"))
    at = frame(encode(At(WHERE)))
    for sent in (
            frame(stepped, bytes(8), 2), frame(stepped, bytes(8)) * 2, frame(stepped), b"CGP1",
            PREFIX.pack(MAGIC, 1, HEADER_MAX + 1, 8), PREFIX.pack(MAGIC, 1, 5, 2**63),
            frame(b"\x82\xa1x" + b"\x91" * 60_000 + b"\xc0"), frame(b"\xc1"), at * 50):
        yield case(Stepped, 8, sent)
        yield case(Loaded, 0, at * 3 + sent)
    if CORPUS.is_dir():
        for path in sorted(CORPUS.iterdir()):
            yield path.read_bytes()


assert {type(answer) for answer, _ in RIGHT} == {*ANSWERS}
