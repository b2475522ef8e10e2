"""The link's frames: whole or refused, in time or not at all."""

import os
import re
import socket
import threading
import time
from types import SimpleNamespace

import msgspec
import pytest

from cgp_harness.kinds.optimizer.requests import Stepped
from cgp_harness.sandbox.host.conversation import Conversation
from cgp_harness.sandbox.protocol.message_fields import Place
from cgp_harness.sandbox.protocol.messages import (
    At,
    Failed,
    Loaded,
    LoadedThing,
    Ready,
    decode_answer,
    encode,
)
from cgp_harness.sandbox.protocol.wire import (
    HEADER_MAX,
    MAGIC,
    PREFIX,
    DeadlineError,
    Link,
    LinkClosedError,
    ProtocolError,
    _after,
)


@pytest.fixture
def link():
    """A link and, in the worker's place, a bare socket."""
    mine, its = socket.socketpair()
    link = Link(mine.detach())
    with its:
        yield link, its
    link.close()


def soon(seconds=5.0):
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


@pytest.mark.parametrize("size", [0, 1, 8 * 2**20])
def test_a_frame_arrives_as_it_was_sent(link, size):
    ours, its = link
    theirs = Link(os.dup(its.fileno()))
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
    # 8 MB is 40 times what the socket holds: the two ends must take turns.
    sender = threading.Thread(target=theirs.send, args=(7, b"header", payload))
    sender.start()
    frame = ours.receive({size}, soon())
    sender.join()
    theirs.close()
    assert (frame.sequence, frame.header, bytes(frame.payload)) == (7, b"header", payload)


@pytest.mark.parametrize(
    ("magic", "header", "payload", "message"),
    [
        (b"HTTP", 3, 8, "the frame does not begin with the magic number"),
        (MAGIC, HEADER_MAX + 1, 8, "the header is too long"),
        (MAGIC, 3, 9, "the payload has another length than asked for"),
        (MAGIC, 3, 2**60, "the payload has another length than asked for"),
    ],
)
def test_a_frame_that_was_not_due_is_refused_by_its_prefix_alone(
    link, magic, header, payload, message
):
    ours, its = link
    its.sendall(PREFIX.pack(magic, 1, header, payload))
    with pytest.raises(ProtocolError, match=f"^{message}$"):
        ours.receive({0, 8}, soon())


def test_frames_that_come_together_are_taken_one_by_one(link):
    ours, its = link
    frames = [PREFIX.pack(MAGIC, number, 6, size) + b"header" + bytes([number]) * size
              for number, size in ((1, 0), (2, 8), (3, 0))]
    its.sendall(b"".join(frames)[:-2])
    assert [(frame.sequence, frame.header, bytes(frame.payload)) for frame in (
        ours.receive({0, 8}, soon()), ours.receive({0, 8}, soon()))] == [
            (1, b"header", b""), (2, b"header", bytes([2]) * 8)]
    with pytest.raises(ProtocolError, match=r"^there are bytes that belong to no answer$"):
        ours.expect_silence()
    its.sendall(b"er")
    assert ours.receive({0, 8}, soon()).sequence == 3
    ours.expect_silence()


def test_a_request_may_have_a_longer_header_than_an_answer(link):
    ours, its = link
    header = bytes(range(256)) * 1024
    asked = threading.Thread(target=ours.send, args=(1, header, b"payload"))
    asked.start()
    theirs = Link(os.dup(its.fileno()))
    frame = theirs.receive(None, soon())
    asked.join()
    theirs.close()
    assert (frame.header, bytes(frame.payload)) == (header, b"payload")


def test_bytes_that_nobody_asked_for_are_a_violation(link):
    ours, its = link
    ours.expect_silence()
    its.sendall(b"x")
    with pytest.raises(ProtocolError, match=r"^there are bytes that belong to no answer$"):
        ours.expect_silence()


def test_silence_ends_at_the_deadline(link):
    ours, _ = link
    with pytest.raises(DeadlineError):
        ours.receive({0}, soon(0.05))


