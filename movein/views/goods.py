"""Goods passes at the desk: taken in, issued, printed, put off, cancelled (R-GDS-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from fees.services import owed_by
from frontdesk.estate.models import Person, Tenure, Unit
from frontdesk.estate.services import SECONDS_SHOWN
from frontdesk.kit.codes import qr
from frontdesk.kit.listing.links import links
from frontdesk.kit.pages import (
    Action,
    DetailPage,
    FormPage,
    ListPage,
    MovePage,
    Page,
    Preset,
    SettingsPage,
    show_number,
)
from frontdesk.kit.roles import require
from movein import services
from movein.filters import GoodsPassFilter
from movein.forms import goods as forms
from movein.models import GoodsPass, GoodsSettings
from movein.tables import GATE, ISSUE, GoodsPassTable

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.forms.base import DeskRules

OF_PASS = ("office", "unit", "person", "owner", "asked_by", "issued_by")
MAY_ISSUE = "movein.issue_goodspass"
PAPER = Action(_("Print the pass"), "movein:goodspass_paper", "movein.view_goodspass", "printer")
CHECKS = Action(_("Gate checks"), "movein:gatecheck_list", "movein.view_goodspass", "shield-check")


class GoodsPassList(ListPage):
    """放行条 · who moves what out, and what became of it."""

    table = GoodsPassTable
    filterset = GoodsPassFilter
    words = ("with_standing",)
    title = _("Goods passes")
    permission = "movein.view_goodspass"
    export_permission = "movein.export_goodspass"
    actions = (ISSUE, GATE, CHECKS)
    presets = (
        Preset(_("Under way"), "state=running"),
        Preset(pgettext_lazy("goods pass", "Today"), "state=today"),
        Preset(_("Owner to be asked"), "state=waiting"),
        Preset(pgettext_lazy("goods pass", "Expired"), "state=expired"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what is under way and what waits."""
        rows: Any = self.get_queryset()
        return {"state=running": rows.running().count(), "state=waiting": rows.waiting().count()}


