"""Where keys hang: the cabinet as it hangs, cabinets, rings (R-KEY-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from frontdesk.kit.calendar import now
from frontdesk.kit.listing.links import links
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage
from frontdesk.kit.roles import require
from keys import services
from keys.finding import LEGEND, drawn
from keys.forms.register import CabinetForm, RingForm
from keys.models import Cabinet, Ring
from keys.tables import ADD_CABINET, ADD_RING, COUNTER, CabinetTable, RingTable
from keys.workflow import KeyState

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SET_UP = Action(_("Cabinets"), "keys:cabinet_list", "keys.change_cabinet", "sliders")


@require_safe
def cabinet_map(request: HttpRequest) -> HttpResponse:
    """Draw a cabinet hook by hook: in, out, overdue, missing."""
    require(request.user, "keys.view_key", request.office)
    cabinets = list(
        Cabinet.objects.visible_to(request.user).of_office(request.office).in_use().select_related("office")
    )
    asked = request.GET.get("cabinet", "")
    chosen = next((one for one in cabinets if str(one.pk) == asked), cabinets[0] if cabinets else None)
    hooks = drawn(chosen) if chosen else []
    context = {
        "title": _("Key cabinet"),
        "cabinets": cabinets,
        "cabinet": chosen,
        "rows": [hooks[start : start + chosen.columns] for start in range(0, len(hooks), chosen.columns)]
        if chosen
        else [],
        "actions": links(
            (COUNTER, Action(_("All keys"), "keys:key_list", "keys.view_key", "list-ul"), SET_UP),
            request.user,
            request.office,
        ),
        "add_url": reverse("keys:cabinet_add") if request.user.has_perm("keys.change_cabinet", request.office) else "",
        "legend": LEGEND,
    }
    return render(request, "keys/map.html", context)


class CabinetList(ListPage):
    """Cabinets, set up once."""

    table = CabinetTable
    title = _("Key cabinets")
    permission = "keys.change_cabinet"
    actions = (ADD_CABINET, Action(_("Cabinet"), "keys:cabinet_map", "keys.view_key", "grid-3x3"))


class CabinetPage(FormPage):
    """Adds or changes a cabinet."""

    model = Cabinet
    form_class = CabinetForm
    permission = "keys.change_cabinet"

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")

    def back_url(self) -> str:
        return self.url("_list")


class CabinetAdd(CabinetPage):
    """One more cabinet."""

    title = _("New key cabinet")
    success = _("Added: %(object)s")
    save = services.add_cabinet


class CabinetEdit(CabinetPage):
    """Another name, more hooks, or set aside."""

    title = _("Edit the cabinet")
    save = services.change_cabinet


class RingList(ListPage):
    """Keys that hang together."""

    table = RingTable
    words = ("with_counts",)
    title = _("Key rings")
    permission = "keys.view_key"
    export_permission = "keys.export_key"
    actions = (ADD_RING, Action(_("All keys"), "keys:key_list", "keys.view_key", "list-ul"))


class RingDetail(DetailPage):
    """What hangs on a ring, and where each of its keys is."""

    model = Ring
    permission = "keys.view_key"
    related = ("office", "cabinet")
    card = "keys/_ring.html"
    edit_permission = "keys.change_key"

    def get_context(self) -> dict[str, Any]:
        """Add its keys with their holders, and the way to lend them in one go."""
        rows: Any = self.object.keys
        keys = list(rows.kept().select_related("unit").with_holder().order_by("tag"))
        may_lend = bool(keys) and self.user.has_perm("keys.lend_key", self.object)
        all_in = all(key.state == KeyState.IN for key in keys)
        url = reverse("keys:key_move", args=[keys[0].pk, "lend_key"]) if may_lend and all_in else ""
        return {"keys": keys, "lend_url": url, "now": now()}


class RingPage(FormPage):
    """Makes or changes a ring."""

    model = Ring
    form_class = RingForm
    permission = "keys.change_key"

    def back_url(self) -> str:
        return self.url("_list")


class RingAdd(RingPage):
    """One more ring."""

    title = _("New key ring")
    success = _("Added: %(object)s")
    save = services.add_ring


class RingEdit(RingPage):
    """Other keys on it, another hook."""

    title = _("Edit the ring")
    save = services.change_ring
