"""Pages of offices, their areas and their days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontdesk.estate import services
from frontdesk.estate.days import next_days
from frontdesk.estate.forms.ground import AreaForm, HolidayForm, OfficeForm
from frontdesk.estate.models import Area, Office
from frontdesk.estate.tables import HolidayTable, OfficeTable
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import DeskError
from frontdesk.kit.listing import Action
from frontdesk.kit.models import Holiday
from frontdesk.kit.pages import DetailPage, FormPage, ListPage
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class OfficeList(ListPage):
    """Offices this person belongs to."""

    table = OfficeTable
    title = _("Offices")
    permission = "estate.view_office"
    actions = (Action(_("Add an office"), "estate:office_add", "estate.add_office", "plus-lg", "primary"),)


class OfficeDetail(DetailPage):
    """An office, its settings and its areas."""

    model = Office
    permission = "estate.view_office"
    card = "estate/_office.html"
    edit_permission = "estate.change_office"
    actions = (
        Action(_("Assets"), "estate:asset_board_of", "estate.view_unit", "grid"),
        Action(_("Add an area"), "estate:area_add", "estate.change_unit", "plus-lg"),
    )

    def get_context(self) -> dict[str, Any]:
        may = self.user.has_perm("estate.change_unit", self.object)
        return {"areas": self.object.areas.all(), "buildings": self.object.buildings.with_counts(), "may_change": may}


class OfficeAdd(FormPage):
    """Open an office."""

    model = Office
    form_class = OfficeForm
    permission = "estate.add_office"
    title = _("New office")
    save = services.add_office
    needs_office = False


class OfficeEdit(FormPage):
    """Change an office's settings."""

    model = Office
    form_class = OfficeForm
    permission = "estate.change_office"
    title = _("Settings of the office")
    save = services.edit_office


class AreaAdd(FormPage):
    """Add a part of the estate."""

    model = Area
    parent = Office
    form_class = AreaForm
    permission = "estate.change_unit"
    title = _("New area")
    save = services.add_area


class AreaEdit(FormPage):
    """Rename a part of the estate."""

    model = Area
    form_class = AreaForm
    permission = "estate.change_unit"
    title = _("Rename the area")
    save = services.edit_area


class HolidayList(ListPage):
    """The office's own days, and what the public calendar says next."""

    table = HolidayTable
    namespace = "estate"
    title = _("Holidays")
    permission = "estate.change_holiday"
    template_name = "estate/holiday_list.html"
    actions = (Action(_("Add a day"), "estate:holiday_add", "estate.change_holiday", "plus-lg", "primary"),)

    def get_context(self) -> dict[str, Any]:
        days = next_days(self.office, local_date())
        return {"days": days, "provisional": sorted({day.first.year for day in days if day.provisional})}


class HolidayAdd(FormPage):
    """Enter a day that differs."""

    model = Holiday
    namespace = "estate"
    form_class = HolidayForm
    permission = "estate.change_holiday"
    title = _("A day that differs")
    needs_office = True
    save = services.add_holiday

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a correction back: the date is again what the public calendar says."""
    holiday = get_object_or_404(Holiday.objects.visible_to(request.user).select_related("office"), pk=pk)
    require(request.user, "estate.change_holiday", holiday)
    if request.method == "POST":
        try:
            services.remove_holiday(holiday, by=request.user)
        except DeskError as error:
            messages.error(request, str(error))
        return redirect("estate:holiday_list")
    context = {"title": gettext("Remove this day"), "holiday": holiday}
    return render(request, "estate/holiday_remove.html", context)
