"""Reader of the text format of the public shift scheduling instances (Curtois & Qu): a file becomes a problem."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from duty.roster import Code, Demand, Person, Problem, Rule, Shift, Wish

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = dt.date(2024, 1, 1)
RULES = tuple(
    Rule(code)
    for code in (
        Code.SUCCESSION,
        Code.SHIFT_MAX,
        Code.MINUTES_MAX,
        Code.MINUTES_MIN,
        Code.RUN_MAX,
        Code.RUN_MIN,
        Code.OFF_MIN,
        Code.WEEKENDS_MAX,
    )
)


def sections(text):
    """Section name -> its lines, split at commas."""
    found, lines = {}, []
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("SECTION_"):
            lines = found.setdefault(line.removeprefix("SECTION_"), [])
        elif line and not line.startswith("#"):
            lines.append([part.strip() for part in line.split(",")])
    return found


def person_of(fields, parts):
    """One line of staff with the days off and requests that belong to it."""
    name, most = fields[0], dict(pair.split("=") for pair in fields[1].split("|") if pair)
    values = [int(value) for value in fields[2:8]]
    codes = (Code.MINUTES_MAX, Code.MINUTES_MIN, Code.RUN_MAX, Code.RUN_MIN, Code.OFF_MIN, Code.WEEKENDS_MAX)
    off = [int(day) for line in parts.get("DAYS_OFF", ()) if line[0] == name for day in line[1:]]
    wishes = [
        Wish(int(day), int(weight), shift, want)
        for section, want in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False))
        for person, day, shift, weight in parts.get(section, ())
        if person == name
    ]
    return Person(
        name,
        shifts=frozenset(code for code, number in most.items() if int(number)),
        blocked=dict.fromkeys(off, "off"),
        wishes=tuple(wishes),
        limits=dict(zip(codes, values, strict=True)),
        shift_max={code: int(number) for code, number in most.items() if int(number)},
    )


def read(path: Path) -> Problem:
    """An instance file as a problem."""
    parts = sections(path.read_text(encoding="utf-8-sig"))
    return Problem(
        start=MONDAY,
        days=int(parts["HORIZON"][0][0]),
        shifts=tuple(
            Shift(line[0], minutes=int(line[1]), not_followed_by=frozenset(filter(None, "|".join(line[2:]).split("|"))))
            for line in parts["SHIFTS"]
        ),
        people=tuple(person_of(fields, parts) for fields in parts["STAFF"]),
        demands=tuple(
            Demand(int(day), shift, int(wanted), under=int(under), over=int(over), short=0)
            for day, shift, wanted, under, over in parts["COVER"]
        ),
        rules=RULES,
    )
