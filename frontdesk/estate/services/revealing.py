"""Show personal data in full: a recorded act with a reason (R-EST-04)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _, gettext_lazy

from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.models import Activity
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from frontdesk.estate.models import Person

VERB = "reveal_person"
SECONDS_SHOWN = 30
MANY_PER_HOUR = 30


class Revealed(NamedTuple):
    """What was asked for, in full. It goes on one screen and nowhere else."""

    id_number: str
    phones: tuple[str, ...]
    emergency_phone: str


def reveal_person(person: Person, *, by: Any, reason: str) -> Revealed:
    """Return a person's numbers in full and write down who wanted them and why.

    The managers are told once somebody has asked more than thirty times within an hour.

    Raises:
        DeskError: no reason was given.

    """
    require(by, "estate.reveal_person", person)
    if not reason.strip():
        raise DeskError(_("Say why you need the full numbers."), field="reason")
    with transaction.atomic():
        activity.record(person, VERB, by=by, note=reason.strip())
        _warn_of_many(person, by)
        phones = tuple(person.phones.values_list("number", flat=True))
    return Revealed(person.id_number, phones, person.emergency_phone)


def _warn_of_many(person: Person, by: Any) -> None:
    recent = Activity.objects.filter(actor=by, verb=VERB, at__gte=now() - dt.timedelta(hours=1))
    if recent.count() == MANY_PER_HOUR + 1:
        notify(
            get_user_model().objects.who_may("estate.watch_reveals", person.office),
            format_lazy(
                gettext_lazy("{name} has asked for full numbers more than {count} times within an hour."),
                name=by,
                count=MANY_PER_HOUR,
            ),
            url=person.get_absolute_url(),
            by=by,
        )