def test_a_reader_that_never_reads_ends_at_the_deadline(link):
    ours, _ = link
    with pytest.raises(DeadlineError):
        ours.send(1, b"", bytes(2**23), soon(0.05))


@pytest.mark.parametrize("header", [HEADER_MAX, 0], ids=["in the header", "in the payload"])
def test_a_sender_of_one_byte_at_a_time_does_not_outlive_the_deadline(link, header):
    ours, its = link
    stop = threading.Event()

    def trickle():
        while not stop.wait(0.001):
            its.send(b"C")

    thread = threading.Thread(target=trickle)
    its.send(PREFIX.pack(MAGIC, 1, header, 2**20))
    thread.start()
    with pytest.raises(DeadlineError):
        ours.receive({2**20}, soon(0.1))
    stop.set()
    thread.join()


@pytest.mark.parametrize("sent", [b"", b"CGP1", PREFIX.pack(MAGIC, 1, 5, 0) + b"head"])
def test_an_end_in_mid_frame_is_the_end_of_the_link(link, sent):
    ours, its = link
    its.sendall(sent)
    its.shutdown(socket.SHUT_RDWR)
    with pytest.raises(LinkClosedError):
        ours.receive({0}, soon())


def test_sending_to_nobody_is_the_end_of_the_link(link):
    ours, its = link
    its.close()
    with pytest.raises(LinkClosedError):
        ours.send(1, b"header", b"", soon())


@pytest.mark.parametrize("sent", [4, 20, 23, 26, 30], ids=[
    "in the prefix", "after it", "in the header", "after it too", "in the payload"])
def test_a_frame_that_stops_anywhere_is_given_up_in_time(link, sent):
    ours, its = link
    its.sendall((PREFIX.pack(MAGIC, 1, 6, 8) + b"header" + bytes(8))[:sent])
    with pytest.raises(DeadlineError):
        ours.receive({8}, soon(0.05))


def test_a_frame_that_comes_too_late_is_given_up_although_it_is_there(link):
    ours, its = link
    its.sendall(PREFIX.pack(MAGIC, 1, 6, 8) + b"header" + bytes(8))
    with pytest.raises(DeadlineError):
        ours.receive({8}, lambda: True)


def test_a_frame_has_no_payload_unless_it_is_given_one(link):
    ours, its = link
    ours.send(3, b"header")
    assert its.recv(100) == PREFIX.pack(MAGIC, 3, 6, 0) + b"header"


@pytest.mark.parametrize(("count", "left"), [
    (0, [b"abc", b"de"]), (1, [b"bc", b"de"]), (3, [b"de"]), (4, [b"e"]), (5, [])])
def test_what_a_short_write_has_left_is_all_of_the_rest(count, left):
    parts = [memoryview(b"abc"), memoryview(b"de")]
    assert [bytes(one) for one in _after(parts, count)] == left


class Talk(Conversation):
    """With whoever is at the other end."""

    def __init__(self, link):
        self._worker, self._sequence, self.at = SimpleNamespace(link=link), 0, None


@pytest.mark.parametrize(("off", "values", "refused"), [
    (0, 8, ""), (1, 8, "the answer belongs to another request"),
    (-1, 8, "the answer belongs to another request"),
    (0, 0, "the payload does not go with the header")])
def test_an_answer_is_that_of_the_request_and_has_its_numbers(link, off, values, refused):
    ours, its = link
    theirs = Link(os.dup(its.fileno()))

    def answer():
        asked = theirs.receive(None, soon())
        theirs.send(asked.sequence + off, encode(Stepped("float64")), bytes(values))

    worker = threading.Thread(target=answer)
    worker.start()
    try:
        if refused:
            with pytest.raises(ProtocolError, match=refused):
                Talk(ours)._exchange(Ready(1), Stepped, b"", 8, soon())
        else:
            found, got = Talk(ours)._exchange(Ready(1), Stepped, b"", 8, soon())
            assert (found, got) == (Stepped("float64"), bytes(8))
    finally:
        worker.join()
        theirs.close()


ANSWER = PREFIX.pack(MAGIC, 1, len(encode(Stepped("float64"))), 8) + encode(Stepped("float64"))
NOT_ASKED = r"^there are bytes that belong to no answer$"


