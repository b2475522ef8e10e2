"""Which version of the course's package a script was written for, found out from its text alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType

from cgp_reference.primer.legacy.version_clues import STATED, Clue, clues_in
from cgp_reference.primer.settings import VERSIONS


@dataclass(frozen=True)
class Api:
    """A version, and in one phrase why it was taken."""

    version: str
    reason: str


def api_of(source: str, siblings: Mapping[str, str] = MappingProxyType({})) -> Api:
    """The newest version that explains what the script says, and the modules beside it.

    Clues are taken in the order of their weight, those of overriding methods first, and in the
    order of their lines; a clue that contradicts the ones before it is left out.

    Args:
        source: the text of a Python file. It is parsed, not run.
        siblings: file name -> text, of the modules that it imports from its folder; such as are no
            Python say nothing.

    Raises:
        SyntaxError: it is not Python.

    >>> api_of("cgp.gen_training_data()\\ncgp.run_training_loop_one_neuron_model()")
    Api(version='1.0.7', reason='its training loop is called without data, line 2')
    >>> api_of("x = 1")
    Api(version='1.1.5', reason='nothing in it asks for an older one')
    """
    possible: tuple[str, ...] = VERSIONS
    deciding: Clue | None = None
    clues = [*clues_in(source), *_of_siblings(siblings)]
    for clue in sorted(clues, key=lambda clue: (clue.weight, clue.file, clue.line)):
        explained = tuple(version for version in possible if clue.allows(version))
        if explained:
            lowers = explained[-1] != possible[-1]
            if lowers or (deciding is None and clue.weight <= STATED):
                deciding = clue
            possible = explained
    return Api(possible[-1], _phrase(deciding))


def _of_siblings(siblings: Mapping[str, str]) -> Iterator[Clue]:
    for name, text in siblings.items():
        with suppress(SyntaxError, ValueError):
            for clue in clues_in(text):
                yield replace(clue, file=name)


def _phrase(clue: Clue | None) -> str:
    if clue is None:
        return "nothing in it asks for an older one"
    return f"{clue.says}, {clue.file + ', ' if clue.file else ''}line {clue.line}"
