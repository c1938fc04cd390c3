"""Lengths of time: what people type, what they read."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from frontdesk.kit.durations import parse, said

DAY = 540


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30", 30),
        ("30分", 30),
        ("30 分钟", 30),
        ("4小时", 240),
        ("1.5小时", 90),
        ("1h30", 90),
        ("1 H 30 MIN", 90),
        ("2天", 1080),
        ("2个工作日", 1080),
        ("1天4小时30分", 810),
        ("0", 0),
    ],
)
def test_parse_understands_what_people_type(text, minutes):
    assert parse(text, day=DAY) == minutes


@pytest.mark.parametrize("text", ["", " ", "soon", "-5", "4小", "两天", "1:30", "1e9", "12 30", "1234567890", "4..5时"])
def test_parse_refuses_what_it_cannot_tell(text):
    assert parse(text, day=DAY) is None


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 min"),
        (0.2, "1 min"),
        (30, "30 min"),
        (130, "2 h 10 min"),
        (540, "1 d"),
        (1860, "3 d 4 h"),
        (541, "1 d 1 min"),
    ],
)
def test_said_is_read_aloud(minutes, text):
    with translation.override("en"):
        assert said(minutes, day=DAY) == text


@given(st.integers(0, 200 * DAY), st.sampled_from([DAY, 480, 1440]))
def test_parse_reads_what_is_said(minutes, day):
    with translation.override("en"):
        assert parse(said(minutes, day=day), day=day) == minutes
