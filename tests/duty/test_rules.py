"""The office's rules: the law's defaults, its own figures, and two who change them at once."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from duty.services import rules
from duty.services.rules import HARD, OFF, SOFT
from frontdesk.kit.errors import Conflict, DeskError


def change(office, by, **wanted):
    return rules.change_rules(office, by=by, rules=wanted, expected=rules.version_of(office))


def test_an_office_begins_with_the_defaults(office):
    found = rules.rules_of(office)
    assert {code: (rule.strength, rule.figure) for code, rule in found.items() if rule.unit} == {
        "rest": (HARD, "10"),
        "run_max": (HARD, "6"),
        "week_off": (HARD, "1"),
        "week_minutes": (SOFT, "44"),
        "minutes_max": (HARD, "201.33"),
        "target": (SOFT, "4"),
        "off_min": (SOFT, "2"),
    }
    assert found["rest"].text == "两个班之间至少休息10小时"


def test_only_what_differs_is_kept(office, supervisor):
    made = change(office, supervisor, rest={"value": 660, "strength": HARD, "weight": 60}, late={"strength": OFF})
    assert [(row.code, row.value) for row in made] == [("rest", 660), ("late", None)]
    assert change(office, supervisor, rest={"value": 660}) == []
    assert rules.rules_of(office)["rest"].figure == "11"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"rest": {"value": 1500}}, "rest_value"),
        ({"late": {"strength": HARD}}, "late_strength"),
        ({"rest": {"weight": 10_001}}, "rest_weight"),
    ],
)
def test_what_a_rule_cannot_be_is_refused(office, supervisor, wanted, field):
    with pytest.raises(DeskError) as refusal:
        change(office, supervisor, **wanted)
    assert refusal.value.field == field


def test_the_second_of_two_is_told(office, supervisor, manager):
    seen = rules.version_of(office)
    change(office, supervisor, rest={"value": 660})
    with pytest.raises(Conflict):
        rules.change_rules(office, by=manager, rules={"rest": {"value": 720}}, expected=seen)
    assert rules.rules_of(office)["rest"].value == 660


def test_rules_are_the_supervisors(office, clerk):
    with pytest.raises(PermissionDenied):
        change(office, clerk, rest={"value": 660})
