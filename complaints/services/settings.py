"""The office's own figures for tickets; where it has said nothing, the defaults (R-TKT-06, R-CB-01)."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from complaints.models import CallbackRule, Target, Ticket, TicketSettings
from frontdesk.kit import activity
from frontdesk.kit.errors import DeskError
from frontdesk.kit.office_settings import changing
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.estate.models import Office

    Targets = Mapping[tuple[str, bool], Mapping[str, Any]]

CHANGE = "complaints.change_settings"
COUNTING = "complaints.view_report"
"""What it takes to be the one who counts the complaints each month (R-TKT-11)."""
K = Ticket.Kind
HOUR, DAY, ALL_DAY = 60, 540, 1440  # a working day of the default hours, 08:30-17:30
DEFAULT_TARGETS = {
    (K.REPAIR, False): (30, 30, DAY, 3 * DAY),
    (K.REPAIR, True): (10, 10, 2 * HOUR, ALL_DAY),
    (K.HELP, False): (30, 30, 4 * HOUR, DAY),
    (K.HELP, True): (10, 10, HOUR, ALL_DAY),
    (K.COMPLAINT, False): (30, HOUR, 3 * DAY, 5 * DAY),
    (K.COMPLAINT, True): (15, 30, DAY, 3 * DAY),
    (K.ENQUIRY, False): (HOUR, HOUR, DAY, 2 * DAY),
    (K.ENQUIRY, True): (30, 30, 4 * HOUR, DAY),
    (K.SUGGESTION, False): (DAY, DAY, 5 * DAY, 10 * DAY),
    (K.SUGGESTION, True): (DAY, DAY, 5 * DAY, 10 * DAY),
    (K.PRAISE, False): (DAY, DAY, 5 * DAY, 5 * DAY),
    (K.PRAISE, True): (DAY, DAY, 5 * DAY, 5 * DAY),
    (K.REWORK, False): (2 * HOUR, DAY, 7 * DAY, 15 * DAY),
    (K.REWORK, True): (30, 2 * HOUR, 2 * DAY, 5 * DAY),
}
"""(kind, urgent) → working minutes to dispatch, accept, finish, close. The papers leave them open: these are ours."""
AROUND_THE_CLOCK = frozenset({(K.REPAIR, True), (K.HELP, True)})
"""A burst pipe and somebody stuck in the lift do not wait for the morning."""
DEFAULT_RULES = {
    K.REPAIR: (2, 30),
    K.HELP: (2, 20),
    K.COMPLAINT: (2, 100),
    K.ENQUIRY: (2, 0),
    K.SUGGESTION: (3, 100),
    K.PRAISE: (2, 0),
    K.REWORK: (3, 100),
}
"""kind → working days after closing, share in percent (R-CB-01); the papers leave them open: these are ours."""


CLOCKS = ("dispatch", "accept", "finish", "close")
ORDER = (
    ("opens_at", "closes_at", operator.lt, _("The hours end before they begin.")),
    ("supervisor_after", "manager_after", operator.le, _("The manager comes after the supervisor.")),
    ("manager_after", "company_after", operator.le, _("The company comes after the manager.")),
    ("level_one_up_to", "level_two_up_to", operator.le, _("Level 2 does not end below level 1.")),
)
"""(first, second, how they are to stand to each other, what to say when they do not)."""
LONGEST = 200 * DAY
"""Working minutes a target or a step up may take at most: a year is a typing error."""


def settings_of(office: Office) -> TicketSettings:
    """Return the office's ticket settings, unsaved with the defaults where it has none of its own."""
    return TicketSettings.of(office)


def targets_of(office: Office) -> dict[tuple[str, bool], Target]:
    """Return the targets of every kind and urgency, the office's own or unsaved defaults, in the order of kinds."""
    own = {(row.kind, row.urgent): row for row in Target.objects.of_office(office)}
    return {key: own.get(key) or default_target(office, *key) for key in DEFAULT_TARGETS}


def target_of(ticket: Any) -> Target:
    """Return the target of one ticket's kind and urgency."""
    own = Target.objects.filter(office=ticket.office_id, kind=ticket.kind, urgent=ticket.urgent).first()
    return own or default_target(ticket.office, ticket.kind, ticket.urgent)


