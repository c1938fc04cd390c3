"""Words to read callbacks by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf

from complaints.querysets.tickets import OfTicketQuerySet, first_phone
from complaints.workflow import CallbackState
from frontdesk.kit.calendar import local_date, now

if TYPE_CHECKING:
    import datetime as dt


DISSATISFIED = 2
"""Up to here, of 5, a resident is dissatisfied."""


class CallbackQuerySet(OfTicketQuerySet):
    """Whom to ask whether all is well."""

    def waiting(self) -> Self:
        """Keep whom nobody has reached yet."""
        return self.filter(state=CallbackState.WAITING)

    def due(self, at: dt.datetime | None = None) -> Self:
        """Keep whom to call now: the day has come, and the hour at which they asked to be called again.

        A matter opened again since is left in peace; it is asked about after it was closed once more.
        """
        at = at or now()
        still_closed = self.waiting().filter(closed_at=F("ticket__archived_at"))
        return still_closed.filter(Q(again_at__isnull=True) | Q(again_at__lte=at), due_on__lte=local_date(at))

    def dissatisfied(self) -> Self:
        """Keep whoever gave 1 or 2 of 5."""
        return self.filter(satisfaction__lte=DISSATISFIED)

    def with_call(self) -> Self:
        """Say of each whom to ask for, at which number, in which unit, how often it was tried: `called` … `tries`.

        `is_over` puts those who still wait before the others.
        """
        attempts = apps.get_model("complaints", "CallbackAttempt").objects.filter(callback=OuterRef("pk"))
        return self.annotate(
            called=_of_caller(
                ("caller__name", F("caller__person__name")),
                ("ticket__caller_name", F("ticket__person__name")),
            ),
            phone=_of_caller(
                ("caller__phone", first_phone("caller__person")),
                ("ticket__caller_phone", first_phone("ticket__person")),
            ),
            home=Case(When(caller__isnull=False, then="caller__unit__code"), default="ticket__unit__code"),
            is_over=Case(When(state=CallbackState.WAITING, then=Value(0)), default=Value(1)),
            tries=Subquery(attempts.order_by().values("callback").annotate(n=Count("pk")).values("n")),
        )


def _of_caller(added: tuple[str, Any], own: tuple[str, Any]) -> Case:
    """Take a word of the caller added to a ticket, else of the ticket; where nothing was written, the register's."""
    (word, record), (own_word, own_record) = added, own
    return Case(
        When(caller__isnull=False, then=Coalesce(NullIf(word, Value("")), record)),
        default=Coalesce(NullIf(own_word, Value("")), own_record),
    )
