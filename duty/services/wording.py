"""What the optimiser answers, in words for the office: each broken rule is one plain sentence with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext, pgettext_lazy

from duty.roster import Code
from duty.services.months import AWAY, ELSEWHERE, FIXED, LEAVE
from duty.services.rules import HOUR

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from duty.roster import Difference, Violation
    from duty.services.problems import MonthProblem

WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)
WHY_NOT = {
    LEAVE: gettext_lazy("on leave on %(date)s"),
    FIXED: gettext_lazy("cannot work this shift on %(date)s (fixed unavailability)"),
    AWAY: gettext_lazy("not on the roster on %(date)s"),
    ELSEWHERE: gettext_lazy("on another office's roster on %(date)s"),
}
SENTENCES: dict[str, Any] = {
    Code.FROZEN: gettext_lazy("%(date)s is fixed or over"),
    Code.REST: gettext_lazy("only %(hours)s hours of rest before the shift on %(date)s, at least %(least)s are needed"),
    Code.EARLY_AFTER_LATE: gettext_lazy("an early shift on %(date)s right after a late one"),
    Code.STEADY: gettext_lazy("another shift on %(date)s than the day before"),
    Code.RUN_MAX: gettext_lazy("%(found)s days in a row up to %(last)s, at most %(limit)s are allowed"),
    Code.OFF_MIN: gettext_lazy("only %(found)s day off in a row around %(date)s, %(limit)s are wanted"),
    Code.ROTATION: gettext_lazy("days off from %(date)s begin on the same weekday as the week before"),
    Code.WEEK_MINUTES: gettext_lazy("%(hours)s hours in the week of %(date)s, at most %(least)s are wanted"),
    Code.WEEK_OFF: gettext_lazy("%(found)s days off in the week of %(date)s, at least %(limit)s are needed"),
    Code.MINUTES_MAX: gettext_lazy("%(hours)s hours this month, at most %(least)s are allowed"),
    Code.TARGET: gettext_lazy("%(hours)s hours this month, about %(least)s are asked by contract"),
    Code.LATE: gettext_lazy("%(found)s late shifts, %(limit)s would be fair"),
    Code.WEEKEND: gettext_lazy("%(found)s weekend shifts, %(limit)s would be fair"),
    Code.HOLIDAY: gettext_lazy("%(found)s holiday shifts, %(limit)s would be fair"),
    Code.WISH: gettext_lazy("the wish for %(date)s is not granted"),
    Code.CHANGE: gettext_lazy("the published %(date)s changes"),
    Code.UNDER: gettext_lazy("%(shift)s on %(date)s has %(found)s instead of %(limit)s"),
    Code.SHORT: gettext_lazy("nobody is on %(shift)s on %(date)s"),
    Code.OVER: gettext_lazy("%(shift)s on %(date)s has %(found)s, it takes %(limit)s"),
    Code.SKILL: gettext_lazy("%(shift)s on %(date)s has %(found)s experienced, %(limit)s are wanted"),
    Code.COMPANY: gettext_lazy("a trainee would be alone on %(shift)s on %(date)s"),
    Code.UNQUALIFIED: gettext_lazy("%(shift)s is no longer used (%(date)s)"),
    Code.ON_DUTY: gettext_lazy("works %(shift)s that day"),
}
SHORT_NAMES: dict[str, Any] = {
    Code.REST: pgettext_lazy("rule", "rest"),
    Code.EARLY_AFTER_LATE: pgettext_lazy("rule", "early after late"),
    Code.STEADY: pgettext_lazy("rule", "steady shifts"),
    Code.RUN_MAX: pgettext_lazy("rule", "days in a row"),
    Code.OFF_MIN: pgettext_lazy("rule", "days off together"),
    Code.ROTATION: pgettext_lazy("rule", "rotating days off"),
    Code.WEEK_MINUTES: pgettext_lazy("rule", "hours of the week"),
    Code.WEEK_OFF: pgettext_lazy("rule", "days off of the week"),
    Code.MINUTES_MAX: pgettext_lazy("rule", "hours of the month"),
    Code.TARGET: pgettext_lazy("rule", "contract hours"),
    Code.LATE: pgettext_lazy("rule", "late shifts spread"),
    Code.WEEKEND: pgettext_lazy("rule", "weekends spread"),
    Code.HOLIDAY: pgettext_lazy("rule", "holidays spread"),
    Code.WISH: pgettext_lazy("rule", "wishes"),
    Code.CHANGE: pgettext_lazy("rule", "changes of what is published"),
    Code.UNDER: pgettext_lazy("rule", "too few people"),
    Code.SHORT: pgettext_lazy("rule", "nobody on a shift"),
    Code.OVER: pgettext_lazy("rule", "too many people"),
    Code.SKILL: pgettext_lazy("rule", "experienced colleagues"),
    Code.COMPANY: pgettext_lazy("rule", "trainee alone"),
    Code.UNAVAILABLE: pgettext_lazy("rule", "leave and absence"),
    Code.UNQUALIFIED: pgettext_lazy("rule", "retired shifts"),
    Code.FROZEN: pgettext_lazy("rule", "fixed cells"),
}


def rule_name(code: str) -> str:
    """Return two or three words for a rule, as the head of a column or of a sum."""
    return str(SHORT_NAMES.get(code, code))


class Words:
    """Sentences about one month: it knows its dates, its people and its shifts.

    `reader` is a colleague who does not make the roster: others' wishes and fixed unavailability are none of theirs.
    """

    def __init__(self, month: MonthProblem, reader: int | None = None) -> None:
        self.month, self.reader = month, reader

    def say(self, violation: Violation, *, name: bool = False) -> str:
        """Return a broken rule as one sentence; with `name` it begins with whose row it is."""
        text = self._sentence(violation)
        if name and violation.person is not None:
            return _("%(person)s: %(text)s") % {"person": self.person(violation.person), "text": text}
        return text

    def say_all(self, violations: Iterable[Violation], *, name: bool = False) -> list[str]:
        """Return the sentences of several, each once, what weighs most first."""
        told = (one for one in violations if not (one.rule == Code.WISH and self._is_private(one)))
        order = sorted(told, key=lambda one: (not one.hard, -one.cost))
        return list(dict.fromkeys(self.say(one, name=name) for one in order))

    def say_together(self, violations: Iterable[Violation]) -> list[str]:
        """Return sentences about several people, those of whom the same is true named in one."""
        found: dict[str, list[str]] = {}
        for one in violations:
            found.setdefault(self.say(one), []).append(self.person(one.person))
        return [
            _("%(person)s: %(text)s") % {"person": pgettext("between names", ", ").join(names), "text": text}
            for text, names in found.items()
        ]

    def _is_private(self, violation: Violation) -> bool:
        return self.reader is not None and violation.person not in {None, self.reader}

    def person(self, key: Any) -> str:
        """Return a name."""
        one = self.month.by_person.get(int(key))
        return str(one.user) if one else "?"

    def shift(self, code: str | None) -> str:
        """Return a shift's name; a day off where there is none."""
        row = self.month.type_by_pk.get(int(code)) if code else None
        return row.name if row else _("day off")

    def date(self, day: int) -> dt.date:
        """Return the date of the optimiser's day."""
        return self.month.dates[max(0, min(day, len(self.month.dates) - 1))]

    def _sentence(self, violation: Violation) -> str:
        code, days = violation.rule, violation.days
        date = self.date(self._day_of(violation)) if days else self.month.first
        if code == Code.UNAVAILABLE:
            return self._unavailable(violation, date)
        values = {
            "date": f"{date:%m-%d}",
            "last": f"{self.date(days[-1]):%m-%d}" if days else "",
            "found": violation.found,
            "limit": violation.limit,
            "hours": hours(violation.found),
            "least": hours(self._asked(violation)),
            "shift": self.shift(violation.shift),
        }
        return str(SENTENCES.get(code, code)) % values

    def _asked(self, violation: Violation) -> int:
        """Return the figure a sentence names: of the contract's hours those of the contract, not what is tolerated."""
        if violation.rule == Code.TARGET and violation.person is not None:
            return self.month.contract_minutes(int(violation.person))
        return violation.limit

    @staticmethod
    def _day_of(violation: Violation) -> int:
        """Return the day a sentence names: of a succession the second one."""
        pairs = {Code.REST, Code.EARLY_AFTER_LATE, Code.STEADY}
        return violation.days[-1] if violation.rule in pairs else violation.days[0]

    def _unavailable(self, violation: Violation, date: dt.date) -> str:
        bars = self.month.barred.get(int(violation.person or 0), {}).get(date, {})
        why = bars.get(int(violation.shift)) if violation.shift else next(iter(bars.values()), AWAY)
        if why == FIXED and self._is_private(violation):
            return _("cannot work this shift on %(date)s") % {"date": f"{date:%m-%d}"}
        return str(WHY_NOT[why or AWAY]) % {"date": f"{date:%m-%d}"}


