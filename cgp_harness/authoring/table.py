"""The `assignment.toml` of a homework: the tasks of its solution, points by a template."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from cgp_harness.authoring.of_kinds import LOADS, fields, weights
from cgp_harness.authoring.packages import packages
from cgp_harness.authoring.points import split
from cgp_harness.authoring.wanted import Wanted
from cgp_harness.kind import Kind

TOTAL = 100
FOUND = """\
# Found by trying the solution, and so without these lines too: where numbers are drawn, how far
# out it is right, its kinks, by what share of itself a number may be off. Without # it is yours.
"""
SPELLINGS = (
    ("lr", "learning_rate", "eta", "η", "step_size"),
    ("mu", "momentum", "μ"),
    ("rho", "decay", "decay_rate", "ρ"),
    ("beta1", "b1", "beta_1", "β1", "β_1"),
    ("beta2", "b2", "beta_2", "β2", "β_2"),
    ("eps", "epsilon", "ε"),
    ("weight_decay", "wd", "lambda_", "λ"),
)
"""Names that students give to the same hyperparameter."""


def points(wanted: Sequence[Wanted], kinds: Mapping[str, Kind]) -> dict[str, dict[str, int]]:
    """Of each check of each task: whole numbers, 100 together, each task the same but for 1."""
    found = {}
    for one, total in zip(wanted, split(TOTAL, [1] * len(wanted)), strict=True):
        # A starter, in which nothing else is right, may get no more than 10 %.
        loads = min(round(total * LOADS / 100), total // 10)
        own = weights(kinds[one.kind], one)
        found[one.name] = {
            "loads": loads, **dict(zip(own, split(total - loads, [*own.values()]), strict=True))}
    return found


def table(
    name: str, title: str, text: str, wanted: Sequence[Wanted], kinds: Mapping[str, Kind],
    points: Mapping[str, Mapping[str, int]], forbid: Sequence[str],
    found: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
) -> str:
    """The text.

    Args:
        name: the assignment's id.
        title: its title.
        text: the solution.
        wanted: its tasks.
        kinds: of the tasks, by name.
        points: of them, check by check.
        forbid: dotted names that submissions must not use.
        found: of each task, fields whose values were found by trying the solution.
    """
    names = [key for one in wanted for key in getattr(one.target, "hyperparameters", {})]
    further = packages(text)
    return _HEAD.format(
        name=name, id=_quoted(name), title=_quoted(title), forbid=_array(forbid),
        packages=_PACKAGES.format(_array(further)) if further else "",
        aliases=_aliases(tuple(dict.fromkeys(names)))) + "".join(
            _task(one, points[one.name], fields(kinds[one.kind], text), found.get(one.name, {}))
            for one in wanted)


_HEAD = """\
# Written by `cgp new assignment`; all of it is yours to change.
# After a change: cgp doctor -a {name}
id = {id}
title = {title}
version = "1"

# What must not do the work for a submission. A name stands for all that lies below it.
forbid = {forbid}
{packages}# How much of solution.py a sentence about a mistake may tell: "kind", "place" or "full".
reveal = "place"
{aliases}"""

_PACKAGES = """\
# What submissions may import besides numpy, torch and matplotlib; the solution does.
packages = {}
"""


def _aliases(names: Sequence[str]) -> str:
    lines = [
        f"{_key(name)} = {_array(free)}\n" for name in names for alike in SPELLINGS
        if name == next((one for one in alike if one in names), "")
        and (free := [one for one in alike if one not in names])]
    if not lines:
        return ""
    return "\n# Further names that a hyperparameter may have.\n[aliases]\n" + "".join(lines)


def _task(
    one: Wanted, points: Mapping[str, int], fields: Mapping[str, str], found: Mapping[str, object]
) -> str:
    further = "".join(f"{name} = {_quoted(value)}\n" for name, value in fields.items())
    own: Mapping[str, float] = getattr(one.target, "hyperparameters", {})
    if own:
        listed = ", ".join(f"{name} = {value!r}" for name, value in own.items())
        further += f"# Hyperparameters, with the defaults of solution.py: {listed}.\n"
    if found:
        further += FOUND + "".join(f"# {name} = {_value(each)}\n" for name, each in found.items())
    checks = "".join(f"{check} = {{points = {each}}}\n" for check, each in points.items())
    return f"""
[[tasks]]
id = {_quoted(one.name)}
kind = {_quoted(one.kind)}
title = {_quoted(one.title)}
{further}# equation = "Eq. 12"

# Each may also have: visibility = "hidden".
[tasks.checks]
{checks}"""


def _array(names: Iterable[str]) -> str:
    lines = [f"    {_quoted(name)},\n" for name in names]
    flat = ", ".join(line.strip(" ,\n") for line in lines)
    return f"[{flat}]" if len(flat) <= 80 else f"[\n{''.join(lines)}]"


def _key(name: str) -> str:
    """As TOML has it: bare if it is ASCII."""
    return name if name.isascii() else _quoted(name)


def _value(value: object) -> str:
    """As TOML has it, in one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_key(name)} = {_value(one)}' for name, one in value.items())}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _quoted(value) if isinstance(value, str) else repr(float(str(value)))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
