"""Pages of people: list, one person, registering, phones, stays, vehicles, full numbers, doubles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from frontdesk.estate import services
from frontdesk.estate.choices import found_first
from frontdesk.estate.filters import PersonFilter
from frontdesk.estate.forms import people as forms
from frontdesk.estate.models import Person, Phone, Tenure, Unit
from frontdesk.estate.services.finding import PERSON
from frontdesk.estate.tables import REGISTER, PersonTable
from frontdesk.kit.errors import DeskError
from frontdesk.kit.listing import Action
from frontdesk.kit.pages import ChoicesPage, DetailPage, FormPage, ListPage, MovePage, Preset, safe_next
from frontdesk.kit.roles import require

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

BLANK_LINES = 4


class PersonList(ListPage):
    """R-EST-03, R-EST-04: people, their numbers masked."""

    table = PersonTable
    filterset = PersonFilter
    title = _("People")
    permission = "estate.view_person"
    export_permission = "estate.export_unit"
    words = ("known",)
    actions = (REGISTER, Action(_("Found twice"), "estate:person_doubles", "estate.merge_person", "people"))
    presets = (
        Preset(_("All"), ""),
        Preset(_("Owners"), "role=owner"),
        Preset(_("Tenants"), "role=tenant"),
    )


class PersonDetail(DetailPage):
    """A person: numbers masked, units now and before, vehicles."""

    model = Person
    permission = "estate.view_person"
    related = ("office", "merged_into")
    card = "estate/_person.html"
    attachments = True

    def get_context(self) -> dict[str, Any]:
        person, user = self.object, self.user
        stays = list(person.tenures.select_related("unit").order_by("unit__code", "starts", "pk"))
        vehicles = list(person.vehicles.select_related("space"))
        is_known = person.merged_into_id is None
        return {
            "phones": list(person.phones.all()),
            "now_here": [stay for stay in stays if not stay.is_over],
            "before": [stay for stay in stays if stay.is_over],
            "vehicles": [vehicle for vehicle in vehicles if vehicle.removed_on is None],
            "gone_vehicles": [vehicle for vehicle in vehicles if vehicle.removed_on],
            "may_change": is_known and user.has_perm("estate.change_person", person),
            "may_change_vehicle": is_known and user.has_perm("estate.change_vehicle", person),
            "may_reveal": is_known and user.has_perm("estate.reveal_person", person),
            "may_merge": is_known and user.has_perm("estate.merge_person", person),
            "sections_url": reverse("home:person_sections", args=[person.pk]),
        }


class PersonAdd(FormPage):
    """Register somebody, with the unit they come to."""

    model = Person
    form_class = forms.PersonAddForm
    permission = "estate.change_person"
    title = _("Register a person")
    success = _("%(object)s is registered.")
    save = services.register_person


class PersonEdit(FormPage):
    """Change what is known of somebody."""

    model = Person
    words = ("known",)
    form_class = forms.PersonForm
    permission = "estate.change_person"
    title = _("Edit the person")
    save = services.edit_person


class PersonReveal(MovePage):
    """R-EST-04: the full numbers, for half a minute, with a reason that stays on record."""

    model = Person
    words = ("known",)
    permission = "estate.reveal_person"
    needs_password = True
    title = _("Show the full numbers")
    button = _("Show for 30 seconds")
    success = ""
    text = _("Your name, the time and the reason go into this person's activity.")
    form_class = forms.RevealForm
    shown: services.Revealed | None = None

    def perform(self, form: Any) -> Person:
        self.shown = services.reveal_person(self.object, by=self.user, **form.values())
        return self.object

    def lead_on(self, url: str) -> HttpResponse:
        """Answer with the numbers themselves; the page leaves by itself and is kept nowhere."""
        if self.shown is None:
            return redirect(url)
        template = "estate/_revealed.html" if self.in_place else "estate/person_revealed.html"
        context = {"shown": self.shown, "object": self.object, "seconds": services.SECONDS_SHOWN}
        response = self.respond(context, template=template)
        response["Cache-Control"] = "no-store, private"
        response["Refresh"] = f"{services.SECONDS_SHOWN}; url={self.object.get_absolute_url()}"
        return response


class PersonMerge(MovePage):
    """Two records of one person become one."""

    model = Person
    words = ("known",)
    permission = "estate.merge_person"
    needs_password = True
    title = _("Merge another record into this one")
    button = _("Merge")
    style = "danger"
    success = _("Merged into %(object)s.")
    text = _("Units, vehicles, phones, tickets and files of the other record come here. This cannot be undone.")
    form_class = forms.MergeForm
    service = services.merge_people

    def get_initial(self) -> dict[str, Any]:
        return {"gone": self.request.GET.get("gone", "")}


class PersonChoices(ChoicesPage):
    """People for searchable drop-downs, with units and masked phones."""

    model = Person
    permission = "estate.view_person"
    words = ("known", "with_stays")

    def find(self, queryset: QuerySet, text: str) -> QuerySet:
        return found_first(queryset.order_by("name", "pk"), PERSON, text, self.user, self.office)

    def get_text(self, obj: Any) -> str:
        codes = "、".join(dict.fromkeys(stay.unit.code for stay in obj.stays_now))
        phone = next((phone.masked for phone in obj.phones.all()), "")
        return " · ".join(filter(None, (obj.name, codes, phone)))


class PhoneAdd(FormPage):
    """One more number."""

    model = Phone
    parent = Person
    form_class = forms.PhoneForm
    permission = "estate.change_person"
    title = _("Add a phone")
    save = services.add_phone


@require_POST
def phone_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Take a number off, or make it the one to call first."""
    phone = get_object_or_404(Phone.objects.visible_to(request.user).select_related("person__office"), pk=pk)
    return _done(request, phone.person, {"remove": services.remove_phone, "first": services.first_phone}[act], phone)