def default_target(office: Office, kind: str, urgent: bool) -> Target:  # noqa: FBT001 - the two halves of a key
    """Return what goes where the office has said nothing."""
    key = (Ticket.Kind(kind), urgent)
    minutes = dict(zip(CLOCKS, DEFAULT_TARGETS[key], strict=True))
    return Target(office=office, kind=kind, urgent=urgent, around_the_clock=key in AROUND_THE_CLOCK, **minutes)


def change_settings(office: Office, *, by: User, expected: int, targets: Targets, **values: Any) -> TicketSettings:
    """Set an office's own figures: hours of the clocks, steps up, hints, and the targets of every kind and urgency.

    `expected` is the version of the settings as read, 0 for an office without any; it counts for the targets as well.
    A target that says what the default says is no word of the office's own. Clocks that run keep their deadline until
    something about their ticket changes.

    Raises:
        Conflict: somebody else saved them meanwhile.
        DeskError: hours that end before they begin, steps that do not climb, a target out of order; somebody to count
            who may not look at the reports.

    """
    with transaction.atomic():
        with changing(TicketSettings, office, values, by=by, permission=CHANGE, expected=expected) as row:
            _check(row)
            counted = settings_of(office).counts_id
            if row.counts is not None and row.counts_id != counted and not may_count(row.counts, office):
                raise DeskError(_("%(person)s may not look at the reports.") % {"person": row.counts}, field="counts")
        for key, minutes in targets.items():
            _change_target(row, key, minutes, by=by)
    return row


def _change_target(row: TicketSettings, key: tuple[str, bool], minutes: Mapping[str, Any], *, by: User) -> None:
    default = default_target(row.office, *key)
    kept = Target.objects.filter(office=row.office, kind=key[0], urgent=key[1]).first()
    target = kept or default
    before = activity.snapshot(target)
    for name, value in minutes.items():
        setattr(target, name, value)
    after = activity.snapshot(target)
    if before == after:
        return
    _check_target(target)
    if after != activity.snapshot(default_target(row.office, *key)):
        target.version += bool(target.pk)
        target.save()
    elif kept:
        kept.delete()
    activity.record(row, "change_target", by=by, before=before, after=after, note=str(target))


def out_of_order(values: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Return the first figure that is too small for the one before it, and what to say; None when all climb."""
    for first, second, in_order, message in ORDER:
        if first in values and second in values and not in_order(values[first], values[second]):
            return second, message
    return None


def may_count(person: User, office: Office) -> bool:
    """Answer whether somebody may look at the office's reports today, and so be the one who counts."""
    return User.objects.who_may(COUNTING, office).filter(pk=person.pk).exists()


def _check(row: TicketSettings) -> None:
    """Refuse hours and steps that do not climb, and figures beyond what makes sense."""
    if wrong := out_of_order(model_to_dict(row)):
        raise DeskError(wrong[1], field=wrong[0])
    row.clean_fields(exclude=["office"])


def _check_target(target: Target) -> None:
    """Refuse a target that could not be met one step after the other."""
    place = target_field(target.kind, target.urgent, "{}")
    for name in CLOCKS:
        if not 1 <= getattr(target, name) <= LONGEST:
            raise DeskError(_("Between one minute and 200 working days."), field=place.format(name))
    if target.finish < target.dispatch:
        raise DeskError(_("It is dispatched before it is finished."), field=place.format("finish"))
    if target.close < target.finish:
        raise DeskError(_("It is finished before it is closed."), field=place.format("close"))


def target_field(kind: str, urgent: bool, name: str) -> str:  # noqa: FBT001 - the two halves of a key
    """Return what the form calls one figure of one target."""
    return f"{kind}_{'urgent' if urgent else 'normal'}_{name}"


def rules_of(office: Office) -> dict[str, CallbackRule]:
    """Return the callback rule of every kind, the office's own or an unsaved default."""
    own = {row.kind: row for row in CallbackRule.objects.of_office(office).select_related("form")}
    return {
        kind: own.get(kind) or CallbackRule(office=office, kind=kind, after_days=days, share=share)
        for kind, (days, share) in DEFAULT_RULES.items()
    }
