"""The rules a roster is made by: a sentence, a figure, how strictly, and what breaking it costs (R-DUTY-01).

The defaults are the law's where it says something and what is usual where it does not. Labour Law art. 38: at least
one day off a week. Art. 36 with the State Council's order 174: 8 hours a day, 40 a week; 44 is the law's own limit of a
week without overtime, which rosters in shifts exceed in one week and make good in the next, so it is a "should". Art.
41: at most 36 hours of overtime a month. A month has (365 − 104 − 13) / 12 = 20.67 working days since 2025, which makes
165.33 hours and with the overtime 201.33: nobody is drafted beyond that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from duty.models import RosterRule
from frontdesk.estate.models import Office
from frontdesk.kit import activity
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.staff.models import User

CHANGE = "duty.change_rule"
Strength = RosterRule.Strength
HARD, SOFT, OFF = Strength.HARD, Strength.SOFT, Strength.OFF
HOUR = 60
ANY, WISHED, MUST = (HARD, SOFT, OFF), (SOFT, OFF), (HARD, OFF)
MOST_WEIGHT = 10_000


@dataclass(frozen=True)
class Rule:
    """One rule as an office goes by it.

    Attributes:
        code: the optimiser's word for it.
        sentence: what it says; %(figure)s is its value in its unit.
        unit: "minutes", shown and asked for as hours, "days", or "" for a rule without a figure.
        weight: points a breach costs where it is a "should".
        least, most: what the figure may be.
        choices: how strictly it may be taken.

    """

    code: str
    sentence: Any
    strength: Strength
    weight: int = 10
    value: int | None = None
    unit: str = ""
    least: int = 0
    most: int = 0
    choices: tuple[Strength, ...] = ANY

    @property
    def figure(self) -> str:
        """The value as people read it: hours without needless zeros, days as they are."""
        if self.value is None:
            return ""
        return f"{self.value / HOUR:.2f}".rstrip("0").rstrip(".") if self.unit == "minutes" else str(self.value)

    @property
    def text(self) -> str:
        """The sentence with its figure."""
        return str(self.sentence) % {"figure": self.figure} if self.unit else str(self.sentence)


RULES = (
    Rule("rest", _("At least %(figure)s hours between two shifts"), HARD, 60, 10 * HOUR, "minutes", 0, 24 * HOUR),
    Rule("run_max", _("At most %(figure)s days in a row"), HARD, 60, 6, "days", 1, 14),
    Rule("week_off", _("At least %(figure)s day off in each week from Monday to Sunday"), HARD, 60, 1, "days", 0, 6),
    Rule("week_minutes", _("At most %(figure)s hours a week"), SOFT, 10, 44 * HOUR, "minutes", HOUR, 168 * HOUR),
    Rule(
        "minutes_max",
        _("At most %(figure)s hours a month, overtime included"),
        HARD,
        20,
        201 * HOUR + 20,
        "minutes",
        HOUR,
        400 * HOUR,
    ),
    Rule(
        "target",
        _("The month's hours as the contract asks, give or take %(figure)s"),
        SOFT,
        5,
        4 * HOUR,
        "minutes",
        0,
        80 * HOUR,
        WISHED,
    ),
    Rule("early_after_late", _("No early shift on the day after a late one"), SOFT, 30),
    Rule("off_min", _("Days off come at least %(figure)s together"), SOFT, 15, 2, "days", 1, 4),
    Rule("rotation", _("Days off move to other weekdays from week to week"), SOFT, 5, choices=WISHED),
    Rule("steady", _("The same shift for several days rather than one in turn with the other"), SOFT, 4),
    Rule("wish", _("Wishes are granted where they can be"), SOFT, 10, choices=WISHED),
    Rule("late", _("Late shifts are spread evenly over the year"), SOFT, 6, choices=WISHED),
    Rule("weekend", _("Weekends are spread evenly over the year"), SOFT, 8, choices=WISHED),
    Rule("holiday", _("Statutory holidays are spread evenly over the year"), SOFT, 12, choices=WISHED),
    Rule("company", _("A trainee never works a shift alone"), HARD, 200),
    Rule("skill", _("Each shift has the experienced colleagues it asks for"), SOFT, 5_000, choices=WISHED),
)
"""Every rule with its defaults, in the order of the page."""
BY_CODE = {rule.code: rule for rule in RULES}
ALWAYS = (
    _("Approved leave is kept."),
    _("Fixed unavailability is kept."),
    _("Nobody works before they begin or after they have left, and nobody at two offices on one day."),
    _("What is fixed by hand, and days that are over, stay as they are."),
)
"""What no office can switch off."""


def rules_of(office: Office) -> dict[str, Rule]:
    """Return an office's rules by code: its own figures where it has set any, otherwise the defaults. One query."""
    own = {row.code: row for row in RosterRule.objects.filter(office=office)}
    return {rule.code: _own(rule, own.get(rule.code)) for rule in RULES}


def _own(rule: Rule, row: RosterRule | None) -> Rule:
    if row is None:
        return rule
    return replace(rule, strength=Strength(row.strength), value=row.value, weight=row.weight)


def version_of(office: Office) -> str:
    """Return what tells two who change the rules at once apart: all their versions."""
    rows = RosterRule.objects.filter(office=office).order_by("code").values_list("code", "version")
    return " ".join(f"{code}:{version}" for code, version in rows)


def change_rules(
    office: Office, *, by: User, rules: Mapping[str, Mapping[str, Any]], expected: str
) -> list[RosterRule]:
    """Set how an office goes by its rules: code → strength, value, weight. Only what differs is written.

    Raises:
        Conflict: somebody else changed the rules meanwhile.
        DeskError: a figure is out of what it may be.

    """
    require(by, CHANGE, office)
    with transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)  # two who save the first rules meet here
        if version_of(office) != expected:
            raise Conflict(_("Somebody else changed this record while you were writing."))
        now = rules_of(office)
        changed = []
        for code, values in rules.items():
            wanted = replace(now[code], **values)
            _check(wanted)
            if wanted != now[code]:
                changed.append(_write(office, wanted, by=by))
    return changed


def _check(rule: Rule) -> None:
    if rule.strength not in rule.choices:
        raise DeskError(_("This rule cannot be taken that strictly."), field=f"{rule.code}_strength")
    if rule.unit and (rule.value is None or not rule.least <= rule.value <= rule.most):
        low, high = (replace(rule, value=value).figure for value in (rule.least, rule.most))
        raise DeskError(
            _("The figure is to be from %(low)s to %(high)s.") % {"low": low, "high": high},
            field=f"{rule.code}_value",
        )
    if not 0 <= rule.weight <= MOST_WEIGHT:
        raise DeskError(_("The weight is to be from 0 to 10,000."), field=f"{rule.code}_weight")


def _write(office: Office, rule: Rule, *, by: User) -> RosterRule:
    row = RosterRule.objects.filter(office=office, code=rule.code).first() or RosterRule(office=office, code=rule.code)
    before = activity.snapshot(row) if row.pk else {}
    if row.pk:
        row.version += 1
    row.strength, row.value, row.weight = rule.strength, rule.value, rule.weight
    row.save()
    activity.record(row, "change_rule", by=by, before=before, after=activity.snapshot(row), note=rule.text)
    return row