def test_an_answer_that_comes_before_its_request_is_a_violation(link):
    ours, its = link
    its.sendall(ANSWER + bytes(8))
    with pytest.raises(ProtocolError, match=NOT_ASKED):
        Talk(ours)._exchange(Ready(1), Stepped, b"", 8, soon())


@pytest.mark.parametrize("more", [b"x", ANSWER + bytes(8)])
def test_what_comes_after_the_answer_is_a_violation_of_that_answer(link, more):
    ours, its = link
    talk = Talk(Answering(ours, its, ANSWER + bytes(8) + more))
    with pytest.raises(ProtocolError, match=NOT_ASKED):
        talk._exchange(Ready(1), Stepped, b"", 8, soon())


class Answering:
    """A link at whose other end the answer is sent as soon as it is asked."""

    def __init__(self, link, its, answer):
        self.receive, self.expect_silence = link.receive, link.expect_silence
        self.send = lambda *_: its.sendall(answer)


@pytest.mark.parametrize(("sent", "ends"), [
    (b"", 4), (PREFIX.pack(MAGIC, 1, 5000, 0), 24), (PREFIX.pack(MAGIC, 1, 0, 5000), 24)],
    ids=["prefix", "header", "payload"])
def test_a_sender_that_never_lets_its_reader_wait_does_not_outlive_the_deadline(
        link, sent, ends, monkeypatch):
    ours, its = link
    its.sendall(sent + bytes(6000))
    readv, reads = os.readv, []

    def one_byte(descriptor, buffers):
        reads.append(readv(descriptor, [buffers[0][:1]]))
        return reads[-1]

    monkeypatch.setattr(os, "readv", one_byte)
    with pytest.raises(DeadlineError):
        ours.receive({0, 5000}, lambda: len(reads) >= ends)
    assert len(reads) == ends


def test_descriptors_that_are_sent_along_are_not_taken(link):
    ours, its = link
    before = sorted(os.listdir("/proc/self/fd"))
    for part in (ANSWER[:10], ANSWER[10:], bytes(8)):
        socket.send_fds(its, [part], [its.fileno()] * 50)
    assert ours.receive({8}, soon()).header == encode(Stepped("float64"))
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_no_number_of_a_worker_s_decides_how_much_is_allocated(link):
    ours, its = link
    held = len(ours._buffer)
    for header, payload in ((2**32 - 1, 0), (0, 2**64 - 1), (HEADER_MAX + 1, 8)):
        its.sendall(PREFIX.pack(MAGIC, 1, header, payload))
        with pytest.raises(ProtocolError):
            ours.receive({0, 8}, soon())
        ours._filled = 0
    assert len(ours._buffer) == held == PREFIX.size + HEADER_MAX


def test_a_worker_says_where_it_is_while_it_loads_and_at_no_other_time(link):
    ours, its = link
    said = encode(At(Place("a.py", 1)))
    frame = PREFIX.pack(MAGIC, 1, len(said), 0) + said
    talk = Talk(Answering(ours, its, frame + ANSWER + bytes(8)))
    with pytest.raises(msgspec.ValidationError, match="Invalid value 'at'"):
        talk._exchange(Ready(1), Stepped, b"", 8, soon())


@pytest.mark.parametrize(("answer", "kind", "field"), [
    (Failed("raised", "x" * 2001), Loaded, "what"),
    (Failed("raised", "", fix="x" * 2001), Loaded, "fix"),
    (Failed("raised", "", Place("x" * 2001)), Loaded, "where.file"),
    (Failed("raised", "", of="x" * 201), Loaded, "of"),
    (Loaded((LoadedThing("optimizer", "x" * 201, Place()),), (), torch=False), Loaded,
     "registered[0].name"),
    (Loaded((), (Failed("raised", ""),) * 101, torch=False), Loaded, "problems"),
])
def test_each_text_and_list_of_an_answer_has_its_own_cap(answer, kind, field):
    with pytest.raises(msgspec.ValidationError, match=re.escape(f"$.{field}`")):
        decode_answer(encode(answer), kind)
