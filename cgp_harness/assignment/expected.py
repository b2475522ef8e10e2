"""What a field of a TOML table may hold, in words, and what to write where it holds another."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import inspect

from cgp_reference.errors import meant

Said = dict[str, str]
"""The parts of a message, by name."""
PLAIN: dict[type, str] = {
    inspect.StrType: "a text in quotes", inspect.BoolType: "true or false",
    inspect.IntType: "a whole number", inspect.FloatType: "a number"}
PLURAL = {"a text in quotes": "texts in quotes", "a number": "numbers",
          "a whole number": "whole numbers"}
EXAMPLES: dict[type, str] = {
    inspect.StrType: '"…"', inspect.BoolType: "true", inspect.IntType: "1",
    inspect.FloatType: "1"}


def of(table: type[msgspec.Struct]) -> Any:
    """What the table is made of."""
    return inspect.type_info(table)


def at(kind: Any, path: tuple[str | int, ...]) -> Any:
    """What lies at a path of it; None where it says nothing of that."""
    for step in path:
        for one in _each(kind):
            if found := _inside(one, step):
                kind = found
                break
        else:
            return None
    return kind


def unknown(table: Any, name: str, besides: Collection[str]) -> Said:
    """A field that the table has not.

    Args:
        besides: fields that no file may have.
    """
    known = [one for one in fields(table) if one not in besides]
    return {
        "what": f"there is no field {name!r}", "expected": f"one of {', '.join(known)}",
        "fix": meant(name, known, "remove it")}


def missing(table: Any, name: str, *, top: bool) -> Said:
    """A field that the table needs.

    Args:
        top: whether the table is the file itself.
    """
    kind = at(table, (name,))
    return {
        "what": f"the field {name!r} is missing", "expected": words(kind),
        "fix": f"write {name} = {_example(kind)}{', above the first [table]' if top else ''}"
        if _example(kind) else f"write [[{name}]]" if top else f"write [{name}]"}


def another(kind: Any, name: str, value: Any, above: str, table: Any) -> Said:
    """A value that is none of those which the field may hold.

    Args:
        name: of the field.
        table: that the field is in; None where it is not known.
        above: the name of the field's own table, if the field is one of the table around that.
    """
    default = next((one.default for part in _each(table) for one in getattr(part, "fields", ())
                    if one.name == name and isinstance(one.default, str)), "")
    return {"what": f"{name} is {shown(value)}", "expected": words(kind),
            "fix": _fix(kind, name, value, above)
            or (f"leave it out, which means {str(default)!r}" if default else "")}


def fields(table: Any) -> list[str]:
    """The names in a table."""
    return [field.name for one in _each(table) for field in getattr(one, "fields", ())]


def words(kind: Any) -> str:
    """What a field may hold.

    >>> words(inspect.type_info(tuple[str, ...] | None))
    'a list of texts in quotes'
    """
    return ", or ".join(dict.fromkeys(_words(one) for one in _each(kind)))


def shown(value: Any) -> str:
    """A value of a TOML file, in a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, dict):
        return "a table"
    return f"{value!r:.60}" if isinstance(value, str) else f"{value!s:.60}"


def _each(kind: Any) -> tuple[Any, ...]:
    """The kinds of a union, None apart."""
    kinds = getattr(kind, "types", (kind,))
    return tuple(one for one in kinds if not isinstance(one, inspect.NoneType | None))


def _inside(kind: Any, step: str | int) -> Any:
    if isinstance(kind, inspect.StructType):
        return next((one.type for one in kind.fields if one.name == step), None)
    if isinstance(kind, inspect.DictType) and isinstance(step, str):
        return kind.value_type
    if isinstance(kind, inspect.TupleType) and isinstance(step, int):
        return kind.item_types[step]
    if isinstance(kind, inspect.VarTupleType | inspect.ListType) and isinstance(step, int):
        return kind.item_type
    return None


