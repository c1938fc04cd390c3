"""Pages of units: list, everything about one, the generator, the moves of company assets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _, ngettext
from django.views.decorators.http import require_safe

from frontdesk.estate import services
from frontdesk.estate.assets import accepted_lately, board
from frontdesk.estate.choices import found_first
from frontdesk.estate.filters import UnitFilter
from frontdesk.estate.forms import ground as forms
from frontdesk.estate.forms.people import EndForm
from frontdesk.estate.models import Office, Unit
from frontdesk.estate.services.finding import UNIT
from frontdesk.estate.tables import PlainUnitTable, UnitTable
from frontdesk.estate.workflow import ASSET_TONES, AssetState
from frontdesk.kit.errors import DeskError
from frontdesk.kit.listing import Action
from frontdesk.kit.models import Job
from frontdesk.kit.pages import ChoicesPage, DetailPage, FormPage, ListPage, MovePage, Preset, move_pages
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

ROLE_ORDER = {"owner": 0, "tenant": 1, "family": 2, "contact": 3}


class UnitList(ListPage):
    """R-EST-01, R-EST-02: units of all kinds."""

    table = UnitTable
    filterset = UnitFilter
    title = _("Units")
    permission = "estate.view_unit"
    export_permission = "estate.export_unit"
    actions = (
        Action(_("Add a unit"), "estate:unit_add", "estate.change_unit", "plus-lg", "primary"),
        Action(_("Generate units"), "estate:unit_generate", "estate.change_unit", "grid-3x3"),
        Action(_("Assets"), "estate:asset_board", "estate.view_unit", "grid"),
    )
    presets = (
        Preset(_("All"), ""),
        Preset(_("Vacant"), "lived_in=vacant"),
        Preset(_("Parking spaces"), "kind=parking"),
        Preset(_("Idle"), "state=idle"),
    )

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Leave the people out for those who may not see them, such as guards."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and not request.user.has_perm("estate.view_person", self.office):
            self.table = PlainUnitTable  # type: ignore[misc]


class UnitDetail(DetailPage):
    """R-EST-06: everything about a unit."""

    model = Unit
    permission = "estate.view_unit"
    related = ("building", "entrance", "office")
    card = "estate/_unit.html"
    state_tones = ASSET_TONES
    edit_permission = "estate.change_unit"
    attachments = True
    actions = (
        Action(_("Register a person"), "estate:unit_resident", "estate.change_person", "person-plus"),
        Action(_("Moved out"), "estate:unit_move_out", "estate.change_tenure", "box-arrow-right"),
        Action(_("Registration card"), "estate:unit_card", "estate.view_person", "printer"),
    )

    def get_context(self) -> dict[str, Any]:
        unit, user = self.object, self.user
        sees_people = user.has_perm("estate.view_person", unit)
        stays = list(unit.tenures.select_related("person").prefetch_related("person__phones")) if sees_people else []
        stays.sort(key=lambda stay: (ROLE_ORDER[stay.role], str(stay.starts or "")))
        return {
            "sees_people": sees_people,
            "activity": sees_people,  # it names who came and went
            "now_here": [stay for stay in stays if not stay.is_over],
            "before": [stay for stay in stays if stay.is_over],
            "vehicles": services.vehicles_of(unit) if sees_people else [],
            "documents": unit.documents.all() if user.has_perm("estate.view_document", unit) else [],
            "may_change_tenure": user.has_perm("estate.change_tenure", unit),
            "may_file": user.has_perm("estate.change_document", unit),
            "sections_url": reverse("home:unit_sections", args=[unit.pk]),
        }


class UnitAdd(FormPage):
    """Add one unit."""

    model = Unit
    form_class = forms.UnitForm
    permission = "estate.change_unit"
    title = _("New unit")
    save = services.add_unit


class UnitEdit(FormPage):
    """Change what a unit is."""

    model = Unit
    form_class = forms.UnitEditForm
    permission = "estate.change_unit"
    title = _("Edit the unit")
    save = services.edit_unit


class UnitGenerate(FormPage):
    """Whole buildings at once: looked at first, then made."""

    model = Unit
    form_class = forms.GeneratorForm
    permission = "estate.change_unit"
    title = _("Generate units")
    template_name = "estate/unit_generate.html"
    success = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what would be made, until the second button is pressed."""
        if "make" in request.POST or self.lacks_office:
            return super().post(request, *args, **kwargs)
        form = self.make_form(data=request.POST)
        preview = None
        if form.is_valid():
            try:
                preview = services.preview_units(self.office, form.plan())
            except DeskError as error:
                form.refuse(error)
        return self.respond({**self.form_context(form), "preview": preview})

    def perform(self, form: Any) -> Any:
        made = services.generate_units(self.office, plan=form.plan(), by=self.user, key=f"units-{form.once_key}")
        if not isinstance(made, Job):
            messages.success(self.request, ngettext("%(n)d unit made", "%(n)d units made", made) % {"n": made})
        return made

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url() if isinstance(obj, Job) else reverse("estate:building_list")


