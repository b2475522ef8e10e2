"""A class download that is unpacked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cgp_harness.collect.contents import Contents
from cgp_harness.collect.entry import Entry
from cgp_harness.collect.exports import gradescope
from cgp_harness.collect.exports.entries import entries_of, unlisted
from cgp_harness.collect.exports.recognised import recognised
from cgp_harness.collect.folder import is_folder, read_folder, read_regular
from cgp_harness.collect.intake_error import IntakeError, printable
from cgp_harness.collect.limits import MIB, Budget
from cgp_harness.collect.members import is_hidden
from cgp_harness.collect.single import add_file
from cgp_harness.errors import HarnessError

METADATA_BYTES = 64 * MIB  # it repeats every student's test output


@dataclass(frozen=True)
class Unpacked:
    """A folder that holds a class download; a `Place`."""

    folder: Path

    def origin(self, name: str) -> str:
        """See `Place`."""
        return str(self.folder / name)

    def begin(self, name: str, longest: int) -> bytes:
        """See `Place`."""
        return read_regular(self.folder / name, longest)

    def read(self, own: Mapping[str, str], budget: Budget) -> Contents:
        """See `Place`."""
        contents = Contents()
        for name, own_name in own.items():
            path = self.folder / name
            if own_name:
                add_file(contents, own_name, path, budget)
            else:
                contents.take(read_folder(path, budget))
        return contents


def unpacked(folder: Path) -> tuple[list[Entry], set[str]]:
    """The submissions of a class download, and the names of its entries; none if it is no such.

    Raises:
        HarnessError: Gradescope's list of students cannot be read.
    """
    children = {
        child.name: is_folder(child) for child in folder.iterdir() if not is_hidden(child.name)}
    place, listed = Unpacked(folder), _listed(folder)
    if listed is None:
        pieces = recognised(children)
        return entries_of(pieces, place), set(pieces)
    pieces = gradescope.found(listed, children)
    names = gradescope.pieces(listed)
    gone = unlisted(gradescope.missing(names, set(pieces)), names, str(folder))
    return entries_of(pieces, place) + gone, {gradescope.METADATA, *pieces}


def _listed(folder: Path) -> str | None:
    path = folder / gradescope.METADATA
    if not path.is_file():
        return None
    try:
        content = read_regular(path, METADATA_BYTES, follow=True)
    except IntakeError as error:
        raise HarnessError(
            error.problem.what, where=printable(str(path)),
            expected="Gradescope's own list of students",
        ) from error
    return content.decode("utf-8", "replace")