def hours(minutes: int) -> str:
    """Return minutes as hours without needless zeros: 7.5."""
    return f"{minutes / HOUR:.1f}".removesuffix(".0")


def points(cost: int) -> str:
    """Say what something costs: 12 points more, 5 points less, nothing."""
    if cost == 0:
        return _("costs nothing")
    number = abs(cost)
    if cost > 0:
        return ngettext("%(n)s point worse", "%(n)s points worse", number) % {"n": f"{number:,}"}
    return ngettext("%(n)s point better", "%(n)s points better", number) % {"n": f"{number:,}"}


def _told(difference: Difference) -> tuple[list[Violation], list[Violation]]:
    """Return what is worth saying: of a rule a person breaks otherwise than before, only the side that weighs more."""
    new, gone = list(difference.new), list(difference.gone)
    for one in difference.new:
        before = next(
            (old for old in gone if (old.rule, old.person, old.shift) == (one.rule, one.person, one.shift)), None
        )
        if before is None or one.hard:
            continue
        if one.cost >= before.cost:
            gone.remove(before)
        else:
            new.remove(one)
    return new, gone


def said(words: Words, difference: Difference, *, name: bool = False) -> dict[str, Any]:
    """Return what a change means, for a template: which rules it breaks and mends, and the points."""
    say: Callable[..., list[str]] = words.say_all
    new, gone = _told(difference)
    return {
        "refused": say(difference.hard, name=name),
        "breaks": say((one for one in new if not one.hard), name=name),
        "mends": say(gone, name=name),
        "cost": difference.cost,
        "points": points(difference.cost),
        "allowed": difference.allowed,
    }
