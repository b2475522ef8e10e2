"""Which arithmetic the facade uses, and which version of the course's package it stands in for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from cgp_reference.errors import ExplainedError, meant

Semantics = Literal["exact", "as_published"]
T = TypeVar("T")

VERSIONS = (
    "1.0.5", "1.0.6", "1.0.7", "1.0.8", "1.0.9",
    "1.1.0", "1.1.1", "1.1.2", "1.1.3", "1.1.4", "1.1.5",
)


class SettingsError(ExplainedError, ValueError):
    """Settings that do not exist."""


@dataclass(frozen=True)
class Settings:
    """What an instance of the facade keeps from its construction on.

    Args:
        semantics: `"exact"`: the lecture's equations; `"as_published"`: the arithmetic of the
            version's own code.
        api: the version that a script was written for; it decides the form of what scripts read and
            override, and which iterations are printed.
        inputs: the order of a graph's inputs; of graphs that have none of these names, and where
            it is empty, the order of the text. The package's own is that of a set.
        half: whether the class's own neurons move by half of the exact gradient, as far as the
            package's code means to: beside a rule written after the package the whole of it is
            twice the learning rate.
    """

    semantics: Semantics = "exact"
    api: str = "1.1.5"
    inputs: tuple[str, ...] = ()
    half: bool = False

    def __post_init__(self) -> None:
        _require("semantics", self.semantics, get_args(Semantics))
        _require("version", self.api, VERSIONS)

    @property
    def published(self) -> bool:
        """Whether the arithmetic is the printed code's."""
        return self.semantics == "as_published"

    def arithmetic(self, exact: T, published: T, of_averages: T) -> T:
        """The one to be used: the published one is to 1.1.2 that of averages over the batch."""
        if not self.published:
            return exact
        return of_averages if self.averages_come_back else published

    @property
    def scale(self) -> float:
        """Of the step of the class's own neurons."""
        return 0.5 if self.half and not self.published else 1.0

    @property
    def pairs_by_place(self) -> bool:
        """As published before 1.1.2, a parameter meets the input that has its place in the list."""
        return self.published and self._before("1.1.2")

    @property
    def one_bias_for_a_layer(self) -> bool:
        """To 1.1.2, `bias` is a list, one number a layer; then a dict of lists, one for a unit."""
        return self._before("1.1.3")

    @property
    def averages_come_back(self) -> bool:
        """To 1.1.2, backpropagation is given averages over the batch; then a number per sample."""
        return self._before("1.1.3")

    @property
    def first_iteration_is_printed(self) -> bool:
        """Before 1.1.5, a line is due at iteration 0 too, and iterations are counted from 1."""
        return self._before("1.1.5")

    def _before(self, version: str) -> bool:
        return VERSIONS.index(self.api) < VERSIONS.index(version)


def current() -> Settings:
    """The settings that the next instance takes."""
    return _CURRENT[-1]


def use(settings: Settings) -> None:
    """Let instances made from now on take these settings, in the whole interpreter."""
    _CURRENT[:] = [settings]


def between(oldest: str, version: str, newest: str) -> bool:
    """Whether a version is one of those from `oldest` to `newest`, both included."""
    return VERSIONS.index(oldest) <= VERSIONS.index(version) <= VERSIONS.index(newest)


def _require(kind: str, given: object, known: tuple[str, ...]) -> None:
    if given not in known:
        raise SettingsError(
            f"there is no {kind} {given!r}", expected=f"one of {', '.join(known)}",
            fix=meant(str(given), known),
        )


_CURRENT = [Settings()]      # below what checks it
