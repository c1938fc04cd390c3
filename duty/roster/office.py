"""The rules an office starts with: the law's hours, rest, and what people find fair, as weights."""

from __future__ import annotations

from duty.roster.problem import Code, Rule

HOURS = 60
OFFICE_RULES = (
    Rule(Code.REST, 10 * HOURS),
    Rule(Code.SUCCESSION),
    Rule(Code.EARLY_AFTER_LATE),
    Rule(Code.RUN_MAX, 6),
    Rule(Code.WEEK_OFF, 1),
    Rule(Code.WEEK_MINUTES, 48 * HOURS, weight=20),
    Rule(Code.MINUTES_MAX, 210 * HOURS),
    Rule(Code.TARGET, 174 * HOURS, weight=5, tolerance=4 * HOURS),
    Rule(Code.OFF_MIN, 2, weight=15),
    Rule(Code.ROTATION, weight=5),
    Rule(Code.STEADY, weight=4),
    Rule(Code.LATE, weight=6),
    Rule(Code.WEEKEND, weight=8),
    Rule(Code.HOLIDAY, weight=12),
    Rule(Code.SHIFT_MAX),
)
"""Month of 174 hours: 20.83 days of 8 hours with what a month has above that; each office sets its own."""
