"""The office's shifts, its rules, and its other figures of duty (R-DUTY-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from duty.forms.rosters import NothingForm
from duty.forms.shifts import DutySettingsForm, RulesForm, ShiftTypeForm
from duty.models import DutySettings, RosterRule, ShiftType
from duty.services import rules, settings, shifts
from duty.tables import ADD_SHIFT, PEOPLE, RULES, ShiftTypeTable
from frontdesk.estate.models import Office
from frontdesk.kit.errors import DeskError
from frontdesk.kit.pages import FormPage, ListPage, MovePage, SettingsPage
from frontdesk.kit.pages.history import entries_of
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

CHANGE = "duty.change_shifttype"
HISTORY = 12


class ShiftTypeList(ListPage):
    """班次 · the office's shifts, and the ready patterns as long as there are none."""

    table = ShiftTypeTable
    title = gettext_lazy("Shifts")
    permission = CHANGE
    actions = (ADD_SHIFT, PEOPLE, RULES)
    template_name = "duty/shifttype_list.html"

    def get_context(self) -> dict[str, Any]:
        """Offer the ready patterns, the office's own first."""
        office = self.office
        if office is None or ShiftType.objects.filter(office=office).in_use().exists():
            return {}
        order = sorted(shifts.PATTERNS, key=lambda pattern: pattern != office.shift_pattern)
        rows = {pattern: [ShiftType(**ready.fields) for ready in shifts.PATTERNS[pattern]] for pattern in order}
        return {"patterns": [(Office.ShiftPattern(pattern), shown) for pattern, shown in rows.items()]}


@require_POST
def use_pattern(request: HttpRequest) -> HttpResponse:
    """Take a ready pattern over."""
    user: Any = request.user
    office = request.office  # type: ignore[attr-defined]
    require(user, CHANGE, office)
    if office is None:
        raise DeskError(_("Choose one office at the top of the page first."))
    shifts.use_pattern(office, request.POST.get("pattern", ""), by=user)
    messages.success(request, _("The shifts are taken over. Look at how many people each takes."))
    return redirect("duty:shifttype_list")


class ShiftTypePage(FormPage):
    """Adds or changes a shift."""

    model = ShiftType
    form_class = ShiftTypeForm
    permission = CHANGE

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")

    def back_url(self) -> str:
        return self.url("_list")


class ShiftTypeAdd(ShiftTypePage):
    """One more shift."""

    title = gettext_lazy("New shift")
    success = gettext_lazy("Added: %(object)s")
    save = shifts.add_shift_type


class ShiftTypeEdit(ShiftTypePage):
    """Other headcounts, another name; other times only while no roster names it."""

    title = gettext_lazy("Edit the shift")
    save = shifts.edit_shift_type
    template_name = "duty/shifttype.html"


class ShiftTypeRetire(MovePage):
    """Plan no longer with a shift."""

    model = ShiftType
    permission = CHANGE
    title = gettext_lazy("Retire the shift")
    text = gettext_lazy("It is not planned with any more. Rosters that name it stay as they are.")
    form_class = NothingForm
    service = shifts.retire_shift_type
    style = "danger"

    def get_success_url(self, _obj: Any) -> str:
        return self.url("_list")


class Rules(FormPage):
    """排班规则 · each rule a sentence with its figure, how strictly it is taken, and what breaking it costs."""

    model = RosterRule
    form_class = RulesForm
    permission = rules.CHANGE
    title = gettext_lazy("Rules of the roster")
    success = gettext_lazy("The rules are saved. They count from the next draft and edit on.")
    needs_office = True
    template_name = "duty/rules.html"

    def get_context(self) -> dict[str, Any]:
        """Add what no office can switch off, and who changed what."""
        rows = RosterRule.objects.filter(office=self.office) if self.office else []
        entries = [entry for row in rows for entry in entries_of(row, viewer=self.user)[0]]
        return {"always": rules.ALWAYS, "entries": entries[:HISTORY], "crumbs": []}

    def perform(self, form: Any) -> Any:
        rules.change_rules(self.office, by=self.user, **form.values())
        return self.office

    def get_success_url(self, _obj: Any) -> str:
        return self.url_of_rules()

    def back_url(self) -> str:
        return self.url_of_rules()

    def url_of_rules(self) -> str:
        """Return this page's own address."""
        return self.request.path


class DutySettingsPage(SettingsPage):
    """When next month is drafted by itself, for how long, and the hours of a week."""

    model = DutySettings
    form_class = DutySettingsForm
    permission = settings.CHANGE
    title = gettext_lazy("Duty settings")
    save = settings.change_settings
