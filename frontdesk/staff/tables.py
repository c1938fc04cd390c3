"""The lists of colleagues and of desk PCs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from frontdesk.kit.context import current
from frontdesk.kit.listing import Action, Column, DateTimeColumn, PhoneColumn, StateColumn, Table, TagsColumn
from frontdesk.staff.models import Device, Membership, User

STANDING = (("at_work", _("At work")), ("left", _("Left")), ("closed", _("Closed")))
STANDING_TONES = {"at_work": "ok", "left": "muted", "closed": "danger"}


def roles_of(people: list[Any]) -> dict[Any, list[Any]]:
    """Return what each person is today; another office's roles are not told to the office looked from."""
    rows = Membership.objects.active().filter(user__in=people)
    office = current().office_id
    if office is not None:
        rows = rows.filter(office=office)
    found: dict[Any, list[Any]] = {}
    for user_id, role in rows.order_by("starts", "pk").values_list("user", "role"):
        found.setdefault(user_id, []).append(dict(Membership.role.field.choices)[role])
    return found


class MemberTable(Table):
    """Colleagues, past ones too."""

    name = Column(_("Name"), sort=True, link="staff:member")
    roles = TagsColumn(_("Roles"), load=roles_of)
    username = Column(_("Account"), sort=True)
    phone = PhoneColumn(_("Phone"), optional=True)
    standing = StateColumn(_("State"), choices=STANDING, styles=STANDING_TONES, sort=True)
    last_login = DateTimeColumn(_("Last log-in"), optional=True, sort=True)

    class Meta:
        model = User
        default_sort = ("name",)
        empty = _("No colleagues yet")
        empty_text = _("Make an account for everybody who works at the desk: what is done is then known by name.")
        empty_icon = "person-badge"
        first = Action(_("Add a colleague"), "staff:member_add", "staff.change_member", "plus-lg", "primary")


class DeviceTable(Table):
    """PCs at the desk on which clerks switch by PIN."""

    name = Column(_("PC"), sort=True)
    office = Column(_("Office"), "office__name", sort=True)
    enrolled_by = Column(_("Made a desk by"), "enrolled_by__name")
    enrolled_at = DateTimeColumn(_("Since"), sort=True)
    standing = StateColumn(
        _("State"),
        choices=(("in_use", _("In use")), ("taken_off", _("Taken off"))),
        styles={"in_use": "ok", "taken_off": "muted"},
    )
    act = Column(
        _("Act"),
        "revoked_at",
        link="staff:device_revoke",
        render=lambda value, _row: "" if value else _("Take off"),
    )

    class Meta:
        model = Device
        default_sort = ("-enrolled_at",)
        empty = _("No desk PC yet")
        empty_text = _("Open this page on the PC at the desk and make it a desk: its clerks then switch by six digits.")
        empty_icon = "pc-display"
        first = Action(_("Make this PC a desk"), "staff:device_enrol", "staff.enrol_device", "pc-display", "primary")