class UnitMoveOut(MovePage):
    """Everybody but the owner has left."""

    model = Unit
    permission = "estate.change_tenure"
    title = _("Moved out")
    text = _("Tenants, family and contacts of this unit end with this day. The owner stays the owner.")
    form_class = EndForm
    service = services.move_out


class AcceptUnit(MovePage):
    """R-EST-02: taken over from engineering."""

    model = Unit
    move = "accept_unit"
    form_class = forms.AcceptForm
    service = services.accept_unit


class IdleUnit(MovePage):
    """Set idle."""

    model = Unit
    move = "idle_unit"
    form_class = forms.IdleForm
    service = services.idle_unit

    def make_form(self, **kwargs: Any) -> Any:
        """Ask for the last day only where there is a letting to end."""
        form = super().make_form(**kwargs)
        if self.object.state != AssetState.RENTED:
            del form.fields["on"]
        return form


class UseUnit(MovePage):
    """Taken into use."""

    model = Unit
    move = "use_unit"
    service = services.use_unit


class RentUnit(MovePage):
    """A parking space is rented out."""

    model = Unit
    move = "rent_unit"
    form_class = forms.RentForm
    service = services.rent_unit


class SellUnit(MovePage):
    """A company unit is sold."""

    model = Unit
    move = "sell_unit"
    form_class = forms.SellForm
    service = services.sell_unit


class TransferUnit(MovePage):
    """A sold unit changes hands."""

    model = Unit
    move = "transfer_unit"
    form_class = forms.TransferForm
    text = _("The present owner and their family end the day before. Tenants stay.")
    service = services.transfer_unit


class TakeBackUnit(MovePage):
    """A sold unit becomes the company's again."""

    model = Unit
    move = "take_back_unit"
    form_class = forms.TakeBackForm
    text = _("The present owner and their family end the day before.")
    service = services.take_back_unit


unit_move = move_pages(AcceptUnit, IdleUnit, UseUnit, RentUnit, SellUnit, TransferUnit, TakeBackUnit)


class UnitChoices(ChoicesPage):
    """Units for searchable drop-downs."""

    model = Unit
    permission = "estate.view_unit"

    def find(self, queryset: QuerySet, text: str) -> QuerySet:
        return found_first(queryset.order_by("code"), UNIT, text, self.user, self.office)


class SpaceChoices(UnitChoices):
    """Parking spaces for searchable drop-downs."""

    words = ("parking",)


@require_safe
def asset_board(request: HttpRequest, office_pk: int | None = None) -> HttpResponse:
    """R-EST-02: company assets by kind and state, each figure a list."""
    office: Any = request.office  # type: ignore[attr-defined]
    if office_pk is not None:
        office = get_object_or_404(Office.objects.visible_to(request.user), pk=office_pk)
    require(request.user, "estate.view_unit", office)
    units = Unit.objects.visible_to(request.user).of_office(office)
    states = [(state, state.label, ASSET_TONES[state]) for state in AssetState]
    context = {
        "title": gettext("Assets"),
        "states": states,
        "rows": board(units),
        "accepted": accepted_lately(units),
        "office": office,
        "query": f"&office={office.pk}" if office and request.office is None else "",  # type: ignore[attr-defined]
    }
    return render(request, "estate/asset_board.html", context)
