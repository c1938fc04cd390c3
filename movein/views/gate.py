"""The gate on a phone: a pass is scanned or its number typed, its goods are ticked, it is let out once (R-GDS-01)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from frontdesk.kit.errors import DeskError
from frontdesk.kit.pages import ListPage, Preset
from frontdesk.kit.roles import require
from movein import services
from movein.filters import GateCheckFilter
from movein.forms import goods as forms
from movein.models import GateCheck, GoodsPass
from movein.tables import GateCheckTable
from movein.views.goods import PassMove

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.forms.base import DeskRules

RELEASE = "movein.release_goodspass"
TOKEN = re.compile(r"[\w-]{1,40}", re.ASCII)
"""What a code may look like; anything else in the address is none."""


@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest) -> HttpResponse:
    """Look a pass up by its number or code, or tap one of today's; what lets nothing out is written down."""
    user: Any = request.user
    require(user, RELEASE, request.office)
    form = forms.CodeForm(request.POST if request.method == "POST" else None, user=user, office=request.office)
    if form.is_bound and form.is_valid():
        try:
            shown = services.present_code(form.cleaned_data["code"], office=request.office, by=user)
        except DeskError as error:
            form.refuse(error)
        else:
            if shown.goods_pass is not None:
                return redirect(release_url(shown.goods_pass))
            form.add_error("code", str(shown.refusal.sentence))  # type: ignore[union-attr]
    today = GoodsPass.objects.visible_to(user).of_office(request.office).valid().of_day()
    context = {
        "title": pgettext_lazy("goods pass", "Goods out"),
        "form": form,
        "needs_office": request.office is None,
        "today": list(today.select_related("unit").order_by("starts_at", "pk")),
    }
    return render(request, "movein/gate.html", context)


@require_safe
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """Lead whoever scanned a pass on: a guard to looking it up, which is written down where it is refused."""
    user: Any = request.user
    rows = GoodsPass.objects.visible_to(user)
    found = rows.filter(token=code).first() if TOKEN.fullmatch(code) else None
    if found is None and not user.has_perm(RELEASE, request.office):
        raise Http404
    if found is not None and not user.has_perm(RELEASE, found):
        require(user, "movein.view_goodspass", found)
        return redirect(found)
    context = {"title": _("Goods pass"), "code": code, "goods_pass": found}
    return render(request, "movein/scanned.html", context)


def release_url(goods_pass: GoodsPass) -> str:
    """Return the guard's page of a pass."""
    return reverse("movein:goodspass_move", args=[goods_pass.pk, "release_pass"])


class GatePage(PassMove):
    """An act of the guard: the pass in large, its goods to tick; or why it lets nothing out."""

    apart = True
    template_name = "movein/release.html"
    form_class = forms.ReleaseForm
    success = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the pass; one that lets nothing out is refused in words, without a form."""
        if services.refusal_of(self.object) is not None and not self.in_place:
            return self.respond(self.form_context(self.make_form()))
        return super().get(request, **kwargs)

    def make_form(self, **kwargs: Any) -> DeskRules:
        """Offer the goods of the pass."""
        return super().make_form(goods_pass=self.object, **kwargs)

    def form_context(self, form: DeskRules) -> dict[str, Any]:
        """Add what is on it with its ticks, and why it does not let out if it does not."""
        refusal = services.refusal_of(self.object)
        ticked = {str(value) for value in form["taken"].value() or ()}
        return {
            **super().form_context(form),
            "goods_pass": self.object,
            "rows": [(item, str(item.pk) in ticked) for item in self.object.items.all()],
            "refusal": refusal.sentence if refusal else "",
            "checks": list(self.object.checks.select_related("by")[:5]),
            "release_url": release_url(self.object),
            "turn_back_url": reverse("movein:goodspass_move", args=[self.object.pk, "turn_back"]),
        }

    def get_title(self) -> str:
        return self.object.number

    def frame(self) -> dict[str, Any]:
        gate_page = (pgettext_lazy("goods pass", "Goods out"), reverse("movein:gate"))
        return {**super().frame(), "crumbs": [gate_page]}

    def get_success_url(self, obj: GateCheck) -> str:
        """Lead to the next pass; where it was refused meanwhile, to this one with the reason."""
        if obj.let_out or obj.outcome == GateCheck.Outcome.TURNED_BACK:
            return reverse("movein:gate")
        return release_url(self.object)

    def tell(self, check: GateCheck) -> GateCheck:
        """Say what came of it, in the colour of it."""
        say = messages.success if check.let_out else messages.warning
        say(self.request, f"{self.object.number} {self.object.whose}: {check.get_outcome_display()}")
        return check


class ReleasePass(GatePage):
    """Out, once."""

    move = "release_pass"

    def perform(self, form: DeskRules) -> GateCheck:
        """Let out, or write down that it was refused."""
        return self.tell(services.let_out(self.object, by=self.user, **form.values()))


class TurnBack(GatePage):
    """Back, with what differs: the other button of the same page."""

    move = "turn_back"

    def perform(self, form: DeskRules) -> GateCheck:
        """Turn back, or write down that it was refused."""
        return self.tell(services.turn_back(self.object, note=form.values()["note"], by=self.user))


class GateCheckList(ListPage):
    """门岗核验记录 · every pass that was let out, turned back or refused."""

    table = GateCheckTable
    filterset = GateCheckFilter
    title = _("Gate checks")
    permission = "movein.view_goodspass"
    export_permission = "movein.export_goodspass"
    presets = (
        Preset(pgettext_lazy("goods pass", "Not let out"), "outcome=refused"),
        Preset(_("All"), ""),
    )