class GoodsPassDetail(DetailPage):
    """One pass: who, what, when; whom to ask; what happened at the gate."""

    model = GoodsPass
    permission = "movein.view_goodspass"
    related = OF_PASS
    card = "movein/_goodspass.html"
    attachments = True

    def get_context(self) -> dict[str, Any]:
        """Add its goods, the gate's log, whom to call, and what the unit owes: to be seen, no lock."""
        goods_pass, may = self.object, self.user.has_perm
        shows_fees = goods_pass.unit is not None and may("fees.view_bill", goods_pass)
        return {
            "badge": (goods_pass.state_word, goods_pass.tone),
            "items": list(goods_pass.items.all()),
            "checks": list(goods_pass.checks.select_related("by")),
            "to_call": services.call_list(goods_pass),
            "may_reveal": services.may_reveal_applicant(goods_pass, self.user),
            "sees_person": may("estate.view_person", goods_pass),
            "attachments": goods_pass.may_read_files(self.user),
            "stay": self._stay_to_end(),
            "owed": owed_by(goods_pass.unit) if shows_fees else None,
            "actions": links((PAPER,), self.user, goods_pass, goods_pass.pk) if goods_pass.is_valid else [],
        }

    def _stay_to_end(self) -> Tenure | None:
        """Return the stay of a tenant whose things are out, for who may end it on the register."""
        goods_pass = self.object
        has_left = goods_pass.state == GoodsPass.State.RELEASED and goods_pass.kind == GoodsPass.Kind.MOVE_OUT
        if not has_left or not self.user.has_perm("estate.change_tenure", goods_pass):
            return None
        stays = Tenure.objects.current().filter(unit=goods_pass.unit_id, person=goods_pass.person_id, ends=None)
        return stays.filter(role=Tenure.Role.TENANT).first()


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Ask whose goods leave: a household's or shop's, or those of a company without a unit here."""
    user: Any = request.user
    require(user, MAY_ISSUE, request.office)
    asked = request.GET if request.GET.keys() & {"unit", "unit__text"} else None
    form = forms.StartForm(asked, user=user, office=request.office)
    if form.is_bound and form.is_valid():
        return redirect("movein:goodspass_add", unit_pk=form.cleaned_data["unit"].pk)
    context = {"title": _("Issue a goods pass"), "form": form, "needs_office": request.office is None}
    return render(request, "movein/start.html", context)


class PassAdd(FormPage):
    """Take the application in."""

    model = GoodsPass
    permission = MAY_ISSUE
    title = _("Issue a goods pass")
    button = pgettext_lazy("goods pass", "Issue")
    success = ""
    template_name = "movein/pass_form.html"


class HouseholdPassAdd(PassAdd):
    """Of somebody who lives, owns or trades in a unit."""

    parent = Unit
    form_class = forms.HouseholdPassForm
    save = services.apply_for_pass

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Offer who is there today."""
        return super().make_form(unit=self.parent, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Begin with what is left of today."""
        return forms.usual_window(self.parent.office)

    def get_context(self) -> dict[str, Any]:
        """Say what the unit owes, which is no lock, and which passes of it are under way."""
        unit, may = self.parent, self.user.has_perm
        return {
            "unit": unit,
            "owed": owed_by(unit) if may("fees.view_bill", unit) else None,
            "running": list(GoodsPass.objects.running().of_unit(unit)),
            "asks_owner": GoodsSettings.of(unit.office).ask_owner,
            "add_url": reverse("estate:tenure_add", args=[unit.pk]) if may("estate.change_tenure", unit) else "",
        }

    def back_url(self) -> str:
        return reverse("movein:goodspass_start")

    def get_success_url(self, obj: GoodsPass) -> str:
        """Lead to the paper; where the owner is to be asked, to the page that says whom to call."""
        return _paper_or_page(obj)


class CompanyPassAdd(PassAdd):
    """Of a company that has no unit here."""

    form_class = forms.CompanyPassForm
    save = services.apply_for_company

    def get_initial(self) -> dict[str, Any]:
        """Begin with what is left of today."""
        return forms.usual_window(self.office)

    def back_url(self) -> str:
        return reverse("movein:goodspass_start")

    def get_success_url(self, obj: GoodsPass) -> str:
        """Lead to the paper."""
        return _paper_or_page(obj)


def _paper_or_page(goods_pass: GoodsPass) -> str:
    is_issued = goods_pass.state == GoodsPass.State.ISSUED
    return reverse("movein:goodspass_paper", args=[goods_pass.pk]) if is_issued else goods_pass.get_absolute_url()


class PassMove(MovePage):
    """An act on one pass."""

    model = GoodsPass
    related = OF_PASS


class ApprovePass(PassMove):
    """The owner agrees."""

    move = "approve_pass"
    form_class = forms.ApproveForm
    service = services.approve_pass
    button = pgettext_lazy("goods pass", "Issue")
    success = _("Issued: %(object)s")

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Offer the owners of the unit."""
        return super().make_form(goods_pass=self.object, **kwargs)


class RefusePass(PassMove):
    """The owner does not agree."""

    move = "refuse_pass"
    form_class = forms.ReasonForm
    service = services.refuse_pass
    text = _("Say what the owner said. The applicant is told by whoever writes it down.")
    success = _("Not issued: %(object)s")


class ReschedulePass(PassMove):
    """Another time."""

    move = "reschedule_pass"
    form_class = forms.RescheduleForm
    service = services.reschedule_pass
    text = _("The gate sees the new time at once; the paper need not be printed again.")
    success = _("Another time is set.")

    def get_initial(self) -> dict[str, Any]:
        """Begin with the time as it is; of what is over, with the next that is usual."""
        goods_pass = self.object
        if goods_pass.is_expired:
            return forms.usual_window(goods_pass.office)
        return forms.window_of(goods_pass)


class CancelPass(PassMove):
    """It is not used any more."""

    move = "cancel_pass"
    form_class = forms.ReasonForm
    service = services.cancel_pass
    text = _("The gate refuses it from now on.")
    success = pgettext_lazy("goods pass", "Cancelled: %(object)s")
    style = "danger"


class GoodsPassPaper(Page):
    """放行条 · on A5: what goes out, with a code the guard scans, to be signed at the desk and at the gate."""

    model = GoodsPass
    permission = "movein.view_goodspass"
    related = OF_PASS
    title = _("Goods pass")
    template_name = "movein/paper.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        goods_pass = self.object = self.get_object()
        self.require(goods_pass)
        context = {
            "goods_pass": goods_pass,
            "items": list(goods_pass.items.all()),
            "code": qr(request.build_absolute_uri(reverse("movein:scan", args=[goods_pass.token]))),
            "crumbs": [*self.frame()["crumbs"], (str(goods_pass), goods_pass.get_absolute_url())],
        }
        return self.respond(context)


@require_POST
def reveal(request: HttpRequest, pk: int, person_pk: int | None = None) -> HttpResponse:
    """Show the number of the applicant or of an owner to be asked for half a minute, on record (R-EST-04)."""
    user: Any = request.user
    goods_pass = get_object_or_404(GoodsPass.objects.visible_to(user).select_related("office", "unit", "person"), pk=pk)
    require(user, MAY_ISSUE, goods_pass)
    person = None
    if person_pk is not None:
        people = {goods_pass.person_id, *(owner.pk for owner, _phone in services.call_list(goods_pass))}
        person = get_object_or_404(Person.objects.filter(pk__in=people - {None}), pk=person_pk)
    called: Any = services.Called(goods_pass, person)
    return show_number(
        request,
        called,
        reveal=services.reveal_applicant,
        behind_password=person is not None and services.may_reveal_applicant(goods_pass, user),
        templates=("parts/_number.html", "movein/number.html"),
        seconds=SECONDS_SHOWN,
        about=called,
        url=request.path,
        title=_("Call about the pass"),
    )


class GoodsSettingsPage(SettingsPage):
    """What the office decides about goods that leave."""

    model = GoodsSettings
    form_class = forms.GoodsSettingsForm
    permission = "movein.change_settings"
    title = _("Goods pass settings")
    save = services.change_settings