class TenureAdd(FormPage):
    """A registered person comes to a unit."""

    model = Tenure
    parent = Unit
    form_class = forms.TenureForm
    permission = "estate.change_tenure"
    title = _("Add somebody who is registered")
    success = _("Saved.")
    save = services.move_in

    def make_form(self, **kwargs: Any) -> Any:
        form = super().make_form(**kwargs)
        form.offer_heads(self.parent)
        return form


class TenureEdit(FormPage):
    """Correct what was written down about a stay."""

    model = Tenure
    related = ("unit__office", "person")
    form_class = forms.TenureEditForm
    permission = "estate.change_tenure"
    title = _("Correct the stay")
    save = services.edit_tenure


class TenureEnd(MovePage):
    """A stay ends."""

    model = Tenure
    related = ("unit__office", "person")
    permission = "estate.change_tenure"
    title = _("End the stay")
    text = _("Who lives here only with this person ends with the same day.")
    form_class = forms.EndForm
    service = services.end_tenure


@require_safe
def doubles(request: HttpRequest) -> HttpResponse:
    """Show who may be registered twice, side by side."""
    office: Any = request.office  # type: ignore[attr-defined]
    require(request.user, "estate.merge_person", office)
    found = services.doubles(office) if office else []
    people = Person.objects.visible_to(request.user).known().with_stays()
    rows = people.in_bulk({pk for pair in found for pk in (pair.first, pair.second)})
    pairs = [(pair.reason, rows[pair.first], rows[pair.second]) for pair in found]
    context = {"title": gettext("Found twice"), "pairs": pairs, "office": office}
    return render(request, "estate/person_doubles.html", context)


@require_POST
def tell_apart(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Say that two records are two people."""
    people = Person.objects.visible_to(request.user).known().select_related("office")
    first, second = get_object_or_404(people, pk=pk), get_object_or_404(people, pk=other_pk)
    return _done(request, first, services.tell_apart, first, second)


@require_safe
def unit_resident(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the form for a new person, the unit filled in."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    require(request.user, "estate.change_person", unit)
    return redirect(f"{reverse('estate:person_add')}?unit={unit.pk}&next={unit.get_absolute_url()}")


@require_safe
def unit_card(request: HttpRequest, pk: int) -> HttpResponse:
    """R-MOV-04: the family registration card (家庭情况登记卡), filled in with what is known, numbers masked."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user).select_related("office", "building"), pk=pk)
    require(request.user, "estate.view_person", unit)
    stays = list(
        unit.tenures.current().select_related("person").prefetch_related("person__phones").order_by("starts", "pk")
    )
    owners = [stay for stay in stays if stay.role == Tenure.Role.OWNER] or [
        s for s in stays if s.role == Tenure.Role.TENANT
    ]
    context = {
        "title": gettext("Family registration card"),
        "unit": unit,
        "holder": owners[0] if owners else None,
        "others": [stay for stay in stays if not owners or stay.pk != owners[0].pk],
        "vehicles": services.vehicles_of(unit),
        "blank": range(BLANK_LINES),
        "print": True,
        "print_back": unit.get_absolute_url(),
    }
    return render(request, "estate/unit_card.html", context)


def _done(request: HttpRequest, person: Person, service: Any, *objects: Any) -> HttpResponse:
    """Carry out a button and come back; a refusal is said on the page one comes back to."""
    try:
        service(*objects, by=request.user)
    except DeskError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("Saved."))
    return redirect(safe_next(request) or person.get_absolute_url())
