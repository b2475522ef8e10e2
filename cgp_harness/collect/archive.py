"""Zips: read in memory, nothing is unpacked to disk, and nothing is read beyond its limit."""

from __future__ import annotations

import io
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from cgp_harness.collect.contents import Contents, Parts
from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.collect.limits import Budget, too_large
from cgp_harness.collect.members import is_hidden, is_source, is_zip, parts_of

DIRECTORY_RECORD = b"PK\x01\x02"
LOCAL_HEADER = 30  # bytes, without the name
ENCRYPTED = 0x1 | 0x40  # flag bits 0 and 6


def read_archive(content: bytes, budget: Budget) -> Contents:
    """All source files in a zip.

    Raises:
        IntakeError: the zip is damaged, hostile, or above the limits.
    """
    # Counted before zipfile makes objects of them: each record begins with this signature.
    budget.take_records(content.count(DIRECTORY_RECORD))
    with opened(io.BytesIO(content)) as archive:
        return read_members(archive, ((info.orig_filename, info) for info in archive.infolist()),
                            budget)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[ZipFile]:
    """A zip, once its table of contents could be read."""
    try:
        archive = ZipFile(file)
    # zipfile raises BadZipFile, ValueError, struct.error, NotImplementedError and more.
    except Exception as error:
        raise _damaged() from error
    with archive:
        yield archive


def read_members(
    archive: ZipFile, named: Iterable[tuple[str, ZipInfo]], budget: Budget, *,
    archives: bool = False,
) -> Contents:
    """The source files among the members of one submission, by their name inside it.

    Args:
        archives: whether zips among them are kept too; of a zip in a zip that a student made, no.
    """
    members = [(parts_of(name), info) for name, info in named]
    _refuse_overlaps([info for _, info in members])
    visible = [
        (parts, info) for parts, info in members
        if parts and not any(is_hidden(part) for part in parts)
    ]
    for parts, info in visible:
        budget.take_entry(parts)
        _refuse_special(parts, info)
    files = [(parts, info) for parts, info in visible if not _is_folder(info)]
    _refuse_repeats([parts for parts, _ in files])
    contents = Contents()
    for parts, info in files:
        if is_source(parts[-1]):
            path = shown("/".join(parts))
            with contents.reading(parts):
                budget.take_bytes(parts, info.file_size)
                contents.add(parts, read_member(archive, info, path, budget.longest(parts)))
        elif archives and is_zip(parts[-1]) and info.file_size <= budget.archives_left:
            path = shown("/".join(parts))
            budget.take_archive(path, info.file_size)
            contents.archives[parts] = read_member(archive, info, path, info.file_size)
        else:
            contents.ignored.append("/".join(parts))
    return contents


def _is_folder(info: ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\"))


def read_member(archive: ZipFile, info: ZipInfo, path: str, longest: int) -> bytes:
    """One member's bytes; what is declared too large is not begun, what lies is not believed."""
    if info.flag_bits & ENCRYPTED:
        raise IntakeError(f"{path} is encrypted", fix="make the zip without a password")
    # zipfile (Python 3.11 to 3.13) unpacks a read of bzip2 or LZMA without a bound, and bzip2
    # packs zeros 885,000 to 1.
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise IntakeError(
            f"{path} is compressed by method {info.compress_type}",
            expected="deflate or none, as every zip program does by default",
        )
    if info.file_size > longest:
        raise too_large(path, longest)
    try:
        with archive.open(info) as stream:
            content = stream.read(longest + 1)
    # Anything from zlib.error to EOFError: see `opened`.
    except Exception as error:
        raise _damaged(path) from error
    if len(content) != info.file_size:
        raise _damaged(path)
    return content


def _damaged(path: str = "") -> IntakeError:
    return IntakeError(
        "the zip is damaged, or no zip", where=path,
        expected="a zip that opens", fix="make the zip again and upload it again",
    )


def _refuse_special(parts: Parts, info: ZipInfo) -> None:
    """Unix keeps the kind of a file in the upper half of the attributes; 0 says nothing."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise IntakeError(
            f"{shown('/'.join(parts))} is neither a file nor a folder",
            expected="no links, pipes or devices",
        )


def _refuse_repeats(files: list[Parts]) -> None:
    """Of two members with one name every program reads another one."""
    folders = {parts[:depth] for parts in files for depth in range(1, len(parts))}
    for parts, times in Counter(files).items():
        if times > 1 or parts in folders:
            raise IntakeError(
                f"the zip holds {shown('/'.join(parts))} more than once",
                expected="every name once", fix="make the zip again",
            )


def _refuse_overlaps(members: list[ZipInfo]) -> None:
    """A bomb lets many members share the same bytes (Fifield, WOOT 2019)."""
    ordered = sorted(members, key=lambda info: info.header_offset)
    for info, following in pairwise(ordered):
        if info.header_offset + LOCAL_HEADER + info.compress_size > following.header_offset:
            raise IntakeError(
                f"{shown(following.orig_filename)} shares its bytes with another file of the zip",
                expected="bytes of its own for every file", fix="make the zip again",
            )
