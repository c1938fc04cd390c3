"""One cell: changed, fixed, explained. A page of its own, a panel beside the grid, and what the grid's keys send."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from duty.grids import Grid
from duty.models import Roster
from duty.services import editing, explaining
from duty.services.problems import MonthProblem
from duty.views.rosters import EDIT, LOOK, RosterPage
from duty.workflow import RosterState
from frontdesk.kit.errors import Conflict, DeskError

if TYPE_CHECKING:
    from duty.models import ShiftType
    from frontdesk.staff.models import User

STATUS = {"saved": 200, "costs": 422, "reason": 422, "refused": 422, "conflict": 409}
PART = "cell"


class Cell(RosterPage):
    """Why a colleague has this shift that day, what another would mean, and the way to change it.

    Whoever does not make rosters sees their own cells of published months, to be understood, not to be changed.
    """

    permission = LOOK
    title = gettext_lazy("Cell")
    template_name = "duty/cell.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.kwargs["pk"] = kwargs["roster_pk"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        self.require(self.object)
        self.may_edit = self.user.has_perm(EDIT, self.object)
        if not self.may_edit and (self.kwargs["person_pk"] != self.user.pk or request.method != "GET"):
            raise PermissionDenied(EDIT)
        return super().dispatch(request, *args, **kwargs)

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Change or fix the cell; the grid's keys get data, everybody else a page."""
        try:
            self.act(request)
        except Conflict as error:
            return self.answer("conflict", error)
        except editing.Costs as error:
            return self.answer("costs", error)
        except DeskError as error:
            return self.answer("reason" if error.field == "reason" else "refused", error)
        if request.accepts("text/html"):
            messages.success(request, _("Saved."))
            return redirect(self.object.get_absolute_url() + f"#row-{self.person.pk}")
        return self.answer("saved", None)

    def act(self, request: HttpRequest) -> None:
        """Do what was asked for."""
        kind = request.POST.get("act", "set")
        if kind in {"fix", "free"}:
            self._month = editing.fix_cell(
                self.object, by=self.user, person=self.person, date=self.date, is_fixed=kind == "fix"
            )
            return
        self._month = editing.set_cell(
            self.object,
            by=self.user,
            person=self.person,
            date=self.date,
            shift_type=self._shift("shift"),
            expected=self._shift("expected"),
            knowingly=request.POST.get("knowingly") == "1",
            reason=request.POST.get("reason", ""),
        )

    def answer(self, status: str, error: DeskError | None) -> HttpResponse:
        """Answer the grid in data, a question being no failure; others with the page and what stands against it."""
        if error is not None:
            self._forget()
        if self.request.accepts("text/html"):
            return self.show(status=status, error=error)
        grid = Grid(self.month, editable=True)
        data = {
            "status": status,
            "text": "" if error is None else str(error),
            "row": grid.row(self.month.by_person[self.person.pk]) if self.person.pk in self.month.by_person else "",
            "foot": grid.staffing(),
        }
        return JsonResponse(data)

    def show(self, *, status: str = "saved", error: DeskError | None = None) -> HttpResponse:
        """Show the cell with everything that can be known about it."""
        month, person, date = self.month, self.person, self.date
        cell = month.cells.get((person.pk, date))
        shift = month.type_by_pk.get(cell.shift_type) if cell and cell.shift_type else None
        exchange = self._exchange()
        context = {
            "roster": self.object,
            "person": person,
            "date": date,
            "cell": cell,
            "shift": shift,
            "kind": month.kinds[date],
            "options": explaining.options(month, person, date, reader=self.reader),
            "others": explaining.why(month, person, date, reader=self.reader) if shift else [],
            "breaks": explaining.stands(month, person, date),
            "exchange": exchange,
            "asked_date": exchange["date"] if exchange else date,
            "people": [one.user for one in month.people if one.user != person],
            "may_edit": self.may_edit,
            "is_published": self.object.state == RosterState.PUBLISHED,
            "error": error,
            "status": status,
            "asked": self.request.POST,
            "action": self.request.path,
        }
        htmx: Any = self.request.htmx  # type: ignore[attr-defined]
        part = self.in_place and htmx.target == PART
        return self.respond(context, template="duty/_cell.html" if part else "", status=STATUS[status])

    def frame(self) -> dict[str, Any]:
        crumbs = [(Roster._meta.verbose_name_plural, reverse("duty:roster_list"))]
        crumbs.append((str(self.object), self.object.get_absolute_url()))
        return {**super().frame(), "title": f"{self.person} · {self.date}", "crumbs": crumbs}

    @property
    def month(self) -> MonthProblem:
        """The month, read once."""
        if not hasattr(self, "_month"):
            self._month = MonthProblem.of(self.object)
        return self._month

    @property
    def reader(self) -> int | None:
        """Who looks, if they do not make the roster."""
        return None if self.may_edit else self.user.pk

    @property
    def person(self) -> User:
        """Whose cell it is; somebody who is not on this roster is not found."""
        person = self.month.person(self.kwargs["person_pk"])
        if person is None:
            raise Http404
        return person

    @property
    def date(self) -> dt.date:
        """Its date; another month's is not found."""
        date: dt.date = self.kwargs["date"]
        if date not in self.month.dates:
            raise Http404
        return date

    def _forget(self) -> None:
        person = self.kwargs["person_pk"]
        self.object.refresh_from_db()
        old = self._month
        del self._month
        if person not in self.month.by_person:
            self._month = old

    def _shift(self, name: str) -> ShiftType | None:
        """Return the shift a field names.

        Raises:
            DeskError: it is none of this office's.

        """
        text = self.request.POST.get(name, "")
        if not text:
            return None
        row = next((one for one in self.month.all_types if str(one.pk) == text), None)
        if row is None:
            raise DeskError(_("This shift is no longer used."))
        return row

    def _exchange(self) -> dict[str, Any] | None:
        """Return what an exchange with the cell in the address would mean: ?with=person&on=date."""
        other = next((one.user for one in self.month.people if str(one.user.pk) == self.request.GET.get("with")), None)
        try:
            date = dt.date.fromisoformat(self.request.GET.get("on", ""))
        except ValueError:
            return None
        if other is None or other == self.person or date not in self.month.dates:
            return None
        means = explaining.what_if(self.month, (self.person, self.date), (other, date), reader=self.reader)
        return {"person": other, "date": date, "means": means}


class DateConverter:
    """A date in an address: 2026-12-07."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        """Read it; what is no date is no address of ours."""
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date | str) -> str:
        """Write it."""
        return str(value)
