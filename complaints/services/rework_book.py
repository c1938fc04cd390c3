"""工程整改保修月报表 · the month's rework under warranty: what came, what was done, what is open (R-TKT-12)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from complaints.models import Ticket
from complaints.services import measures
from complaints.services.book import add_chart, add_table, begin_book, day, percent, share
from frontdesk.kit.exports import SheetColumn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from openpyxl import Workbook

    from complaints.models import MonthlyReport
    from frontdesk.kit.periods import Period

SHEETS = 5
FLOW = 4
"""How many facts, the first, say what came and went."""
FIELDS = {
    "number": "number",
    "unit": "unit__code",
    "place": "place",
    "subject": "subject",
    "part": "part__name",
    "cause": "cause__name",
    "contractor": "contractor__name",
    "contact": "contractor__contact",
    "received": "received_at",
    "due": "finish_due_at",
    "finished": "finished",
    "confirmed": "confirmed_at",
    "repeat": "repeat",
    "result": "result",
}


@dataclass(frozen=True)
class Rework:
    """One rework ticket as the month saw it."""

    number: str
    unit: str | None
    place: str
    subject: str
    part: str | None
    cause: str | None
    contractor: str | None
    contact: str | None
    received: dt.datetime
    due: dt.datetime | None
    finished: dt.datetime | None
    confirmed: dt.datetime | None
    repeat: bool
    result: str


class Month:
    """The rework of one office in one month, each number a list of tickets."""

    def __init__(self, jobs: Iterable[Rework], period: Period) -> None:
        since, until = period.since, period.until
        self.until = until
        self.jobs = list(jobs)
        self.carried = [job for job in self.jobs if job.received < since]
        self.received = [job for job in self.jobs if job.received >= since]
        self.finished = [job for job in self.jobs if job.finished and job.finished < until]
        self.open = [job for job in self.jobs if not job.finished or job.finished >= until]
        self.overdue = [job for job in self.open if job.due and job.due < until]
        self.in_time = [job for job in self.finished if job.finished and job.due and job.finished <= job.due]
        self.late = [job for job in self.finished if job.finished and job.due and job.finished > job.due]
        self.confirmed = [job for job in self.finished if job.confirmed and job.confirmed < until]
        self.repeats = [job for job in self.received if job.repeat]


def jobs_of(report: MonthlyReport, period: Period) -> list[Rework]:
    """Read the rework that was open at any time of the month, or received in it."""
    ended = Coalesce("done_at", "replied_at", "archived_at")
    rows = Ticket.objects.of_office(report.office).filter(kind=Ticket.Kind.REWORK, received_at__lt=period.until)
    rows = rows.annotate(finished=ended, repeat=Case(When(measures.repeated(), then=Value(True)), default=Value(False)))
    rows = rows.filter(Q(finished__isnull=True) | Q(finished__gte=period.since) | Q(received_at__gte=period.since))
    values = rows.order_by(F("finish_due_at").asc(nulls_last=True), "received_at", "pk").values_list(*FIELDS.values())
    return [Rework(*row) for row in values]


def write_rework(stream: IO[bytes], report: MonthlyReport, period: Period, progress: Callable[..., None]) -> int:
    """Write the workbook and return how many tickets it is about."""
    month = Month(jobs_of(report, period), period)
    book = begin_book(report, (_("Tickets"),), _facts(month), charted=FLOW)
    sheets = (_by_contractor, _by_fault, _open_list, _finished_list)
    for done, add in enumerate(sheets, 1):
        progress(done, SHEETS, _("Sheets"))
        add(book, month)
    book.save(stream)
    progress(SHEETS, SHEETS, _("Sheets"))
    return len(month.jobs)


def _facts(month: Month) -> list[tuple[Any, ...]]:
    return [
        (_("Carried over from the month before"), "integer", len(month.carried)),
        (_("Number received"), "integer", len(month.received)),
        (_("Number finished"), "integer", len(month.finished)),
        (_("Open at the end of the month"), "integer", len(month.open)),
        (_("Of these overdue"), "integer", len(month.overdue)),
        (_("Finished in time"), "integer", len(month.in_time)),
        (_("Finished too late"), "integer", len(month.late)),
        (_("On-time share"), "percent", share(len(month.in_time), len(month.late))),
        (_("Confirmed by the resident"), "integer", len(month.confirmed)),
        (_("Repeat repairs among those received"), "integer", len(month.repeats)),
    ]


def _by_contractor(book: Workbook, month: Month) -> None:
    columns = [
        SheetColumn(_("Contractor")),
        SheetColumn(_("Responsible person")),
        SheetColumn(_("Carried over"), "integer", total=True),
        SheetColumn(_("Number received"), "integer", total=True),
        SheetColumn(_("Number finished"), "integer", total=True),
        SheetColumn(_("In time"), "integer", total=True),
        SheetColumn(_("Too late"), "integer", total=True),
        percent(_("On-time share"), of=(5, 6)),
        SheetColumn(_("Open at the end"), "integer", total=True),
        SheetColumn(_("Overdue at the end"), "integer", total=True),
    ]
    groups = (month.carried, month.received, month.finished, month.in_time, month.late, month.overdue)
    counts = _counted(groups, lambda job: (job.contractor, job.contact))
    rows = []
    order = sorted(counts, key=lambda key: (key[0] is None, -sum(counts[key][:2]), key[0] or ""))
    for key in order:
        carried, received, finished, in_time, late, overdue = counts[key]
        name, left = key[0] or _("Without a contractor"), carried + received - finished
        rows.append((name, key[1], carried, received, finished, in_time, late, share(in_time, late), left, overdue))
    sheet, count = add_table(book, _("By contractor"), columns, rows)
    add_chart(sheet, count, title=_("Finished in time and too late"), columns=(6, 7), stacked=True)


def _by_fault(book: Workbook, month: Month) -> None:
    columns = [
        SheetColumn(_("Part")),
        SheetColumn(_("Cause")),
        SheetColumn(_("Number received"), "integer", total=True),
        SheetColumn(_("Number finished"), "integer", total=True),
        SheetColumn(_("Repeat repairs"), "integer", total=True),
        SheetColumn(_("Part and cause")),
    ]
    counts = _counted((month.received, month.finished, month.repeats), lambda job: (job.part, job.cause))
    order = sorted(counts, key=lambda key: (key[0] is None, -counts[key][0], key[0] or "", key[1] or ""))
    names = {key: tuple(name or _("Not said") for name in key) for key in order}
    rows = [(*names[key], *counts[key], " · ".join(names[key])) for key in order]
    sheet, count = add_table(book, _("By part and cause"), columns, rows)
    add_chart(sheet, count, title=_("Number received"), columns=(3,), names=len(columns))


def _open_list(book: Workbook, month: Month) -> None:
    columns = [
        *_common_columns(),
        SheetColumn(_("Responsible person")),
        day(_("Received")),
        day(_("Deadline")),
        SheetColumn(_("Overdue")),
    ]
    overdue = set(map(id, month.overdue))
    rows = (
        (*_common(job), job.contact, job.received, job.due, _("Yes") if id(job) in overdue else "")
        for job in month.open
    )
    add_table(book, _("Open and overdue"), columns, rows)


def _finished_list(book: Workbook, month: Month) -> None:
    columns = [
        *_common_columns(),
        day(_("Received")),
        day(_("Deadline")),
        day(_("Done at")),
        SheetColumn(_("In time")),
        day(_("Confirmed by the resident")),
        SheetColumn(_("What was done"), width=40),
    ]
    words = {**{id(job): _("Yes") for job in month.in_time}, **{id(job): _("No") for job in month.late}}
    rows = (
        (*_common(job), job.received, job.due, job.finished, words.get(id(job), ""), job.confirmed, job.result)
        for job in sorted(month.finished, key=lambda job: (job.finished, job.number))
    )
    add_table(book, _("Finished in the month"), columns, rows)


def _common_columns() -> list[SheetColumn]:
    names = (_("No."), _("Unit"), _("Place"), _("Subject"), _("Part"), _("Cause"), _("Contractor"))
    return [SheetColumn(name) for name in names]


def _common(job: Rework) -> tuple[Any, ...]:
    return (job.number, job.unit, job.place, job.subject, job.part, job.cause, job.contractor)


def _counted(groups: Iterable[list[Rework]], key_of: Callable[[Rework], Any]) -> dict[Any, list[int]]:
    groups = list(groups)
    counts: dict[Any, list[int]] = defaultdict(lambda: [0] * len(groups))
    for place, group in enumerate(groups):
        for job in group:
            counts[key_of(job)][place] += 1
    return counts
