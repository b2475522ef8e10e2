"""What was read of one submission, and how it becomes source files: one form for all layouts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.collect.limits import IntakeLimits, too_large, too_large_together
from cgp_harness.collect.members import (
    PROJECT,
    check_source_name,
    is_notebook,
    is_python,
    proper_name,
)
from cgp_harness.collect.mistaken import mistaken
from cgp_harness.collect.notebooks.magics import script_without_magics
from cgp_harness.collect.notebooks.notebook import Code, code_of
from cgp_harness.collect.notebooks.outputs import without_outputs
from cgp_harness.model import SourceFile, Status

Parts = tuple[str, ...]

MOST_NAMED = 3
OURS = re.compile(
    r"(handout|README)\.md|report\.(html|json)|results\.json|[\w-]+(\.[\w-]+){2,}\.png")
"""What `cgp start` and `cgp export` hand out, and what `cgp check` writes as its guide says."""


@dataclass
class Contents:
    """One submission's bytes while they are read.

    Args:
        files: source files, by the components of their path.
        archives: zips among them, not yet opened.
        ignored: paths of files that are not source, for the message when nothing else is there.
        notes: what is said of those that could not be read, and cost themselves.
    """

    files: dict[Parts, bytes] = field(default_factory=dict)
    archives: dict[Parts, bytes] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, parts: Parts, content: bytes) -> None:
        """Keep a source file."""
        check_source_name(parts)
        if self.files.get(parts, content) != content:
            raise IntakeError(f"{shown('/'.join(parts))} is there more than once",
                              expected="every name once", fix="hand in one of them")
        self.files[parts] = content

    def take(self, other: Contents, above: Parts = ()) -> None:
        """Keep what another holds too, in a folder of its own or beside the rest."""
        for parts, content in other.files.items():
            self.add((*above, *parts), content)
        self.archives.update(
            ((*above, *parts), content) for parts, content in other.archives.items())
        self.ignored += ["/".join((*above, name)) for name in other.ignored]
        self.notes += other.notes

    @contextmanager
    def reading(self, parts: Parts) -> Iterator[None]:
        """While a file is read; what goes wrong costs all of it, but for one without code."""
        try:
            yield
        except IntakeError as error:
            if parts[-1] != PROJECT:
                raise
            self.notes.append(f"{error.problem.what}; it is left out")


def source_files(
    contents: Contents, limits: IntakeLimits
) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    """The same files for the same bytes, whether they came in a folder, a zip or a zipped folder.

    And what to tell the student of what was left out.

    Raises:
        IntakeError: there is no Python in it, or no notebook that can be read.
    """
    files, mistakes = _without_mistaken(_without_top_folders(contents.files))
    if mistakes and not any(is_python(parts[-1]) or is_notebook(parts[-1]) for parts in files):
        what, fix = mistakes[0]
        raise IntakeError(what, expected="at least one .py or .ipynb file", fix=fix)
    if not any(is_python(parts[-1]) or is_notebook(parts[-1]) for parts in files):
        raise _nothing_to_grade(contents.ignored)
    folders = {parts[:depth] for parts in files for depth in range(1, len(parts))}
    done = {parts: (Code(_script(parts, content)), "")
            for parts, content in files.items() if _stays(parts[-1])}
    for parts in sorted(files.keys() - done.keys()):
        name = _python_name(parts, {*done, *folders})
        try:
            done[name] = _as_python(parts, files[parts], limits), "/".join(parts)
        except IntakeError as error:  # it costs itself, if there is more
            more = any(is_python(other[-1]) or is_notebook(other[-1])
                       for other in files if other != parts)
            if error.problem.status is Status.GRADER_ERROR or not more:
                raise
            mistakes.append((error.problem.what, error.problem.fix))
    if sum(len(code.text) for code, _ in done.values()) > limits.total_bytes:
        raise too_large_together("the source files", "", limits.total_bytes)
    if not any(is_python(parts[-1]) for parts in done):
        raise IntakeError(mistakes[0][0], expected="at least one .py or .ipynb file",
                          fix=mistakes[0][1])
    notes = [f"{what}; it is left out" + f": {fix}" * bool(fix) for what, fix in mistakes]
    notes += [note for code, _ in done.values() for note in code.left_out]
    made = (SourceFile("/".join(parts), code.text, name, code.cells)
            for parts, (code, name) in done.items())
    return (tuple(sorted(made, key=lambda file: file.path)),
            (*notes, *sorted(contents.notes), *_left_out(contents.ignored)))


def _without_top_folders(files: dict[Parts, bytes]) -> dict[Parts, bytes]:
    """Take off folders that hold everything. A package stays: its relative imports need it."""
    while files:
        top = next(iter(files))[0]
        if any(len(parts) == 1 or parts[0] != top for parts in files):
            break
        if (top, "__init__.py") in files:
            break
        files = {parts[1:]: content for parts, content in files.items()}
    return files


def _without_mistaken(
    files: dict[Parts, bytes]
) -> tuple[dict[Parts, bytes], list[tuple[str, str]]]:
    """The files that are what they are called, and what is said of the others."""
    said = {parts: mistaken("/".join(parts), content) for parts, content in files.items()
            if is_python(parts[-1])}
    wrong = {parts: one for parts, one in said.items() if one[0]}
    return ({parts: content for parts, content in files.items() if parts not in wrong},
            [wrong[parts] for parts in sorted(wrong)])


def _stays(name: str) -> bool:
    return name.endswith(".py") or not (is_python(name) or is_notebook(name))


def _python_name(parts: Parts, taken: set[Parts]) -> Parts:
    """`adam.ipynb` and `ADAM.PY` become `.py`; a name that is taken is not taken again."""
    stem = parts[-1].rpartition(".")[0]
    kind = "notebook" if is_notebook(parts[-1]) else "file"
    suffixes = ["", f"_{kind}", *(f"_{kind}_{number}" for number in range(2, len(taken) + 3))]
    names = ((*parts[:-1], f"{stem}{suffix}.py") for suffix in suffixes)
    return next(name for name in names if name not in taken)


def _script(parts: Parts, content: bytes) -> bytes:
    return script_without_magics(content) if is_python(parts[-1]) else content


def _as_python(parts: Parts, content: bytes, limits: IntakeLimits) -> Code:
    if not is_notebook(parts[-1]):
        return Code(script_without_magics(content))
    path = shown("/".join(parts))
    slim = without_outputs(content)
    if len(slim) > limits.total_bytes:
        raise too_large(f"{path} without its outputs", limits.total_bytes)
    code = code_of(slim, path)
    if len(code.text) > limits.file_bytes:
        raise too_large(f"the code of {path}", limits.file_bytes)
    return code


def _left_out(ignored: list[str]) -> list[str]:
    """What is said of files beside those that are read."""
    notes = [f"{shown(name)} is left out: rename it to {shown(proper_name(name))}"
             for name in sorted(ignored) if proper_name(name)]
    others = [name for name in ignored
              if not proper_name(name) and not OURS.fullmatch(name.rpartition("/")[2])]
    if others:
        verb = "is" if len(others) == 1 else "are"
        notes.append(f"{some(others)} {verb} left out: only .py and .ipynb files are read")
    return notes


def some(names: list[str]) -> str:
    """The first of them for a message, and how many more there are."""
    found = [shown(name) for name in sorted(names)]
    if len(found) > MOST_NAMED:
        found = [*found[:MOST_NAMED], f"{len(found) - MOST_NAMED} more"]
    return ", ".join(found)


def renamed(name: str, called: str = "it") -> str:
    """What to do about a file with a second ending; empty if it has none."""
    proper, ending = proper_name(name), name.rpartition(".")[2]
    if not proper:
        return ""
    why = ("Windows may hide the ending .txt" if ending.lower() == "txt"
           else f"browsers may add the ending .{shown(ending)}")
    return f"rename {called} to {shown(proper)}; {why}"


def _nothing_to_grade(ignored: list[str]) -> IntakeError:
    packed = any(name.lower().endswith((".zip", ".rar", ".7z", ".gz")) for name in ignored)
    hidden = [name for name in sorted(ignored) if proper_name(name)]
    fix = "hand in the files themselves, not an archive inside an archive" if packed else ""
    if hidden:
        fix = renamed(hidden[0], shown(hidden[0]))
    return IntakeError(
        f"there is no Python file, only {some(ignored)}" if ignored
        else "there is no Python file",
        expected="at least one .py or .ipynb file", fix=fix,
    )
