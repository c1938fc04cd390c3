"""投诉统计月报 · the complaints a month brought: of what, where, why, in time or not, how it was taken (R-TKT-11)."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.db.models import Min
from django.utils.translation import gettext as _

from complaints.models import Callback, Compensation, Ticket
from complaints.services import measures
from complaints.services.book import add_chart, add_table, begin_book, day, percent, share
from complaints.services.measures import IN_TIME, LATE
from complaints.services.statistics import Statistics
from complaints.workflow import CallbackState, CompensationState, TicketState
from frontdesk.kit.exports import SheetColumn
from frontdesk.kit.periods import month_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from openpyxl import Workbook

    from complaints.models import MonthlyReport
    from complaints.services.statistics import Line
    from frontdesk.kit.periods import Period

COMPARED = 6
"""How many facts, the first, are drawn beside those of the month before."""
LISTED = (
    "number",
    "unit__code",
    "unit__building__name",
    "category__parent__name",
    "category__name",
    "subject",
    "cause__name",
    "state",
    "first_contact__name",
    "assignee__name",
    "department__name",
    "contractor__name",
    "received_at",
    "finish_due_at",
    "done_at",
    "replied_at",
    "archived_at",
    "reply",
)
"""What the list reads of a complaint, in the order of its columns."""


def write_complaints(stream: IO[bytes], report: MonthlyReport, period: Period, progress: Callable[..., None]) -> int:
    """Write the workbook and return how many complaints it is about."""
    complaints = Ticket.objects.of_office(report.office).filter(kind=Ticket.Kind.COMPLAINT)
    found = Statistics(complaints, period)
    before = Statistics(complaints, month_before(period.first))
    heads = (_("This month"), _("Month before"), _("Difference"))
    book = begin_book(report, heads, _facts(found, before), charted=COMPARED)
    steps: list[Callable[[], None]] = [
        lambda: _by(book, _("By category"), _("Category"), found.by_category),
        lambda: _by(book, _("By building"), _("Building"), found.by_building),
        lambda: _by(book, _("By cause"), _("Cause"), found.by_cause),
        lambda: _on_time(book, found),
        lambda: _satisfaction(book, found),
        lambda: _callbacks(book, found),
        lambda: _compensation(book, found),
        lambda: _list(book, found),
    ]
    for done, step in enumerate(steps, 1):
        progress(done, len(steps), _("Sheets"))
        step()
    book.save(stream)
    return found.total.count


def _facts(found: Statistics, before: Statistics) -> list[tuple[Any, ...]]:
    """Return the month's figures beside those of the month before."""
    questions: list[tuple[Any, str, Callable[[Statistics], Any]]] = [
        (_("Number received"), "integer", lambda month: month.total.count),
        (_("Still open when this was made"), "integer", lambda month: month.open),
        (_("Finished in time"), "integer", lambda month: month.total.in_time),
        (_("Finished too late, or overdue"), "integer", lambda month: month.total.late),
        (_("Closed in time"), "integer", lambda month: month.closed.in_time),
        (_("Closed too late, or overdue"), "integer", lambda month: month.closed.late),
        (_("Repeat repairs"), "integer", lambda month: month.repeats),
        (_("Answers on callbacks"), "integer", lambda month: month.answers),
        (_("Satisfaction on average, of 5"), "number", lambda month: month.average_satisfaction),
        (_("Compensation paid (yuan)"), "money", _paid),
    ]
    facts = [(label, kind, *_beside(ask(found), ask(before))) for label, kind, ask in questions]
    shares = [
        (label, "percent", *(share(line.in_time, line.late) for line in lines))
        for label, lines in (
            (_("Share finished in time"), (found.total, before.total)),
            (_("Share closed in time"), (found.closed, before.closed)),
        )
    ]
    return [*facts, *shares]


def _beside(this: Any, before: Any) -> tuple[Any, Any, Any]:
    """Return both and by how much this is more; a month nobody answered in says nothing of a difference."""
    return this, before, None if this is None or before is None else this - before


def _paid(month: Statistics) -> Any:
    return next(row.amount for row in month.compensations if row.key == CompensationState.PAID)


def _by(book: Workbook, title: Any, head: Any, lines: Iterable[Line]) -> None:
    """Add one question: what was received, how much in time; what hangs on a branch stands below it, not added up."""
    columns = [
        SheetColumn(head),
        SheetColumn(_("Number received"), "integer", total=True),
        SheetColumn(_("In time"), "integer", total=True),
        SheetColumn(_("Too late"), "integer", total=True),
        percent(_("On-time share"), of=(2, 3)),
    ]
    tops = [line for line in lines if not line.depth]
    rows = [
        (line.label or _("Not said"), line.count, line.in_time, line.late, share(line.in_time, line.late))
        for line in tops
    ]
    sheet, count = add_table(book, title, columns, rows)
    add_chart(sheet, count, title=title, columns=(2,))


