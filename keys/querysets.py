"""Words to read keys and their loans by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from frontdesk.kit.calendar import now
from frontdesk.kit.scoping import ScopedQuerySet
from keys.workflow import AWAY, KEPT, RUNNING, KeyState, OpeningState, StockTakeState

if TYPE_CHECKING:
    import datetime as dt


class CabinetQuerySet(ScopedQuerySet):
    """Key cabinets."""

    def in_use(self) -> Self:
        """Leave out those set aside."""
        return self.filter(is_active=True)


class RingQuerySet(ScopedQuerySet):
    """Key rings."""

    def in_use(self) -> Self:
        """Leave out those set aside."""
        return self.filter(is_active=True)

    def with_counts(self) -> Self:
        """Say of each ring how many keys hang on it: `key_count`."""
        return self.annotate(key_count=Count("keys", filter=Q(keys__state__in=KEPT)))


class KeyQuerySet(ScopedQuerySet):
    """Everything the office keeps, or has kept."""

    def kept(self) -> Self:
        """Keep keys the office answers for: in the cabinet, out, lost or damaged."""
        return self.filter(state__in=KEPT)

    def in_cabinet(self) -> Self:
        """Keep keys that hang on their hook."""
        return self.filter(state=KeyState.IN)

    def away(self) -> Self:
        """Keep keys that are with somebody, or lost."""
        return self.filter(state__in=AWAY)

    def to_give_back(self) -> Self:
        """Keep keys left here by somebody who neither owns the unit nor lives there any more: they go back to them."""
        stays = apps.get_model("estate.Tenure").objects.current().exclude(role="contact")
        here = stays.filter(unit=OuterRef("unit"), person=OuterRef("deposited_by"))
        left = self.kept().filter(kind__in=("entrusted", "sealed"), unit__isnull=False, deposited_by__isnull=False)
        return left.exclude(Exists(here.order_by()))

    def lost(self) -> Self:
        """Keep keys whose loss is not over: neither found nor their lock changed."""
        return self.filter(state=KeyState.LOST)

    def overdue(self, at: dt.datetime | None = None) -> Self:
        """Keep keys that should have come back by now; a lost one stays out until the lock is changed."""
        return self.away().filter(Exists(_open_lendings(loan__due_at__lt=at or now())))

    def with_holder(self) -> Self:
        """Say who has each key and until when: `holder`, `holder_due`, `holder_loan`, empty in the cabinet."""
        return self.annotate(
            holder=Subquery(_open_lendings().values("loan__name")[:1]),
            holder_due=Subquery(_open_lendings().values("loan__due_at")[:1]),
            holder_loan=Subquery(_open_lendings().values("loan")[:1]),
        )

    def in_cabinet_of(self, cabinet: Any) -> Self:
        """Keep keys whose hook, or whose ring's hook, is in one cabinet."""
        return self.filter(Q(cabinet=cabinet) | Q(ring__cabinet=cabinet))

    def in_walking_order(self) -> Self:
        """Order as the cabinet hangs: by cabinet and hook, what hangs nowhere last."""
        return self.order_by(F("cabinet").asc(nulls_last=True), F("hook").asc(nulls_last=True), "tag", "pk")

    def with_what_one_sees(self) -> Self:
        """Read along what a line about a key needs."""
        return self.select_related("unit", "ring__cabinet", "cabinet")


