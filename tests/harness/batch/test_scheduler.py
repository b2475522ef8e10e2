"""The window: an engine is kept busy, and is never given more than four jobs for each slot."""

from concurrent.futures import Future

import msgspec

from cgp_harness.batch.engines import LostError
from cgp_harness.batch.engines.process import Reply
from cgp_harness.batch.scheduler import schedule
from tests.harness.reports.example_reports import PERFECT

REPLY = msgspec.json.encode(Reply(PERFECT))


class Held:
    """An engine whose jobs end when they are told to."""

    def __init__(self, slots):
        self.slots, self.held, self.most = slots, [], 0

    def submit(self, job):
        future = Future()
        self.held.append((job, future))
        self.most = max(self.most, len(self.held))
        return future

    def end(self, i=0):
        job, future = self.held.pop(i)
        return job, future


class Driven:
    """Jobs that are counted as they are taken; each end of one ends the next."""

    def __init__(self, engine, count):
        self.engine, self.taken, self.done = engine, 0, []
        self.count = count

    def jobs(self):
        for i in range(self.count):
            self.taken += 1
            if len(self.engine.held) + 1 == 4 * self.engine.slots:  # as full as it gets
                self.next()
            yield f"j{i}", f"{i}".encode()
        self.next()

    def next(self):
        if self.engine.held:
            self.engine.end()[1].set_result(REPLY)

    def ended(self, name, answer):
        self.done.append((name, answer))
        assert self.taken <= len(self.done) + 4 * self.engine.slots
        self.next()


def test_at_most_four_jobs_for_each_slot_are_under_way_and_all_end():
    for slots in (1, 3):
        engine = Held(slots)
        driven = Driven(engine, 40)
        schedule(driven.jobs(), engine, driven.ended)
        assert sorted(name for name, _ in driven.done) == sorted(f"j{i}" for i in range(40))
        assert all(answer == PERFECT for _, answer in driven.done)
        assert 4 * slots - 1 <= engine.most <= 4 * slots


def test_what_is_lost_three_times_is_a_reason_and_no_fourth_try():
    class Losing(Held):
        def submit(self, job):
            future = super().submit(job)
            self.end()[1].set_exception(LostError(f"lost {job.decode()}"))
            self.tries = getattr(self, "tries", 0) + 1
            return future

    engine, done = Losing(1), []
    schedule(iter([("a", b"x")]), engine, lambda *one: done.append(one))
    assert (done, engine.tries) == ([("a", "lost x")], 3)


def test_something_is_done_meanwhile_though_nothing_ends():
    engine, looked = Held(1), []

    def meanwhile():
        looked.append(1)
        if len(looked) == 3:
            engine.end()[1].set_result(REPLY)

    schedule(iter([("a", b"")]), engine, lambda *one: None, meanwhile, 0.01)
    assert len(looked) >= 3


def test_no_job_is_no_wait():
    ended = []
    schedule(iter([]), Held(1), lambda *one: ended.append(one))
    assert ended == []
