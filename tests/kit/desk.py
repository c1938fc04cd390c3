"""A small site of declared pages over real models, to try the workbench on before and beside the apps' own pages."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from complaints.workflow import TicketState
from frontdesk.estate.models import Area, Building, Unit
from frontdesk.kit.calendar import now
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.forms import DeskForm, DeskPlainForm, SearchField
from frontdesk.kit.listing import (
    Action,
    BooleanColumn,
    ChoiceFilter,
    Column,
    DateColumn,
    DateRangeFilter,
    DateTimeColumn,
    DeskFilterSet,
    ModelFilter,
    MoneyColumn,
    NumberColumn,
    PhoneColumn,
    StateColumn,
    Table,
    TagsColumn,
    YesNoFilter,
)
from frontdesk.kit.pages import ChoicesPage, DetailPage, FormPage, ListPage, MovePage, Preset
from frontdesk.kit.workflow import apply
from frontdesk.staff.models import User

TONES = {TicketState.RECORDED: "neutral", TicketState.DISPATCHED: "warn"}


def words_of(pks):
    """One query for all rows of the page."""
    rows = Ticket.objects.filter(pk__in=pks).values_list("pk", "kind")
    return {pk: [kind] for pk, kind in rows}


class TrialTable(Table):
    number = Column(_("No."), sort=True, link="trial:ticket")
    subject = Column(_("Subject"), css="text")
    unit = Column(_("Unit"), "unit__code", sort=True)
    state = StateColumn(_("State"), choices=TicketState.choices, styles=TONES, sort=True)
    due = DateTimeColumn(
        _("Deadline"),
        "due_at",
        sort=True,
        needs=("state",),
        late=lambda value, row: row["state"] != "archived" and value < now(),
    )
    phone = PhoneColumn(_("Phone"), "caller_phone", optional=True)
    charge = MoneyColumn(_("Charged (yuan)"), total=True, optional=True)
    urgent = BooleanColumn(_("Urgent"), optional=True, default_shown=False)
    tags = TagsColumn(_("Kind"), load=words_of)
    place = Column(_("Place"), render=lambda value, row: f"{row['caller_name']} @ {value}", needs=("caller_name",))

    class Meta:
        model = Ticket
        default_sort = ("-received_at",)
        per_page = 2
        empty = _("No tickets here")
        empty_text = _("Take the first call.")
        first = Action(_("Take a ticket"), "trial:ticket_add", "complaints.record_ticket", "plus-lg", "primary")


class TicketFilter(DeskFilterSet):
    state = ChoiceFilter(label=_("State"), choices=TicketState.choices)
    building = ModelFilter(label=_("Building"), field_name="unit__building", queryset=Building.objects.all())
    received = DateRangeFilter(label=_("Received"), field_name="received_at")
    mine = YesNoFilter(label=_("Mine"), method="only_mine")

    class Meta:
        model = Ticket
        search = ("number", "subject", "unit__code")
        more = ("received",)

    def only_mine(self, queryset, _name, value):
        return queryset.filter(assignee=self.user) if value else queryset


class TicketList(ListPage):
    namespace = "trial"
    table = TrialTable
    filterset = TicketFilter
    title = _("Tickets")
    permission = "complaints.view_ticket"
    export_permission = "complaints.export_ticket"
    actions = (Action(_("Take a ticket"), "trial:ticket_add", "complaints.record_ticket", "plus-lg", "primary"),)
    presets = (Preset(_("Recorded"), "state=recorded"), Preset(_("Mine"), "mine=true"))


class TicketForm(DeskForm):
    unit = SearchField(
        label=_("Unit"), queryset=Unit.objects.all(), url="trial:unit_choices", text_field="code", required=False
    )
    free_text = ("subject",)

    class Meta:
        model = Ticket
        fields = ("kind", "unit", "subject", "place", "caller_phone", "body", "due_at", "assignee")


REFUSALS = {
    "refuse": DeskError(_("We do not take this."), field="subject"),
    "late": Conflict("somebody was quicker"),
    "wrong": ValidationError({"subject": ["bad subject"], "state": ["bad state"]}),
    "plainly wrong": ValidationError("bad altogether"),
}


def record_ticket(*, office, by, **values):
    if values["subject"] in REFUSALS:
        raise REFUSALS[values["subject"]]
    number = f"2026-{Ticket.objects.count() + 1:05d}"
    return Ticket.objects.create(office=office, number=number, received_at=now(), first_contact=by, **values)


class TicketAdd(FormPage):
    namespace = "trial"
    model = Ticket
    form_class = TicketForm
    permission = "complaints.record_ticket"
    title = _("New ticket")
    success = _("Ticket %(object)s recorded.")
    save = record_ticket


class TicketEdit(FormPage):
    namespace = "trial"
    model = Ticket
    form_class = TicketForm
    permission = "complaints.change_ticket"
    title = _("Edit ticket")


class TicketPage(DetailPage):
    namespace = "trial"
    model = Ticket
    permission = "complaints.view_ticket"
    related = ("unit",)
    card = "parts/_empty.html"
    state_tones = TONES
    edit_permission = "complaints.change_ticket"
    actions = (Action(_("Again"), "trial:ticket", icon="arrow-clockwise"),)


class DispatchForm(DeskPlainForm):
    assignee = forms.ModelChoiceField(label=_("To"), queryset=User.objects.all())
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea)


def dispatch_ticket(ticket, *, assignee, note, by):
    with apply("dispatch_ticket", ticket, by=by, note=note) as fresh:
        fresh.assignee = assignee
    return fresh


class DispatchTicket(MovePage):
    namespace = "trial"
    model = Ticket
    move = "dispatch_ticket"
    form_class = DispatchForm
    success = _("Dispatched.")
    service = dispatch_ticket


class ReplyTicket(MovePage):
    namespace = "trial"
    model = Ticket
    move = "reply_ticket"


class AcceptTicket(MovePage):
    namespace = "trial"
    model = Ticket
    move = "accept_ticket"


class CommentTicket(MovePage):
    namespace = "trial"
    model = Ticket
    move = "comment_ticket"


def mark_urgent(ticket, *, by, note):
    if note == "no":
        raise DeskError("never")
    Ticket.objects.filter(pk=ticket.pk).update(urgent=True)


class MarkUrgent(MovePage):
    """An act that is no move."""

    namespace = "trial"
    model = Ticket
    permission = "complaints.change_ticket"
    title = _("Mark as urgent")
    style = "danger"
    service = mark_urgent


class AreaForm(DeskForm):
    class Meta:
        model = Area
        fields = ("name",)


class AreaAdd(FormPage):
    namespace = "trial"
    model = Area
    form_class = AreaForm
    permission = "estate.change_unit"


class AreaEdit(FormPage):
    """A record that does not count its versions."""

    namespace = "trial"
    model = Area
    form_class = AreaForm
    permission = "estate.change_unit"


class UnitForm(DeskForm):
    class Meta:
        model = Unit
        fields = ("code", "kind", "floor", "floor_area")


class UnitAdd(FormPage):
    namespace = "trial"
    model = Unit
    form_class = UnitForm
    permission = "estate.change_unit"
    parent = Building

    def perform(self, form):
        form.instance.office = self.parent.office
        return super().perform(form)


class UnitTable(Table):
    code = Column(_("Code"), sort=True)
    area = NumberColumn(_("Area"), "floor_area", digits=2, total=True, sort=True)
    floor = NumberColumn(_("Floor"), sort=True)
    since = DateColumn(_("Since"), "created_at__date")

    class Meta:
        model = Unit
        default_sort = ("code",)


class UnitList(ListPage):
    namespace = "trial"
    table = UnitTable
    permission = "estate.view_unit"


class UnitChoices(ChoicesPage):
    namespace = "trial"
    model = Unit
    permission = "estate.view_unit"
    search = ("code",)
