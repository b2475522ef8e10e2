"""Dates and times as people write them -> moments of which everyone knows when they are."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from cgp_harness.errors import HarnessError, MachineError
from cgp_reference.errors import alike

EXAMPLE = "a date and a time, such as 2026-11-03T23:59:00"
YEARS = range(2000, 3000)


def zone_of(name: str, where: str) -> ZoneInfo:
    """The time zone of that name in the IANA's list.

    Raises:
        HarnessError: there is none.
        MachineError: this machine knows no zones.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # not a name, a path, the name of a folder
        known = available_timezones()
        if not known:
            raise MachineError(
                "this machine has no list of time zones", where=where,
                fix="python -m pip install tzdata") from error
        close = alike(name, sorted(known), cutoff=0.8)
        raise HarnessError(
            f"there is no time zone {name!r:.60}", where=where,
            expected="a name of the IANA's list, such as 'America/New_York'",
            fix=f"did you mean {close[0]!r}?" if close else "") from error


def moment(written: object, zone: tzinfo | None, where: str) -> datetime:
    """A date with its time and zone.

    Args:
        written: TOML's own, or ISO 8601.
        zone: of a time that says none.

    Raises:
        HarnessError: it is none, or nobody says its zone.
    """
    found = _read(written, where)
    if found.year not in YEARS:
        raise HarnessError(
            f"{str(written)!r} is in the year {found.year}", where=where,
            expected=f"a year from {YEARS[0]} to {YEARS[-1]}")
    if found.tzinfo is not None:
        return found
    if zone is None:
        raise HarnessError(
            f"{str(written)!r} has no time zone", where=where,
            expected="the zone of all times that say none, or an offset: 2026-11-03T23:59:00-05:00",
            fix='write your own into the policy: timezone = "America/New_York"')
    return found.replace(tzinfo=zone)


def _read(written: object, where: str) -> datetime:
    if isinstance(written, datetime):
        return written
    text, why = str(written).strip(), ""
    if isinstance(written, date) or _is_date(text):
        raise HarnessError(
            f"{text!r} has no time of day", where=where, expected=EXAMPLE,
            fix=f"write {text}T23:59:59 for the end of that day")
    if isinstance(written, str):
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            said = str(error)
            # Of a day or an hour that is none Python says so, of much else what it is made of.
            why = f": {said}" if said.startswith(("day ", "month ", "hour ", "minute ")) else ""
    raise HarnessError(f"{text!r:.60} is no date and time{why}", where=where, expected=EXAMPLE)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
