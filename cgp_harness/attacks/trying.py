"""One attack, handed in and graded as any submission is; what then shows that it succeeded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from io import StringIO
from pathlib import Path

from cgp_harness import temporary
from cgp_harness.attacks import own_check
from cgp_harness.attacks.attack import Attack
from cgp_harness.attacks.homeworks import homework, honest
from cgp_harness.attacks.trap import Trap, trap
from cgp_harness.collect import collect
from cgp_harness.model import (
    AssignmentInfo,
    BatchReport,
    Environment,
    Status,
    Submission,
    SubmissionReport,
)
from cgp_harness.pipeline import grade, open_worker
from cgp_harness.probing.devices import Device
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.task import Assignment

Graded = tuple[SubmissionReport, str]
"""A report, and what the submission printed."""
Runner = Callable[[Submission, Assignment, str], Graded]
BREAKS = b"""
try:
    from cgp_harness.sandbox.worker.refusing import refusals
    refusals._JUDGES.clear()
    import importlib, sys, threading
    del sys.modules["_thread"]
    fresh = importlib.import_module("_thread")
    for name in ("start_new_thread", "start_joinable_thread"):
        setattr(threading, "_" + name, getattr(fresh, name, None))
except ImportError:
    pass
"""
"""Put before what the kernel should stop: takes away what refuses in words, which is no bound."""
OF_KERNEL = ("kernel", "files", "user")
PATIENT = ("memory", "disk")
"""Attacks that take their time, by how their names begin."""


def sandboxed(submission: Submission, assignment: Assignment, level: str) -> Graded:
    """As the harness grades it."""
    opened: list[WorkerSubject] = []

    def kept(one: Submission, of: Assignment, isolation: str, device: Device) -> WorkerSubject:
        opened.append(open_worker(one, of, isolation, device))
        return opened[-1]

    report = grade(submission, assignment, seed=0, isolation=level, open_subject=kept)
    return report, "".join(one.output for one in opened)


def tried(attack: Attack, level: str, runner: Runner = sandboxed) -> tuple[str, ...]:
    """What of `attack.SHOWS` came true; nothing if the attack was held."""
    with (trap() as surroundings, temporary.folder("cgp-handed-in-") as folder,
          own_check.there() if attack.task == "checked" else nullcontext()):
        return tuple(dict.fromkeys(_shown(attack, level, runner, surroundings, folder)))


def _shown(
    attack: Attack, level: str, runner: Runner, surroundings: Trap, folder: Path
) -> Iterator[str]:
    content = surroundings.filled(attack.make(), attack.task)
    if set(attack.by) & {*OF_KERNEL} and attack.file.endswith(".py"):
        content = BREAKS + content
    path = folder / attack.file.replace("@TOKEN@", surroundings.token)
    path.write_bytes(content)
    assignment = homework(attack.task, patient=attack.name.startswith(PATIENT))
    told = ""
    try:
        for submission in collect([path]):
            report, printed = runner(submission, assignment, level)
            told += printed + repr(report)
            if report.status is Status.GRADER_ERROR:
                yield "grader"
            elif report.score > 0:
                yield "score"
            if attack.shows == "page" and _on_a_page(report, level, surroundings.token):
                yield "page"
        if attack.shows == "grader" and runner(
                honest(attack.task), assignment, level)[0].score == 0:
            yield "grader"
    except Exception as error:  # whatever ends a grading is what such an attack wants
        told += repr(error)
        yield "grader"
    yield from surroundings.found(told)


def _on_a_page(report: SubmissionReport, level: str, token: str) -> bool:
    """Whether what the submission wrote stands in a report as more than text."""
    from cgp_harness.reports import gradebook, pages, terminal

    batch = BatchReport(
        AssignmentInfo("attacked", "Attacked", "1", report.max_score),
        Environment("", "", "", "", "", "cpu", level, 0, "2026-01-01T00:00:00Z", 0.0),
        (replace(report, id=report.id or "ada"),))
    out = StringIO()
    terminal.show(terminal.class_lines(batch), terminal.console(out))
    texts = [gradebook.encode(batch).decode("utf-8-sig"), out.getvalue()]
    with temporary.folder("cgp-pages-") as folder:
        pages.write(batch, folder)
        texts += [path.read_text("utf-8") for path in sorted(folder.rglob("*.html"))]
    marks = (f"<b>{token}", f"\x1b]0;{token}", f"\u202e{token}", f"\n=1+{token}", f',=1+{token}')
    return any(mark in text for mark in marks for text in texts)
