"""Colleagues: who works here, what they may do, who comes and who leaves."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontdesk.kit import activity
from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.errors import DeskError
from frontdesk.kit.kept import asks
from frontdesk.kit.models import Activity
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, MovePage, Preset
from frontdesk.kit.pages.history import entries_from
from frontdesk.kit.pages.ways import address
from frontdesk.kit.roles import require
from frontdesk.staff import services
from frontdesk.staff.filters import MemberFilter
from frontdesk.staff.forms import AccountForm, LastDayForm, MemberForm, RoleForm
from frontdesk.staff.models import Membership, User
from frontdesk.staff.tables import STANDING, STANDING_TONES, MemberTable
from frontdesk.staff.views.account import LOGINS

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.pages.history import Entry

QUIET = (*LOGINS, "logout", "unlock", "switch_office")
SHOWN = 50
LOGINS_SHOWN = 10


class MemberList(ListPage):
    """Everybody who works or worked in the office."""

    table = MemberTable
    filterset = MemberFilter
    noun = "member"
    title = gettext_lazy("Colleagues")
    permission = "staff.view_member"
    export_permission = "staff.change_member"
    presets = (
        Preset(gettext_lazy("All"), ""),
        Preset(gettext_lazy("At work"), "standing=at_work"),
        Preset(gettext_lazy("Left"), "standing=left"),
        Preset(gettext_lazy("Closed"), "standing=closed"),
    )
    actions = (
        Action(gettext_lazy("Desk PCs"), "staff:device_list", "staff.enrol_device", "pc-display"),
        Action(gettext_lazy("Add a colleague"), "staff:member_add", "staff.change_member", "plus-lg", "primary"),
    )

    def get_queryset(self) -> QuerySet:
        rows: Any = super().get_queryset()
        return rows.with_standing(self.office)


class MemberDetail(DetailPage):
    """One colleague: account, roles from–to, what was changed and by whom, the latest log-ins."""

    model = User
    noun = "member"
    permission = "staff.view_member"
    edit_permission = "staff.change_member"
    card = "staff/_member.html"
    actions = (
        Action(gettext_lazy("Give a role"), "staff:role_add", "staff.change_member", "plus-lg"),
        Action(gettext_lazy("Reset password"), "staff:member_reset_password", "staff.change_member", "key"),
    )

    def get_context(self) -> dict[str, Any]:
        member, may = self.object, self.user.has_perm("staff.change_member", self.object)
        rows = self._memberships
        history = activity.history_of(member)
        tone, label = self._standing()
        return {
            "memberships": [(row, may and row.is_open and self.user.may_give(row.role, row.office_id)) for row in rows],
            "may_change": may,
            "badge": (label, tone),
            "logins": [(row, member.verbs[row.verb]) for row in history.filter(verb__in=LOGINS)[:LOGINS_SHOWN]],
            "leaver_url": address("home:leaver", member.pk) if self.user.has_perm("staff.reassign_work") else "",
        }

    def get_entries(self) -> tuple[list[Entry], bool]:
        """Return what was done to the account and its roles, latest first; comings and goings stand apart.

        Whoever may open the page of a colleague may also see from where it was done.
        """
        history = activity.history_of(self.object).exclude(verb__in=QUIET)
        kind = ContentType.objects.get_for_model(Membership)
        given = Activity.objects.filter(content_type=kind, object_id__in=[row.pk for row in self._memberships])
        entries = entries_from(self.object, list(history[:SHOWN]), places=True)
        entries += entries_from(Membership(), list(given.order_by("-at", "-pk")[:SHOWN]), places=True)
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:SHOWN], False

    @cached_property
    def _memberships(self) -> list[Membership]:
        rows = self.object.memberships.visible_to(self.user).select_related("office")
        return list(rows.order_by("-starts", "-pk"))

    def _standing(self) -> tuple[str, Any]:
        member = self.object
        standing = "closed" if not member.is_active else "at_work" if member.active_memberships else "left"
        return STANDING_TONES[standing], dict(STANDING)[standing]


class MemberEdit(FormPage):
    """Name, phone and language of a colleague."""

    model = User
    noun = "member"
    form_class = MemberForm
    permission = "staff.change_member"
    title = gettext_lazy("Edit colleague")
    save = services.edit_account


class RoleAdd(FormPage):
    """A further role for a colleague."""

    model = Membership
    parent = User
    noun = "member"
    form_class = RoleForm
    needs_office = False
    needs_password = True
    permission = "staff.change_member"
    title = gettext_lazy("Give a role")
    button = gettext_lazy("Give the role")
    success = gettext_lazy("%(object)s: the role is given. Log in again to use it.")
    save = services.give_role

    def get_success_url(self, obj: Any) -> str:
        return obj.user.get_absolute_url()


class RoleEnd(MovePage):
    """The last day of a role."""

    model = Membership
    noun = "member"
    related = ("user", "office")
    form_class = LastDayForm
    needs_password = True
    permission = "staff.change_member"
    title = gettext_lazy("End the role")
    style = "danger"
    success = gettext_lazy("The role ends.")
    service = services.end_role

    def perform(self, form: Any) -> Any:
        services.end_role(self.object, by=self.user, **form.values())
        return self.object.user

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()


class MemberLeave(MovePage):
    """Everything a colleague is here ends on one day; what they leave behind is shown for reassigning."""

    model = User
    noun = "member"
    form_class = LastDayForm
    needs_password = True
    permission = "staff.change_member"
    title = gettext_lazy("Leaves the office")
    text = gettext_lazy("All roles end on the last day. What is still in this person's hands is shown next.")
    button = gettext_lazy("End all roles")
    style = "danger"
    success = gettext_lazy("%(object)s: all roles end.")

    def perform(self, form: Any) -> Any:
        if services.end_all_roles(self.object, by=self.user, **form.values()):
            messages.warning(self.request, _("Roles you may not end stay in force: ask an administrator."))
        return self.object

    def get_success_url(self, obj: Any) -> str:
        return address("home:leaver", obj.pk) or obj.get_absolute_url()


class MemberDisable(MovePage):
    """Nobody gets in with this account any more."""

    model = User
    noun = "member"
    needs_password = True
    permission = "staff.change_member"
    title = gettext_lazy("Close the account")
    text = gettext_lazy("The person is logged out everywhere and cannot log in again. What they did stays on record.")
    style = "danger"
    success = gettext_lazy("%(object)s: the account is closed.")
    service = services.disable_account


class MemberEnable(MovePage):
    """A closed account opens again."""

    model = User
    noun = "member"
    needs_password = True
    permission = "staff.change_member"
    title = gettext_lazy("Open the account")
    success = gettext_lazy("%(object)s: the account is open again.")
    service = services.enable_account


@asks(AccountForm)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: HttpRequest) -> HttpResponse:
    """Make an account; its password is shown this once, so it is no page to come back to."""
    user: Any = request.user
    require(user, "staff.change_member", request.office)  # type: ignore[attr-defined]
    if not confirmed_recently(request):
        return ask_for_password(request)
    form = AccountForm(request.POST or None, user=user, office=request.office)  # type: ignore[attr-defined]
    if form.is_bound and form.is_valid():
        try:
            member, password = services.create_account(by=user, **form.values())
        except DeskError as error:
            form.refuse(error)
        else:
            return _password_page(request, member, password)
    context = {
        "title": _("Add a colleague"),
        "crumbs": [(_("Colleagues"), address("staff:member_list"))],
        "form": form,
        "button": _("Make the account"),
        "back": address("staff:member_list"),
    }
    return render(request, "pages/form.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member_reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a colleague who forgot theirs a new password, shown this once."""
    user: Any = request.user
    member = get_object_or_404(User.objects.visible_to(user), pk=pk)
    require(user, "staff.change_member", member)
    if not confirmed_recently(request):
        return ask_for_password(request)
    if request.method == "POST":
        return _password_page(request, member, services.reset_password(member, by=user))
    context = {"title": _("Reset password"), "crumbs": _crumbs(member), "member": member}
    return render(request, "staff/reset_password.html", context)


def _password_page(request: HttpRequest, member: User, password: str) -> HttpResponse:
    context = {"title": _("Password to hand over"), "crumbs": _crumbs(member), "member": member, "password": password}
    return render(request, "staff/password_given.html", context)


def _crumbs(member: User) -> list[tuple[Any, str]]:
    return [(_("Colleagues"), address("staff:member_list")), (str(member), member.get_absolute_url())]
