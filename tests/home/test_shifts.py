"""Which shift the desk is in (R-DUTY-02)."""

from __future__ import annotations

import datetime as dt

import pytest

from frontdesk.home.shifts import shift_line
from tests.factories import OfficeFactory


@pytest.mark.parametrize(
    ("pattern", "time", "said"),
    [
        ("A", (5, 59), "06:00"),
        ("A", (6, 0), "06:00–13:00"),
        ("A", (12, 59), "06:00–13:00"),
        ("A", (13, 0), "13:00–22:00"),
        ("A", (22, 0), "06:00"),
        ("B", (8, 29), "08:30"),
        ("B", (8, 30), "08:30–16:30"),
        ("B", (16, 30), "16:30–23:30"),
        ("B", (23, 45), "08:30"),
    ],
)
def test_shift_line_follows_the_office_pattern(pattern, time, said):
    office = OfficeFactory.build(shift_pattern=pattern)
    line = shift_line(office, dt.datetime(2026, 11, 20, *time, tzinfo=dt.UTC))
    assert line.endswith(said) or line.startswith(said) or f" {said} " in f" {line} "
    assert ("–" in line) == ("–" in said)
