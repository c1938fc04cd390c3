"""Posts, shift records, the duty log and handovers as lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from duty.models import Handover, LogEntry, Shift
from duty.workflow import HANDOVER_TONES, HandoverState
from frontdesk.kit.listing import Action, BooleanColumn, Column, DateTimeColumn, StateColumn, Table
from frontdesk.staff.models import Post

ADD_POST = Action(_("Add a post"), "duty:post_add", "duty.change_post", "plus-lg", "primary")
WRITE = Action(_("Write into the duty log"), "duty:logentry_add", "duty.write_log", "pencil", "primary")
ANNOTATE = Action(_("Annotate"), "duty:logentry_annotation", "duty.annotate_log", "chat-left-quote")
POSTS = Action(_("Posts"), "duty:post_list", "duty.change_post", "geo")


class PostTable(Table):
    """The office's posts."""

    name = Column(_("Post"), link="duty:post", sort=True)
    keys = BooleanColumn(_("Keys"), "keeps_keys")
    money = BooleanColumn(_("Cash"), "keeps_money")
    retired = DateTimeColumn(_("Given up"), "retired_at")
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Post
        default_sort = ("retired_at", "name")
        empty = _("No posts yet")
        empty_text = _(
            "Without posts shifts are not handed over, and keys and money are moved by whoever holds the role."
        )
        empty_icon = "geo"
        first = ADD_POST


class ShiftTable(Table):
    """Shifts as they were worked."""

    number = Column(_("No."), link="duty:shift", sort=True)
    post = Column(_("Post"), "post__name", sort=True)
    clerk = Column(pgettext_lazy("shift", "Answers for it"), "clerk__name", sort=True)
    began_at = DateTimeColumn(pgettext_lazy("shift", "From"), sort=True)
    ended_at = DateTimeColumn(pgettext_lazy("shift", "To"), sort=True)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Shift
        default_sort = ("-began_at",)
        empty = _("No shifts on record yet")
        empty_text = _("A supervisor sets up the posts; then whoever comes on duty begins the first shift there.")
        empty_icon = "journal-check"


class LogTable(Table):
    """The duty log."""

    written = DateTimeColumn(_("Time"), "at", link="duty:logentry", sort=True)
    kind = StateColumn(_("Kind"), choices=LogEntry.Kind.choices, styles=LogEntry.TONES)
    high = BooleanColumn(_("High priority"), "is_high")
    text = Column(_("What happened"), css="text", width=60)
    by = Column(_("Written by"), "by__name", sort=True)
    post = Column(_("Post"), "post__name", optional=True)
    unit = Column(_("Unit"), "unit__code", sort=True)
    ticket = Column(_("Ticket"), "ticket__number", optional=True)
    number = Column(_("No."), sort=True, optional=True)
    about = Column(_("is about"), "follows__number", optional=True)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = LogEntry
        default_sort = ("-number",)
        empty = _("Nothing in the log yet")
        empty_text = _("What happens at the desk is written down here as it happens.")
        empty_icon = "journal-text"
        first = WRITE


class HandoverTable(Table):
    """Handovers."""

    shift = Column(_("Shift"), "shift__number", link="duty:handover", sort=True)
    post = Column(_("Post"), "shift__post__name", sort=True)
    outgoing = Column(pgettext_lazy("handover", "Outgoing"), "outgoing__name", sort=True)
    incoming = Column(pgettext_lazy("handover", "Incoming"), "incoming__name", sort=True)
    state = StateColumn(_("State"), choices=HandoverState.choices, styles=HANDOVER_TONES, sort=True)
    begun_at = DateTimeColumn(_("Begun at"), sort=True)
    accepted_at = DateTimeColumn(pgettext_lazy("handover", "Accepted at"), sort=True)
    refusal = Column(_("Refused"), optional=True)
    office = Column(_("Office"), "office__name", only_all=True)

    class Meta:
        model = Handover
        default_sort = ("-begun_at",)
        empty = _("No handovers yet")
        empty_text = _("A handover begins on the page of the running shift.")
        empty_icon = "arrow-repeat"
