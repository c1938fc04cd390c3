"""Desk PCs: where clerks may switch by PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

from frontdesk.kit.confirmation import ask_for_password, confirmed_recently
from frontdesk.kit.kept import asks
from frontdesk.kit.pages import Action, ListPage, MovePage
from frontdesk.kit.pages.ways import address
from frontdesk.kit.roles import require
from frontdesk.staff import desks, services
from frontdesk.staff.forms import DeviceForm
from frontdesk.staff.models import Device
from frontdesk.staff.tables import DeviceTable

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class DeviceList(ListPage):
    """All PCs that are or were a desk."""

    table = DeviceTable
    permission = "staff.enrol_device"
    words = ("with_standing",)
    title = gettext_lazy("Desk PCs")
    actions = (
        Action(
            gettext_lazy("Make this PC a desk"), "staff:device_enrol", "staff.enrol_device", "pc-display", "primary"
        ),
    )


class DeviceRevoke(MovePage):
    """No more switching by PIN on a PC."""

    model = Device
    needs_password = True
    permission = "staff.enrol_device"
    title = gettext_lazy("Take this PC off the desk")
    text = gettext_lazy("Clerks can no longer switch by PIN there. Who is logged in stays so.")
    style = "danger"
    success = gettext_lazy("%(object)s is no desk any more.")
    service = services.revoke_device


@asks(DeviceForm)
@require_http_methods(["GET", "HEAD", "POST"])
def device_enrol(request: HttpRequest) -> HttpResponse:
    """Make the PC one sits at a desk of the office one works in."""
    user: Any = request.user
    office = request.office  # type: ignore[attr-defined]
    require(user, "staff.enrol_device", office)
    if not confirmed_recently(request):
        return ask_for_password(request)
    form = DeviceForm(request.POST or None, user=user, office=office)
    if form.is_bound and office is not None and form.is_valid():
        device, secret = services.enrol_device(office=office, name=form.cleaned_data["name"], by=user)
        request.session["device"] = device.name
        messages.success(request, _("This PC is now a desk of %(office)s.") % {"office": office})
        response = redirect("staff:device_list")
        desks.remember(response, secret)
        return response
    known = desks.device_of(request)
    context = {
        "title": _("Make this PC a desk"),
        "crumbs": [(_("Desk PCs"), address("staff:device_list"))],
        "text": _("This PC is already known as “%(device)s”.") % {"device": known}
        if known
        else _(
            "From then on the clerks of the office switch here by their six digits. Do this only on PCs of the desk."
        ),
        "form": form,
        "button": _("Make it a desk"),
        "back": address("staff:device_list"),
        "lacks_office": office is None,
    }
    return render(request, "pages/form.html", context)
