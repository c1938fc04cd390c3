"""Leave: asked for, written down, decided together with who stands in (R-DUTY-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from duty.filters_leave import LeaveFilter
from duty.forms.leave import ApproveLeaveForm, LeaveForm, RecordLeaveForm, RefuseForm
from duty.models import Assignment, Leave, StandIn
from duty.services import leave as services
from duty.services.holes import holes_of
from duty.services.now import still_to_come
from duty.tables_leave import ASK, RECORD, SICK, LeaveTable
from duty.workflow import LEAVE_TONES
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.pages import DetailPage, FormPage, ListPage, MovePage, Preset, move_pages
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules

PEOPLE = ("office", "person", "requested_by", "decided_by")


class LeaveList(ListPage):
    """Who is away when; whoever decides nothing sees their own."""

    table = LeaveTable
    filterset = LeaveFilter
    title = _("Leave")
    permission = "duty.view_roster"
    export_permission = "duty.export_roster"
    actions = (ASK, SICK, RECORD)
    presets = (
        Preset(_("To decide"), "state=requested"),
        Preset(_("Away now"), "state=away"),
        Preset(_("Approved"), "state=approved"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what waits."""
        rows: Any = self.of_the_office(self.get_queryset())
        return {"state=requested": rows.to_decide().count()}


class LeaveAdd(FormPage):
    """Ask for one's own."""

    model = Leave
    form_class = LeaveForm
    permission = "duty.request_leave"
    title = _("Ask for leave")
    button = pgettext_lazy("leave", "Ask")
    success = _("Asked for. The supervisors are told.")
    save = services.request_leave
    template_name = "duty/leave_form.html"

    def get_initial(self) -> dict[str, Any]:
        """Begin with today."""
        return {"first": local_date(), **self._asked_for()}


class LeaveRecord(LeaveAdd):
    """Write down what a colleague asks for on the phone."""

    form_class = RecordLeaveForm
    permission = "duty.record_leave"
    title = _("Leave for a colleague")
    button = _("Write down")
    success = _("Written down.")

    def get_success_url(self, obj: Leave) -> str:
        """Lead who decides straight to the decision."""
        return decide_url(obj, self.user)


class LeaveDetail(DetailPage):
    """One application: when, how far, which shifts, who stands in."""

    model = Leave
    related = PEOPLE
    card = "duty/_leave.html"
    state_tones = LEAVE_TONES
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Add the shifts that lie in it, and who was appointed."""
        leave = self.object
        rows = leave.stand_ins.select_related("shift_type", "person", "leave__person", "appointed_by")
        may = self.user.has_perm(services.DECIDE, leave)
        appointed = [(row, may and services.may_be_given_back(row)) for row in rows]
        return {"holes": holes_of(leave) if leave.state == Leave.State.REQUESTED else [], "appointed": appointed}


class ApproveLeave(MovePage):
    """The hole, who could stand in, the best chosen already: approving appoints them in the same act."""

    model = Leave
    move = "approve_leave"
    related = PEOPLE
    form_class = ApproveLeaveForm
    service = services.approve_leave
    apart = True
    success = _("Approved.")
    template_name = "duty/approve_leave.html"

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Look for who could stand in."""
        return super().make_form(leave=self.object, **kwargs)

    def get_context(self) -> dict[str, Any]:
        """Say whose leave it is."""
        return {"leave": self.object}

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        """Offer the shifts as they are by now, not as they were."""
        self.object = self.get_object()
        return super().conflict(form if self.is_too_late else self.make_form(), error)


class RefuseLeave(MovePage):
    """No, and why."""

    model = Leave
    move = "refuse_leave"
    related = PEOPLE
    form_class = RefuseForm
    service = services.refuse_leave


class WithdrawLeave(MovePage):
    """It is not needed any more."""

    model = Leave
    move = "withdraw_leave"
    related = PEOPLE
    service = services.withdraw_leave

    def get_context(self) -> dict[str, Any]:
        """Say that whoever stands in stays."""
        has = self.object.state == Leave.State.APPROVED and self.object.stand_ins.exists()
        return {"text": _("Whoever stands in keeps the shift until the supervisor gives it back.") if has else ""}


leave_move = move_pages(ApproveLeave, RefuseLeave, WithdrawLeave)


class GiveBack(MovePage):
    """After the leave was withdrawn: the shift goes back."""

    model = StandIn
    permission = services.DECIDE
    related = ("leave__office", "leave__person", "person", "shift_type")
    title = _("Give the shift back")
    service = services.give_back_shift
    success = _("The shift is back.")

    def perform(self, _form: DeskRules) -> Any:
        """It asks for nothing."""
        return services.give_back_shift(self.object, by=self.user)

    def frame(self) -> dict[str, Any]:
        """Lead back to the leave."""
        leave = self.object.leave
        return {**super(MovePage, self).frame(), "crumbs": [(str(leave), leave.get_absolute_url())]}

    def back_url(self) -> str:
        return self.object.leave.get_absolute_url()

    def get_success_url(self, obj: StandIn) -> str:
        return obj.leave.get_absolute_url()


@require_safe
def sick_call(request: HttpRequest) -> HttpResponse:
    """Show whose shifts are on or to come today and tomorrow: one click on who calls in sick writes it down."""
    user: Any = request.user
    require(user, "duty.record_leave", request.office)
    cells = still_to_come(request.office) if request.office else []
    context = {"title": _("Sick call"), "cells": cells, "today": local_date(), "needs_office": request.office is None}
    return render(request, "duty/sick_call.html", context)


@require_POST
def record_sick_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a sick call down and lead who decides straight to the stand-ins."""
    user: Any = request.user
    rows = Assignment.objects.visible_to(user).published().working().select_related("roster__office", "shift_type")
    cell = get_object_or_404(rows, pk=pk)
    require(user, "duty.record_leave", cell)
    try:
        leave = services.record_sick_call(cell, by=user)
    except DeskError as error:
        messages.error(request, str(error))
        return redirect("duty:sick_call")
    return redirect(decide_url(leave, user))


def decide_url(leave: Leave, user: Any) -> str:
    """Return where a leave is decided by who may, its page for anybody else."""
    may = any(move.name == "approve_leave" and move.open_to(leave, user) for move in leave.process)
    return reverse("duty:leave_move", args=[leave.pk, "approve_leave"]) if may else leave.get_absolute_url()