def _on_time(book: Workbook, found: Statistics) -> None:
    columns = [
        SheetColumn(_("On time")),
        SheetColumn(_("In time"), "integer"),
        SheetColumn(_("Too late"), "integer"),
        SheetColumn(_("Not decided"), "integer"),
        percent(_("On-time share")),
    ]
    lines = ((_("Finishing"), found.total), (_("Closing"), found.closed))
    rows = [(label, line.in_time, line.late, line.undecided, share(line.in_time, line.late)) for label, line in lines]
    sheet, count = add_table(book, _("On time"), columns, rows)
    add_chart(sheet, count, title=_("On time"), columns=(2, 3, 4), stacked=True)


def _satisfaction(book: Workbook, found: Statistics) -> None:
    columns = [SheetColumn(_("Satisfaction")), SheetColumn(_("Tickets"), "integer", total=True)]
    rows = [(f"{line.key} / 5", line.count) for line in found.satisfaction]
    sheet, count = add_table(book, _("Satisfaction"), columns, rows)
    add_chart(sheet, count, title=_("Satisfaction"), columns=(2,))


def _callbacks(book: Workbook, found: Statistics) -> None:
    columns = [
        SheetColumn(_("Ticket")),
        SheetColumn(_("State")),
        SheetColumn(_("Call from"), "date"),
        SheetColumn(_("Called at"), "datetime"),
        SheetColumn(_("Satisfaction"), "integer"),
        SheetColumn(_("Outcome")),
        SheetColumn(_("Remarks")),
    ]
    states, outcomes = dict(CallbackState.choices), dict(Callback.Outcome.choices)
    called = Callback.objects.filter(ticket__in=found.tickets).order_by("ticket__number", "pk")
    rows = called.values_list("ticket__number", "state", "due_on", "ended_at", "satisfaction", "outcome", "remarks")
    add_table(
        book,
        _("Callbacks"),
        columns,
        (
            (number, states[state], *facts, outcomes.get(outcome, ""), said)
            for number, state, *facts, outcome, said in rows
        ),
    )


def _compensation(book: Workbook, found: Statistics) -> None:
    columns = [
        SheetColumn(_("Ticket")),
        SheetColumn(_("Paid to")),
        SheetColumn(_("Level"), "integer"),
        SheetColumn(_("State")),
        SheetColumn(_("Proposed at"), "datetime"),
        SheetColumn(_("Paid at"), "datetime"),
        SheetColumn(_("Voucher no.")),
        SheetColumn(_("Amount (yuan)"), "money", total=True),
    ]
    states = dict(CompensationState.choices)
    paid = Compensation.objects.filter(ticket__in=found.tickets).order_by("ticket__number", "pk")
    facts = paid.values_list("state", "ticket__number", "payee", "level", "proposed_at", "paid_at", "voucher", "amount")
    rows = ((number, payee, level, states[state], *rest) for state, number, payee, level, *rest in facts)
    add_table(book, _("Compensation"), columns, rows)


def _list(book: Workbook, found: Statistics) -> None:
    columns = [
        *(SheetColumn(head) for head in (_("No."), _("Unit"), _("Building"), _("Category"), _("Subject"), _("Cause"))),
        SheetColumn(_("State")),
        SheetColumn(_("Answers for it")),
        SheetColumn(_("In the hands of")),
        *(day(head) for head in (_("Received"), _("Deadline"), _("Done at"), _("Replied at"), _("Archived at"))),
        SheetColumn(_("What was replied"), width=40),
        SheetColumn(_("In time")),
        SheetColumn(_("Satisfaction"), "integer"),
    ]
    add_table(book, _("Complaints"), columns, _listed(found))


def _listed(found: Statistics) -> Iterable[tuple[Any, ...]]:
    standing = measures.standing(measures.FINISH, found.at)
    rows = found.tickets.annotate(finish=standing, worst=Min("callbacks__satisfaction")).order_by("received_at", "pk")
    states, words = dict(TicketState.choices), {IN_TIME: _("Yes"), LATE: _("No")}
    for row in rows.values(*LISTED, "finish", "worst"):
        row["state"] = states[row["state"]]
        row["finish"] = words.get(row["finish"], "")
        row["category__name"] = " / ".join(filter(None, (row.pop("category__parent__name"), row["category__name"])))
        department, contractor = row.pop("department__name"), row.pop("contractor__name")
        row["assignee__name"] = row["assignee__name"] or department or contractor
        yield tuple(row.values())
