"""Who is told what about a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy

from frontdesk.kit.errors import DeskError
from frontdesk.kit.notifications import notify
from frontdesk.staff.models import User
from frontdesk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from complaints.models import Ticket


def tell(people: Iterable[Any], text: Any, ticket: Ticket, *, by: Any, stand_in: bool = True, **more: Any) -> None:
    """Put one sentence about a ticket into each person's bell; `text` may name {number}, {subject} and {by}.

    Who has left, or holds no role for tickets in this office any more, learns nothing of its residents. When that
    leaves nobody to read it the dispatchers do, unless with `stand_in` False the sentence is for that one person only.
    """
    asked = {person.pk: person for person in people if person is not None}
    here = User.objects.who_may("complaints.view_ticket", ticket.office).filter(pk__in=asked)
    keys = set(here.values_list("pk", flat=True))
    readers = [person for pk, person in asked.items() if pk in keys]
    if stand_in and len(readers) < len(asked) and all(person == by for person in readers):
        readers = list(dispatchers(ticket))
    sentence = format_lazy(text, number=ticket.number, subject=ticket.subject, by=by, **more)
    notify(readers, sentence, url=ticket.get_absolute_url(), by=by)


def dispatchers(ticket: Ticket) -> Iterable[User]:
    """Return who may dispatch in the ticket's office."""
    return User.objects.who_may("complaints.dispatch_ticket", ticket.office)


def supervisors(ticket: Ticket) -> list[User]:
    """Return the supervisors of the ticket's office, where there is none the managers."""
    here = list(User.objects.working_in(ticket.office, Role.SUPERVISOR))
    return here or list(User.objects.working_in(ticket.office, Role.MANAGER))


def must_be_able(person: User, perm: str, ticket: Ticket, message: Any, *, field: str) -> None:
    """Refuse to give a ticket to somebody who could do nothing with it in its office today.

    Raises:
        DeskError: the person has left, or holds no role for it there.

    """
    if not User.objects.who_may(perm, ticket.office).filter(pk=person.pk).exists():
        raise DeskError(message % {"person": person}, field=field)