class LoanQuerySet(ScopedQuerySet):
    """Slips."""

    def open(self) -> Self:
        """Keep slips with a key still out."""
        return self.filter(closed_at__isnull=True)

    def overdue(self, at: dt.datetime | None = None) -> Self:
        """Keep slips with a key that should have come back by now (R-KEY-08)."""
        return self.open().filter(due_at__lt=at or now())

    def due_soon(self, until: dt.datetime, at: dt.datetime | None = None) -> Self:
        """Keep slips that are due before a moment and not overdue yet."""
        return self.open().filter(due_at__gte=at or now(), due_at__lte=until)

    def with_key_out(self) -> Self:
        """Keep slips of which the holder can still bring something: what is lost is handled as a loss."""
        out = apps.get_model("keys.LentKey").objects.out().filter(loan=OuterRef("pk"), key__state=KeyState.OUT)
        return self.filter(Exists(out.order_by()))

    def of_holder(self, loan: Any) -> Self:
        """Keep slips of whoever is named on another one: the same record, or the same phone or document."""
        same = Q(pk__in=[])
        for field in ("person", "colleague", "contractor"):
            if key := getattr(loan, f"{field}_id"):
                same |= Q(**{field: key})
        if loan.phone:
            same |= Q(phone=loan.phone) | Q(person__phones__number=loan.phone)
        if loan.person_id:
            same |= Q(phone__in=loan.person.phones.values("number"))
        if loan.id_tail and loan.name:
            same |= Q(name=loan.name, id_tail=loan.id_tail)
        return self.filter(same).distinct()

    def held_by(self, user: Any) -> Self:
        """Keep slips by which a colleague has keys now."""
        return self.open().filter(colleague=user)


class LentKeyQuerySet(ScopedQuerySet):
    """Keys on slips."""

    def out(self) -> Self:
        """Keep keys that have not come back."""
        return self.filter(back_at__isnull=True)


class SealOpeningQuerySet(ScopedQuerySet):
    """Openings of sealed keys."""

    def running(self) -> Self:
        """Keep openings that are asked for, approved, or not sealed again."""
        return self.filter(state__in=RUNNING)

    def unsealed(self) -> Self:
        """Keep openings whose key was opened and not sealed again yet."""
        return self.filter(state=OpeningState.OPENED)

    def to_decide(self) -> Self:
        """Keep what waits for the manager: requests, and emergencies nobody has taken note of (R-KEY-06)."""
        done = (OpeningState.OPENED, OpeningState.SEALED, OpeningState.ENDED)
        unseen = Q(is_emergency=True, decided_at__isnull=True, state__in=done)
        return self.filter(Q(state=OpeningState.REQUESTED) | unseen)

    def owner_waits(self) -> Self:
        """Keep emergencies of which nobody has told the owner yet."""
        return self.filter(is_emergency=True, owner_told_at__isnull=True)


class StockTakeQuerySet(ScopedQuerySet):
    """Stock-takes."""

    def running(self) -> Self:
        """Keep those that are not closed."""
        return self.exclude(state=StockTakeState.CLOSED)

    def counting(self) -> Self:
        """Keep those in which keys are scanned and ticked now."""
        return self.filter(state=StockTakeState.COUNTING)

    def closed_since(self, at: dt.datetime) -> Self:
        """Keep those closed from a moment on."""
        return self.filter(state=StockTakeState.CLOSED, closed_at__gte=at)

    def with_counts(self) -> Self:
        """Say of each how many keys were counted and how many lines differ: `counted`, `differing`."""
        return self.annotate(
            counted=Count("lines", filter=~Q(lines__result="missing")),
            differing=Count("lines", filter=~Q(lines__result="good")),
        )


class StockLineQuerySet(ScopedQuerySet):
    """Lines of stock-takes."""

    def differing(self) -> Self:
        """Keep what is not as the register says."""
        return self.exclude(result="good")

    def counted(self) -> Self:
        """Keep what somebody had in the hand."""
        return self.exclude(result="missing")

    def told(self) -> Self:
        """Keep what differs, or did until it was found."""
        return self.exclude(result="good", outcome="")

    def unexplained(self) -> Self:
        """Keep differences nobody has explained yet."""
        return self.differing().filter(outcome="")


def _open_lendings(**conditions: Any) -> Any:
    """Return the open row of the key a query is about: who has it now."""
    lendings = apps.get_model("keys.LentKey")  # the model stands on this module
    return lendings.objects.filter(key=OuterRef("pk"), back_at__isnull=True, **conditions).order_by()
