"""A Gradescope export as entries, from its folder or still zipped."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cgp_harness.collect.archive import DIRECTORY_RECORD, opened, read_member, read_members
from cgp_harness.collect.contents import Contents
from cgp_harness.collect.entry import Entry
from cgp_harness.collect.exports import gradescope
from cgp_harness.collect.exports.gradescope import METADATA
from cgp_harness.collect.folder import read_regular
from cgp_harness.collect.intake_error import IntakeError, printable, shown
from cgp_harness.collect.limits import MIB, Budget
from cgp_harness.errors import HarnessError

METADATA_BYTES = 64 * MIB  # it repeats every student's test output
# 300 students with 500 files each, and more; zipfile takes 5 µs and 450 bytes for each.
RECORDS = 200_000


def students_of(folder: Path) -> dict[str, str]:
    """Who handed in each submission of an unpacked export; empty if it is none."""
    path = folder / METADATA
    if not path.is_file():
        return {}
    try:
        metadata = read_regular(path, METADATA_BYTES, follow=True)
    except IntakeError as error:
        raise HarnessError(
            error.problem.what, where=printable(str(path)),
            expected="Gradescope's own list of students",
        ) from error
    return gradescope.students(metadata.decode("utf-8", "replace"))


def zipped_export(path: Path) -> list[Entry] | None:
    """Every submission of a zipped export; None if the zip is something else."""
    try:
        if _records(path) > RECORDS:
            return None
        with path.open("rb") as file, opened(file) as archive:
            root = gradescope.export_root(archive)
            if root is None:
                return None
            info = archive.getinfo(root + METADATA)
            metadata = read_member(archive, info, METADATA, METADATA_BYTES)
            folders = gradescope.members_by_folder(archive, root)
    except (IntakeError, OSError):
        return None  # the reason is given when it is read as one submission
    names = gradescope.students(metadata.decode("utf-8", "replace"))
    entries = [
        Entry(
            names.get(folder, folder), f"{path}/{root}{folder}",
            partial(_read_zipped, path, root, folder),
        )
        for folder in folders
    ]
    return entries + missing(names, set(folders), str(path))


def refuse_beside_others(name: str, _: Budget) -> Contents:
    """A student's zip among others could name other students; a real export is graded alone."""
    raise IntakeError(
        f"{shown(name)} is a whole Gradescope export", expected="one student's submission",
        fix="grade the export by itself, or unpack it and give the folder",
    )


def missing(names: dict[str, str], folders: set[str], origin: str) -> list[Entry]:
    """Submissions that the export lists without a folder: they get a report too."""
    return [
        Entry(name, origin, partial(_refuse_missing, folder))
        for folder, name in names.items()
        if folder not in folders and gradescope.SUBMISSION.fullmatch(folder)
    ]


def _records(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(DIRECTORY_RECORD) for chunk in iter(partial(file.read, MIB), b""))


def _read_zipped(path: Path, root: str, folder: str, budget: Budget) -> Contents:
    with path.open("rb") as file, opened(file) as archive:
        members = gradescope.members_by_folder(archive, root)[folder]
        budget.take_records(len(members))
        return read_members(archive, members, budget)


def _refuse_missing(folder: str, _: Budget) -> Contents:
    raise IntakeError(
        f"the export lists {shown(folder)} but holds no such folder", where=METADATA,
        fix="download the export again",
    )
