"""Show personal data in full: a recorded act with a reason (R-EST-04)."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _, gettext_lazy

from frontdesk.estate.models import Office
from frontdesk.kit import activity
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import DeskError
from frontdesk.kit.fields import blind_index
from frontdesk.kit.models import Activity
from frontdesk.kit.notifications import notify
from frontdesk.kit.roles import require
from frontdesk.kit.scoping import office_of
from frontdesk.kit.search import phone_digits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from frontdesk.estate.models import Person

SHOWS = "reveal_"
"""How the verbs of all apps begin that stand for one look at a full number."""
SECONDS_SHOWN = 30
AN_HOUR = dt.timedelta(hours=1)
MANY_PER_HOUR = 30
MANY_SEARCHES = 60
"""Different phone searches in an hour that no desk comes to: a caller a minute, none of them found by unit or name."""
_counting = threading.Lock()


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
        activity.record(person, "reveal_person", by=by, note=reason.strip())
        watch_reveals(person, by=by)
        phones = tuple(person.phones.values_list("number", flat=True))
    return Revealed(person.id_number, phones, person.emergency_phone)


def watch_reveals(obj: Any, *, by: Any) -> None:
    """Tell the managers once somebody has looked at more than thirty full numbers within an hour.

    Every service that shows one calls this when the act is written down on `obj`; its verb begins with `SHOWS`.
    """
    recent = Activity.objects.filter(actor=by, verb__startswith=SHOWS, at__gte=now() - AN_HOUR)
    if recent.count() == MANY_PER_HOUR + 1:
        sentence = gettext_lazy("{name} has asked for full numbers more than {count} times within an hour.")
        _warn([office_of(obj)], sentence, MANY_PER_HOUR, url=obj.get_absolute_url(), by=by)


def note_phone_search(text: str, *, by: Any, office: Office | None) -> None:
    """Count a search by which a phone could be found; tell the managers of who makes very many (R-EST-04, R-EST-05).

    Any four digits of a phone must find whose it is, so who may search can also complete a masked number place by
    place, in some twenty tries for the four that are hidden. Two or three numbers an hour stay possible, as many as
    sixty searches allow; whoever goes on is noticed, not stopped. Typing on (1380, 13800 …) is one search, the same
    again none.

    It is counted in the memory of the web process, of which `serve` starts one, because looking something up must never
    wait for a database that is busy writing. A restart begins anew; several processes would each allow sixty. What was
    typed is kept as a keyed digest. With `office` None, as for the company, the managers of all its offices are told.
    """
    asked = phone_digits(text)
    if not asked:
        return
    *shorter, whole = [blind_index(asked[:length]) for length in range(1, len(asked) + 1)]
    key, at = f"phone-searches-{by.pk}", now()
    with _counting:
        made: dict[str, dt.datetime] = {one: when for one, when in cache.get(key, {}).items() if at - when < AN_HOUR}
        if whole in made:
            return
        last = next(reversed(made), "")
        if last in shorter:
            del made[last]
        made[whole] = at
        is_one_too_many = len(made) == MANY_SEARCHES + 1 and last in made
        cache.set(key, made, AN_HOUR.total_seconds())
    if is_one_too_many:
        sentence = gettext_lazy("{name} has made more than {count} different searches by phone digits within an hour.")
        offices = Office.objects.visible_to(by).of_office(office)
        _warn(offices, sentence, MANY_SEARCHES, url=by.get_absolute_url(), by=by)


def _warn(offices: Iterable[Office], sentence: Any, count: int, *, url: str, by: Any) -> None:
    accounts: Any = get_user_model()._default_manager
    watching = [person for office in offices for person in accounts.who_may("estate.watch_reveals", office)]
    notify(watching, format_lazy(sentence, name=by, count=count), url=url, by=by)
