"""What the ledger is asked and the statistics count, in one place: a number and its list never tell two tales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, DateTimeField, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from complaints.models import Callback, Compensation, Escalation, Reopening, Ticket, TicketSettings
from complaints.workflow import OPEN, UNFINISHED
from frontdesk.kit.calendar import now

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

FINISH, CLOSE = "finish", "close"
DEFAULT_DAYS = TicketSettings._meta.get_field("repeat_days").default
UNDECIDED, IN_TIME, LATE = range(3)
"""How a ticket stands to a deadline: not there yet and not over it, or without one; kept; missed."""


def in_time(clock: str, *, of: Any = None) -> Q:
    """Keep what was finished, or closed, by its deadline; what never had one is not measured.

    What was reported done, or closed, too late stays so when it is opened again. `of` asks about one contractor's
    work: what is his now, and what came back from him, whoever has it since.
    """
    if clock == CLOSE:
        return Q(archived_at__lte=F("close_due_at")) & ~came_back(closed_at__gt=F("close_due_at"))
    if of is None:
        return ended_in_time() & ~came_back(ended_at__gt=F("due_at"))
    his, once = Q(contractor=of), came_back(contractor=of, ended_at__lte=F("due_at"))
    return (his & ended_in_time() | ~his & once) & ~came_back(contractor=of, ended_at__gt=F("due_at"))


def too_late(clock: str, at: dt.datetime | None = None, *, of: Any = None) -> Q:
    """Keep what was finished, or closed, after its deadline, and what should have been by now; `of` as in `in_time`."""
    at = at or now()
    if clock == CLOSE:
        closed_late = came_back(closed_at__gt=F("close_due_at"))
        return Q(archived_at__gt=F("close_due_at")) | Q(state__in=OPEN, close_due_at__lt=at) | closed_late
    if of is None:
        return ended_late(at) | came_back(ended_at__gt=F("due_at"))
    return Q(contractor=of) & ended_late(at) | came_back(contractor=of, ended_at__gt=F("due_at"))


def ended_in_time() -> Q:
    """Keep what was finished by its deadline since it was opened last."""
    return Q(done_at__lte=F("finish_due_at")) | Q(done_at__isnull=True, replied_at__lte=F("finish_due_at"))


def ended_late(at: dt.datetime) -> Q:
    """Keep what was finished after its deadline since it was opened last, or should have been by now."""
    answered = Q(done_at__isnull=True, replied_at__gt=F("finish_due_at"))
    return Q(done_at__gt=F("finish_due_at")) | answered | Q(state__in=UNFINISHED, finish_due_at__lt=at)


def stands_since_opened(at: dt.datetime) -> Case:
    """Say how a ticket stands to its deadline since it was opened last, whatever came back before."""
    late = When(ended_late(at), then=Value(LATE))
    return Case(When(ended_in_time(), then=Value(IN_TIME)), late, default=Value(UNDECIDED))


def stood(due_at: dt.datetime | None, ended_at: dt.datetime | None) -> int:
    """Say how work that came back had stood to its deadline."""
    if due_at is None or ended_at is None:
        return UNDECIDED
    return LATE if ended_at > due_at else IN_TIME


def together(now_stands: int | None, stood_before: Collection[int]) -> int:
    """Say how one contractor's part of a ticket stands: what came back from him, and what is his now (None: nothing).

    The same as `standing` with `of`, for who has the rows in hand.
    """
    if LATE in stood_before:
        return LATE
    if now_stands is None:
        return IN_TIME if IN_TIME in stood_before else UNDECIDED
    return now_stands


def came_back(**asked: Any) -> Q:
    """Keep tickets that were opened again after work as asked for."""
    return Q(pk__in=Reopening.objects.filter(**asked).order_by().values("ticket"))


def worked_on_by(contractor: Any) -> Q:
    """Keep what is, or was before it came back, a contractor's work."""
    return Q(contractor=contractor) | came_back(contractor=contractor)


def worked_on_by_none() -> Q:
    """Keep what is no contractor's work, and never was."""
    return Q(contractor__isnull=True) & ~came_back(contractor__isnull=False)


def standing(clock: str, at: dt.datetime | None = None, *, of: Any = None) -> Case:
    """Say of each ticket how it stands to a deadline: `IN_TIME`, `LATE`, or `UNDECIDED`."""
    late = When(too_late(clock, at, of=of), then=Value(LATE))
    return Case(When(in_time(clock, of=of), then=Value(IN_TIME)), late, default=Value(UNDECIDED))


def answered_with(satisfaction: int) -> Q:
    """Keep tickets about which somebody called back gave so many of 5 (R-CB-01)."""
    return Q(pk__in=Callback.objects.filter(satisfaction=satisfaction).values("ticket"))


def gone_up_to(level: int) -> Q:
    """Keep tickets that went up as far as a level (R-TKT-06)."""
    return Q(pk__in=Escalation.objects.filter(level=level).values("ticket"))


def compensated(state: str) -> Q:
    """Keep tickets with a compensation in this state (R-TKT-09)."""
    return Q(pk__in=Compensation.objects.filter(state=state).values("ticket"))


def repeated() -> Q:
    """Keep repeat repairs: the same part of the unit was done for the same cause shortly before (R-TKT-07).

    How shortly each office says. The ticket's own page also shows what may be the same before the cause is known; what
    is counted is what is known.
    """
    own = TicketSettings.objects.exclude(repeat_days=DEFAULT_DAYS)
    by_days: dict[int, list[int]] = {}
    for office, days in own.values_list("office", "repeat_days"):
        by_days.setdefault(days, []).append(office)
    elsewhere = ~Q(office__in=[office for offices in by_days.values() for office in offices])
    asked = _done_within(DEFAULT_DAYS) & elsewhere if by_days else _done_within(DEFAULT_DAYS)
    for days, offices in by_days.items():
        asked |= _done_within(days) & Q(office__in=offices)
    return Q(unit__isnull=False, part__isnull=False, cause__isnull=False) & asked


def _done_within(days: int) -> Q:
    opened = Coalesce(OuterRef("reopened_at"), OuterRef("received_at"))
    done = Coalesce(OuterRef("done_at"), Value(now()), output_field=DateTimeField())
    same = Ticket.objects.order_by().filter(unit=OuterRef("unit"), part=OuterRef("part"), cause=OuterRef("cause"))
    return Q(Exists(same.filter(done_at__lt=done, done_at__gte=DaysBefore(opened, days=days))))


class DaysBefore(Func):
    """So many days before a moment, by the database's own means: SQLite would call back into Python for every row."""

    template = "(%(expressions)s - interval '%(days)s days')"
    output_field = DateTimeField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """Write it for SQLite, where moments are texts."""
        template = "datetime(%(expressions)s, '-%(days)s days')"
        return self.as_sql(compiler, connection, template=template, **context)
