"""Writes wrong plugins: a rule's family and the mistakes to make in, a student's file out.

Written without a look at the diagnosis bank, which simulates the same mistakes: where the two
disagree, one of them has misunderstood the mistake.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import combinations

from tests.mutants.adagrad import ADAGRAD
from tests.mutants.adam import ADAM
from tests.mutants.family import Family
from tests.mutants.rmsprop import RMSPROP
from tests.mutants.sgd_plus import SGD_PLUS

FAMILIES: Mapping[str, Family] = {
    "sgd_plus": SGD_PLUS, "adagrad": ADAGRAD, "rmsprop": RMSPROP, "adam": ADAM,
}

SINGLES: dict[str, tuple[str, ...]] = {
    name: tuple(family.mistakes) for name, family in FAMILIES.items()
}
"""Every mistake that can be made in each family."""

# They say where the state is kept and what stands above the rule; no phrase of the body names them.
OF_THE_FRAME = {"state", "storage", "precision", "module"}


def source(family: str, flags: Iterable[str], convention: str | None = None) -> str:
    """The plugin of `family` that makes exactly these mistakes; none is the right rule.

    Args:
        family: `sgd_plus`, `adagrad`, `rmsprop` or `adam`.
        flags: from `SINGLES[family]`.
        convention: where lr or eps stands; the lecture's own place if left out.

    Raises:
        ValueError: the mistakes contradict each other.
    """
    chosen = tuple(flags)
    for a, b in combinations(chosen, 2):
        if not compatible(family, a, b):
            raise ValueError(f"{family}: {a} and {b} contradict each other")
    return _file(family, _phrases(family, chosen, convention))


def compatible(family: str, a: str, b: str) -> bool:
    """Whether one plugin can make both mistakes, and each of them shows."""
    written, mute = FAMILIES[family].mistakes, FAMILIES[family].excludes
    if a == b or written[a].keys() & written[b].keys():
        return False
    if a in mute.get(b, ()) or b in mute.get(a, ()):
        return False
    phrases = _phrases(family, (a, b), None)
    used: set[str] = set(OF_THE_FRAME)
    _spell("{body}", _framed(phrases), used)
    return written[a].keys() | written[b].keys() <= used


def pairs(family: str) -> tuple[tuple[str, str], ...]:
    """Every two mistakes that one plugin can make."""
    return tuple(pair for pair in combinations(SINGLES[family], 2) if compatible(family, *pair))


def _phrases(family: str, flags: Iterable[str], convention: str | None) -> dict[str, str]:
    rule = FAMILIES[family]
    phrases = {**rule.phrases, **rule.conventions[convention or next(iter(rule.conventions))]}
    for flag in flags:
        phrases |= rule.mistakes[flag]
    return phrases


def _framed(phrases: Mapping[str, str]) -> dict[str, str]:
    """With what depends on where the state is kept: reading it, casting it, giving it back."""
    state = phrases["state"].split(", ")
    framed = {"stored": phrases["state"], "cast": "", **phrases}
    if phrases["storage"] in ("module", "default"):
        framed |= {f"{name}_old": f'memory.get("{name}", 0 * g)' for name in state}
        places = ", ".join(f'memory["{name}"]' for name in state)
        framed["ending"] = f"{places} = {{stored}}\nreturn {{sign}}step"
        cast = ["g"]
    else:
        framed |= {f"{name}_old": name for name in state}
        framed["ending"] = "return {sign}step, {stored}"
        cast = ["g", *state]
    if phrases["precision"] == "float32":
        values = ", ".join(f"np.float32({name})" for name in cast)
        framed["cast"] = f"{', '.join(cast)} = {values}"
    return framed


def _spell(text: str, phrases: Mapping[str, str], used: set[str]) -> str:
    """`text` with every phrase that it names; the names are added to `used`."""
    def phrase(match: re.Match[str]) -> str:
        used.add(match[1])
        return _spell(phrases[match[1]], phrases, used)

    return re.sub(r"\{(\w+)\}", phrase, text)


def _file(family: str, phrases: Mapping[str, str]) -> str:
    spelt = _spell("{body}", _framed(phrases), set())
    body = [re.sub(r"(?<!\w)\((\w+)\)", r"\1", line) for line in spelt.splitlines() if line]
    header = _header(family, phrases, counts=any(re.search(r"\bk\b", line) for line in body))
    module = ["memory = {}"] * (phrases["storage"] == "module")
    module += [phrases["module"]] * bool(phrases["module"])
    imports = ["import random", ""] * ("random." in header)
    imports += ["import numpy as np", ""] * any("np." in line for line in body)
    above = ["", *module] if module else []
    return "\n".join([
        f'"""Homework: {FAMILIES[family].title}."""', "", *imports,
        "from cgp_harness import optimizer", *above, "", "",
        header, *("    " + line for line in body), "",
    ])


def _header(family: str, phrases: Mapping[str, str], counts: bool) -> str:
    """The decorator and the signature."""
    state, storage = phrases["state"].split(", "), phrases["storage"]
    begins = "random.Random().random()" if storage == "random" else "0"
    inside = storage in ("decorator", "random")
    decorator = f"({', '.join(f'{name}={begins}' for name in state)})" if inside else ""
    arguments = ["g", *["k"] * counts, *(state if inside else [])]
    arguments += [FAMILIES[family].hyperparameters, *["memory={}"] * (storage == "default")]
    return f"@optimizer{decorator}\ndef {family}({', '.join(arguments)}):"