def _words(kind: Any) -> str:
    if isinstance(kind, inspect.AnyType | None):
        return "a value"
    if isinstance(kind, inspect.LiteralType | inspect.EnumType):
        return f"one of {', '.join(_choices(kind))}"
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        of_what = words(kind.item_type)
        return f"a list of {PLURAL[of_what]}" if of_what in PLURAL else "a list"
    if isinstance(kind, inspect.TupleType):
        return f"a list of {len(kind.item_types)}: {'; '.join(map(words, kind.item_types))}"
    if isinstance(kind, inspect.StructType):
        return f"a table of {', '.join(one.name for one in kind.fields)}"
    return PLAIN.get(type(kind), "a table") + _bounds(kind)


def _bounds(kind: Any) -> str:
    limits = {one: getattr(kind, one, None) for one in ("gt", "ge", "le")}
    low = f"above {limits['gt']:.12g}" if limits["gt"] is not None else (
        f"of {limits['ge']:.12g} or more" if limits["ge"] is not None else "")
    high = f"at most {limits['le']:.12g}" if limits["le"] is not None else ""
    return "".join(f" {one}" for one in [", ".join(one for one in (low, high) if one)] if one)


def _choices(kind: Any) -> list[str]:
    """What a text may be, the empty one apart."""
    values = [one.value for one in kind.cls] if isinstance(kind, inspect.EnumType) else kind.values
    return [shown(one) if isinstance(one, bool) else str(one) for one in values if one != ""]


def _example(kind: Any) -> str:
    """Such a value; empty for what does not fit on a line."""
    first = next(iter(_each(kind)), None)
    if isinstance(first, inspect.LiteralType | inspect.EnumType):
        return toml(_choices(first)[0])
    if isinstance(first, inspect.VarTupleType):
        inside = _example(first.item_type)
        return inside and f"[{inside}]"
    return EXAMPLES.get(type(first), "")


def toml(value: Any) -> str:
    """A value as it is written."""
    return '"' + value + '"' if isinstance(value, str) else shown(value)


def _fix(kind: Any, name: str, value: Any, above: str) -> str:
    for one in _each(kind):
        if found := _as(one, value):
            return f"write {name} = {found}" if name.isidentifier() else f"write {found}"
    first = next(iter(_each(kind)), None)
    if isinstance(first, inspect.LiteralType | inspect.EnumType) and isinstance(value, str):
        return meant(value.lower().replace(" ", "_"), _choices(first))
    if isinstance(first, inspect.VarTupleType) and isinstance(value, dict):
        return f"write [[{name}]], in two brackets"
    return f"write it above [{above}]" if above else ""


def _as(kind: Any, value: Any) -> str:
    """How what was meant is written, where that is sure; else empty."""
    if isinstance(value, str):
        return _of_text(kind, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    found = ""
    match kind:
        case inspect.StrType():
            found = f'"{value}"'
        case inspect.IntType() if float(value).is_integer():
            found = _in_bounds(kind, int(value))
        case inspect.VarTupleType(item_type=inspect.IntType() | inspect.FloatType()):
            found = f"[{value}]"
        case inspect.StructType(fields=(inspect.Field(name=first, type=inspect.FloatType()), *_)):
            found = f"{{{first} = {value}}}"
    return found


def _of_text(kind: Any, text: str) -> str:
    if isinstance(kind, inspect.BoolType) and text.lower() in ("true", "false"):
        return text.lower()
    if isinstance(kind, inspect.VarTupleType) and isinstance(kind.item_type, inspect.StrType):
        return f"[{toml(text)}]"
    if not isinstance(kind, inspect.IntType | inspect.FloatType):
        return ""
    try:
        number = int(text) if isinstance(kind, inspect.IntType) else float(text)
    except ValueError:
        return ""
    return _in_bounds(kind, number) and f"{text.strip()}, without quotes"


def _in_bounds(kind: Any, number: float) -> str:
    low_fits = (kind.gt is None or number > kind.gt) and (kind.ge is None or number >= kind.ge)
    return str(number) if low_fits and (kind.le is None or number <= kind.le) else ""
