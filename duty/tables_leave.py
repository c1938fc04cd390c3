"""Leave and swaps as lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models import Leave, Swap
from duty.workflow import LEAVE_TONES, SWAP_TONES, LeaveState, SwapState
from frontdesk.kit.listing import Action, ChoiceColumn, Column, DateColumn, DateTimeColumn, StateColumn, Table

ASK = Action(_("Ask for leave"), "duty:leave_add", "duty.request_leave", "plus-lg", "primary")
RECORD = Action(_("Leave for a colleague"), "duty:leave_record", "duty.record_leave", "telephone-inbound")
SICK = Action(_("Sick call"), "duty:sick_call", "duty.record_leave", "thermometer-half")


class LeaveTable(Table):
    """Who is away when."""

    person = Column(_("Colleague"), "person__name", sort=True, link="duty:leave")
    office = Column(_("Office"), "office__name", sort=True, only_all=True)
    kind = ChoiceColumn(_("Kind"), choices=Leave.Kind.choices, sort=True)
    starts_at = DateTimeColumn(_("From"), sort=True)
    ends_at = DateTimeColumn(_("To"), sort=True)
    state = StateColumn(_("State"), choices=LeaveState.choices, styles=LEAVE_TONES, sort=True)
    requested_at = DateTimeColumn(_("Asked for at"), sort=True, optional=True)
    decided_by = Column(_("Decided by"), "decided_by__name", sort=True, optional=True)
    reason = Column(_("Reason"), optional=True)

    class Meta:
        model = Leave
        default_sort = ("-starts_at",)
        empty = _("Nobody has asked for leave")
        empty_icon = "calendar-x"
        first = ASK


class SwapTable(Table):
    """Who swaps what with whom."""

    person = Column(_("Proposed by"), "person__name", sort=True, link="duty:swap")
    office = Column(_("Office"), "office__name", sort=True, only_all=True)
    date = DateColumn(_("Date"), sort=True)
    shift = Column(_("Shift"), "shift_type__code")
    other = Column(pgettext_lazy("swap", "With"), "other__name", sort=True)
    other_date = DateColumn(_("Their date"), sort=True)
    other_shift = Column(_("Their shift"), "other_shift_type__code")
    state = StateColumn(_("State"), choices=SwapState.choices, styles=SWAP_TONES, sort=True)
    proposed_at = DateTimeColumn(_("Proposed at"), sort=True, optional=True)

    class Meta:
        model = Swap
        default_sort = ("-proposed_at",)
        empty = _("No swaps yet")
        empty_text = _("A swap begins on your own shifts: choose the shift you would like to give.")
        empty_icon = "arrow-left-right"
