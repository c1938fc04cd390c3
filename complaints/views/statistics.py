"""The statistics of tickets: charts, below each its table, behind every number its tickets (R-TKT-11)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _, gettext_lazy

from complaints.forms.statistics import PeriodForm
from complaints.models import Ticket
from complaints.services.statistics import Line, Statistics
from frontdesk.kit.calendar import local_date
from frontdesk.kit.pages import Page
from frontdesk.kit.periods import Period, month_before, month_of, quarter_of, year_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

PERIODS: dict[str, tuple[Any, Callable[..., Period]]] = {
    "month": (gettext_lazy("This month"), month_of),
    "last_month": (gettext_lazy("Last month"), month_before),
    "quarter": (gettext_lazy("This quarter"), quarter_of),
    "year": (gettext_lazy("This year"), year_of),
}
CHARTED = 20
"""Bars a chart holds; the table has all."""
NOT_SAID = "null"


@dataclass(frozen=True)
class Cell:
    """A number with the address of the tickets it counts."""

    value: Any
    url: str


@dataclass(frozen=True)
class RowShown:
    """A line of a table: its label and numbers."""

    label: Any
    depth: int
    cells: list[Cell]
    share: int | None = None


@dataclass(frozen=True)
class Section:
    """A question with its answers, as a chart and as a table."""

    name: str
    title: Any
    head: Any
    heads: list[Any]
    rows: list[RowShown]
    has_share: bool = False
    cut: bool = False

    @property
    def tops(self) -> list[RowShown]:
        """What is in sight: what hangs on another line is folded away."""
        return [row for row in self.rows if not row.depth]

    @property
    def has_leaves(self) -> bool:
        """Whether there is more than is in sight."""
        return len(self.tops) < len(self.rows)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(cell.value for row in self.rows for cell in row.cells)


class StatisticsPage(Page):
    """How many, of what, how much of it in time, what residents said."""

    model = Ticket
    permission = "complaints.view_report"
    title = gettext_lazy("Statistics")
    template_name = "complaints/statistics.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require(self.office)
        form, period = self._asked(request)
        self.kind = form["kind"].value() if form["kind"].value() in Ticket.Kind.values else ""
        tickets: Any = self.of_the_office(self.get_queryset())
        tickets = tickets.filter(kind=self.kind) if self.kind else tickets
        found = Statistics(tickets, period, of_many_offices=self.office is None)
        self.base = {"received_after": period.first, "received_before": period.last}
        if self.kind:
            self.base["kind"] = self.kind
        sections = list(self._sections(found)) if found.total.count else []
        context = {
            "form": form,
            "period": period,
            "tabs": self._tabs(period),
            "figures": self._figures(found),
            "sections": sections,
            "money": self._money(found) if found.total.count else [],
            "charts": {section.name: chart_of(section) for section in sections if not section.is_empty},
        }
        return self.respond({**context, "crumbs": []})

    def _asked(self, request: HttpRequest) -> tuple[PeriodForm, Period]:
        """Read the days from the address: by name, or two dates; what cannot be read is said at its field."""
        make = partial(PeriodForm, user=self.user, office=self.office, auto_id="period_%s")
        named = PERIODS.get(request.GET.get("period", ""), PERIODS["month"])[1](local_date())
        if "first" in request.GET or "last" in request.GET:
            form = make(request.GET)
            if form.is_valid():
                return form, Period(form.cleaned_data["first"], form.cleaned_data["last"])
            return form, named
        kind = request.GET.get("kind", "")
        return make(initial={"first": named.first, "last": named.last, "kind": kind}), named

    def _tabs(self, period: Period) -> list[tuple[Any, str, bool]]:
        kind = {"kind": self.kind} if self.kind else {}
        today = local_date()
        return [
            (label, f"?{urlencode({'period': word, **kind})}", make(today) == period)
            for word, (label, make) in PERIODS.items()
        ]

    def _list(self, **asked: Any) -> str:
        return f"{reverse('complaints:ticket_list')}?{urlencode({**self.base, **asked})}"

    def _figures(self, found: Statistics) -> list[dict[str, Any]]:
        """Return what stands on top: numbers with their lists."""
        mean = found.average_satisfaction
        rows: list[tuple[Any, Any, str, Any]] = [
            (_("Number received"), found.total.count, self._list(), ""),
            (_("Still open"), found.open, self._list(state="open"), ""),
            *(
                (
                    label,
                    share_said(line.share),
                    self._list(in_time=f"{clock}_late") if line.late else "",
                    self._late(line),
                )
                for label, clock, line in (
                    (_("Finished in time"), "finish", found.total),
                    (_("Closed in time"), "close", found.closed),
                )
            ),
            (_("Repeat repairs"), found.repeats, self._list(repeated="true"), ""),
        ]
        if self.user.has_perm("complaints.view_callback", self.office):
            said = "—" if mean is None else number_format(mean, 1)
            answers = _("of 5, %(count)s answers") % {"count": found.answers}
            rows.append((_("Satisfaction"), said, "", answers))
        return [dict(zip(("label", "value", "url", "note"), row, strict=True)) for row in rows]

    def _late(self, line: Line) -> str:
        return _("%(count)s too late") % {"count": line.late} if line.late else ""

    def _sections(self, found: Statistics) -> Iterable[Section]:
        yield self._by("kind", _("By kind"), _("Kind"), found.by_kind)
        yield self._by("category", _("By category"), _("Category"), found.by_category)
        yield self._by("building", _("By building"), _("Building"), found.by_building)
        yield self._by("cause", _("By cause"), _("Cause"), found.by_cause)
        yield self._by("contractor", _("By contractor"), _("Contractor"), found.by_contractor, question="work_of")
        if self.office is None:
            yield self._by("office", _("By office"), _("Office"), found.by_office)
        clocks = ((_("Finishing"), "finish", found.total), (_("Closing"), "close", found.closed))
        rows = [
            RowShown(label, 0, [Cell(line.count, self._list()), *self._standing(clock, line)], line.share)
            for label, clock, line in clocks
        ]
        yield Section("on_time", _("On time"), _("Clock"), self._heads(), rows, has_share=True)
        if self.user.has_perm("complaints.view_callback", self.office):
            yield self._plain("satisfaction", _("Satisfaction"), _("Answer"), found.satisfaction, " / 5")
        if self.user.has_perm("complaints.view_escalation", self.office):
            yield self._plain("escalated", _("Went up to"), _("Level"), found.escalations)

    def _heads(self) -> list[Any]:
        return [_("Number received"), _("In time"), _("Too late"), _("Not decided")]

    def _by(self, dimension: str, title: Any, head: Any, lines: list[Line], *, question: str = "") -> Section:
        """Return the lines; `question` is the filter of the ticket list, where it has another name."""
        rows = []
        for line in lines:
            asked = {question or dimension: NOT_SAID if line.key is None else line.key}
            cells = [Cell(line.count, self._list(**asked)), *self._standing("finish", line, **asked)]
            label = line.label if line.key is not None else _("Not said")
            rows.append(RowShown(label, line.depth, cells, line.share))
        cut = sum(not row.depth for row in rows) > CHARTED
        return Section(dimension, title, head, self._heads(), rows, has_share=True, cut=cut)

    def _standing(self, clock: str, line: Line, **asked: Any) -> list[Cell]:
        numbers = (("", line.in_time), ("_late", line.late), ("_open", line.undecided))
        return [Cell(number, self._list(in_time=f"{clock}{how}", **asked)) for how, number in numbers]

    def _plain(self, name: str, title: Any, head: Any, lines: list[Line], unit: str = "") -> Section:
        rows = [
            RowShown(f"{line.label}{unit}", 0, [Cell(line.count, self._list(**{name: line.key}))]) for line in lines
        ]
        return Section(name, title, head, [_("Tickets")], rows)

    def _money(self, found: Statistics) -> list[dict[str, Any]]:
        if not self.user.has_perm("complaints.view_compensation", self.office):
            return []
        return [
            {"label": row.label, "cell": Cell(row.count, self._list(compensation=row.key)), "amount": row.amount}
            for row in found.compensations
        ]


def chart_of(section: Section) -> dict[str, Any]:
    """Return what charts.js draws: bars in the order of the table, each part with its address."""
    rows = section.tops[:CHARTED]
    first = 1 if section.has_share else 0  # the total is what the parts make together
    return {
        "title": str(section.title),
        "labels": [str(row.label) for row in rows],
        "series": [
            {
                "name": str(head),
                "values": [row.cells[place].value for row in rows],
                "urls": [row.cells[place].url for row in rows],
            }
            for place, head in enumerate(section.heads)
            if place >= first
        ],
    }


def share_said(share: int | None) -> str:
    """Write a share, or that there is none yet."""
    return "—" if share is None else f"{share} %"
