"""A Gradescope export as entries, from its folder or still zipped."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cgp_harness.collect.archive import opened, read_members
from cgp_harness.collect.contents import Contents
from cgp_harness.collect.entry import Entry
from cgp_harness.collect.folder import read_regular
from cgp_harness.collect.gradescope import (
    METADATA, SUBMISSION, export_root, members_by_folder, students,
)
from cgp_harness.collect.limits import MIB, Budget
from cgp_harness.collect.refusal import Refused, shown

METADATA_BYTES = 256 * MIB  # it repeats every student's test output


def students_of(folder: Path) -> dict[str, str]:
    """Who handed in each submission of an unpacked export; empty if it is none."""
    path = folder / METADATA
    if not path.is_file():
        return {}
    return students(read_regular(path, METADATA_BYTES, follow=True).decode("utf-8", "replace"))


def zipped_export(path: Path) -> list[Entry] | None:
    """Every submission of a zipped export; None if the zip is something else."""
    try:
        with path.open("rb") as file, opened(file) as archive:
            root = export_root(archive)
            if root is None:
                return None
            with archive.open(root + METADATA) as metadata:
                names = students(metadata.read(METADATA_BYTES).decode("utf-8", "replace"))
            folders = list(members_by_folder(archive, root))
    # A damaged zip: it is reported when it is read as one submission.
    except Exception:
        return None
    entries = [
        Entry(names.get(folder, folder), f"{path}/{root}{folder}",
              partial(_read_zipped, path, root, folder))
        for folder in folders
    ]
    return entries + missing(names, set(folders), str(path))


def missing(names: dict[str, str], folders: set[str], origin: str) -> list[Entry]:
    """Submissions that the export lists without a folder: they get a report too."""
    return [
        Entry(name, origin, partial(_refuse_missing, folder))
        for folder, name in names.items()
        if folder not in folders and SUBMISSION.fullmatch(folder)
    ]


def _read_zipped(path: Path, root: str, folder: str, budget: Budget) -> Contents:
    with path.open("rb") as file, opened(file) as archive:
        members = members_by_folder(archive, root)[folder]
        budget.take_records(len(members))
        return read_members(archive, members, budget)


def _refuse_missing(folder: str, _: Budget) -> Contents:
    raise Refused(
        f"the export lists {shown(folder)} but holds no such folder", where=METADATA,
        fix="download the export again",
    )
