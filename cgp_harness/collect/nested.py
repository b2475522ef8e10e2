"""A zip among the files of a student: opened once, and nothing that is in it is opened again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cgp_harness.collect.archive import read_archive
from cgp_harness.collect.contents import Contents, Parts
from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.collect.limits import Budget
from cgp_harness.model import Status


def opened_archives(contents: Contents, budget: Budget) -> Contents:
    """The same with what is in its zips, each as a folder of its name.

    A file that lies beside its zip, as it was, counts once. A zip that cannot be read costs itself,
    if there are other files.

    Raises:
        IntakeError: there is nothing else than a zip that cannot be read.
    """
    opened = replace(contents, archives={})
    refused: list[IntakeError] = []
    for parts, content in sorted(contents.archives.items()):
        try:
            with budget.given_back():
                inner = read_archive(content, budget)
        except IntakeError as error:
            if error.problem.status is Status.GRADER_ERROR:
                raise
            refused.append(_named(error, parts))
            continue
        inner.files = _new(inner.files, opened.files)
        if not inner.files and not inner.ignored:
            opened.ignored.append("/".join(parts))
        opened.take(inner, _folder(parts, opened.files))
    if refused and not opened.files:
        raise refused[0]
    opened.notes += [f"{error.problem.what}; it is left out" for error in refused]
    return opened


def _named(error: IntakeError, parts: Parts) -> IntakeError:
    problem = error.problem
    return IntakeError(f"{shown('/'.join(parts))}: {problem.what}", where=problem.where,
                       expected=problem.expected, fix=problem.fix)


def _folder(parts: Parts, taken: Iterable[Parts]) -> Parts:
    """Without a dot, so that what is in `adam.py.zip` does not stand where `adam.py` does."""
    name = parts[-1][: -len(".zip")].replace(".", "_") or "zip"
    folders = {other[: len(parts)] for other in taken}
    names = (name, *(f"{name}_{number}" for number in range(2, len(folders) + 3)))
    return next(one for new in names if (one := (*parts[:-1], new)) not in folders)


def _new(files: dict[Parts, bytes], known: dict[Parts, bytes]) -> dict[Parts, bytes]:
    """What is not there already under the same name and with the same bytes."""
    there = {(parts[-1], content) for parts, content in known.items()}
    return {parts: content for parts, content in files.items()
            if parts[-1] == "__init__.py" or (parts[-1], content) not in there}
