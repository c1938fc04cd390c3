"""The household for whoever takes a call: find the unit, see its card; its tickets for other pages (R-EST-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints.models import Ticket
from duty.models import Finding
from fees.services import meters_of, standing_of
from frontdesk.estate.models import Office, Person, Unit
from frontdesk.home.finding import unit_choices
from frontdesk.home.household import days_asked_for, household_of, keys_of, lendings_in, tickets_first_open
from frontdesk.home.views.search import LONGEST
from frontdesk.kit.attachments import attachments_of
from frontdesk.kit.pages import show_part
from frontdesk.kit.roles import require
from movein.models import GoodsPass

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from frontdesk.kit.periods import Period

OFFERED = 20
RECENT = 12
LAST_PASSES = 5


@require_safe
def household_search(request: HttpRequest) -> HttpResponse:
    """Find the unit somebody calls from, by whatever the caller says first; each leads to a new ticket."""
    require(request.user, "estate.view_unit", request.office)
    text = request.GET.get("q", "").strip()[:LONGEST]
    rows = unit_choices(request.user, request.office, text, limit=OFFERED) if text else []
    context = {
        "title": _("Find a household"),
        "rows": rows,
        "q": text,
        "may_record": request.user.has_perm("complaints.record_ticket", request.office),
    }
    return render(request, "home/_households.html" if request.htmx else "home/households.html", context)


@require_safe
def household_choices(request: HttpRequest) -> JsonResponse:
    """Answer the searchable select of intake: units by code, resident, phone or plate."""
    office = _office_asked_for(request)
    require(request.user, "estate.view_unit", office)
    text = request.GET.get("q", "").strip()[:LONGEST]
    rows = unit_choices(request.user, office, text, limit=OFFERED) if text else []
    results = [{"value": row.pk, "text": f"{row.main} · {row.side}" if row.side else row.main} for row in rows]
    return JsonResponse({"results": results})


@require_safe
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve the card of one unit."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user).select_related("building"), pk=pk)
    require(request.user, "estate.view_unit", unit)
    return show_part(request, "home/_household.html", unit, {"card": household_of(unit, request.user)})


@require_safe
def unit_sections(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve what other apps know of a unit: tickets, keys, goods passes, what it owes and has with the office."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    require(request.user, "estate.view_unit", unit)
    shows_keys = request.user.has_perm("keys.view_key", unit)
    shows_passes = request.user.has_perm("movein.view_goodspass", unit)
    more = {
        "unit": unit,
        "shows_keys": shows_keys,
        "keys": keys_of(unit) if shows_keys else [],
        "may_register": request.user.has_perm("keys.change_key", unit),
        "shows_passes": shows_passes,
        "passes": list(GoodsPass.objects.of_unit(unit)[:LAST_PASSES]) if shows_passes else [],
        "may_issue": request.user.has_perm("movein.issue_goodspass", unit),
        "standing": standing_of(unit) if request.user.has_perm("fees.view_bill", unit) else None,
        "meters": meters_of(unit) if request.user.has_perm("fees.view_meter", unit) else [],
        "may_take": request.user.has_perm("fees.take_payment", unit),
        "may_charge": request.user.has_perm("fees.charge_unit", unit),
        "may_apply": request.user.has_perm("fees.request_reduction", unit),
    }
    return show_part(request, "home/_unit_sections.html", unit, _tickets(request, unit, {"unit": unit}) | more)


@require_safe
def unit_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve what speaks for or against a unit standing vacant on some days: keys lent, calls taken (R-FEE-02)."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    require(request.user, "estate.view_unit", unit)
    days = days_asked_for(request.GET.get("since", ""), request.GET.get("until", ""))
    sees_keys = request.user.has_perm("keys.view_loan", unit)
    context = {
        "days": days,
        "sees_keys": sees_keys,
        "lendings": lendings_in(unit, days)[:RECENT] if sees_keys else [],
        **_tickets(request, unit, {"unit": unit}, during=days),
    }
    return show_part(request, "home/_unit_evidence.html", unit, {**context, "may_record": False})


@require_safe
def ticket_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve what the patrol found that became this ticket, with its photos; nothing where no finding did."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=pk)
    require(request.user, "complaints.view_ticket", ticket)
    may = request.user.has_perm("duty.view_finding", ticket)
    finding = Finding.objects.filter(ticket=ticket).select_related("found_by", "unit", "building").first()
    photos = list(attachments_of(finding)) if may and finding else []
    context = {"finding": finding if may else None, "photos": photos}
    return show_part(request, "home/_ticket_finding.html", ticket, context)


@require_safe
def person_sections(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve what other apps know of a person: the tickets they called about, the keys they took."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    require(request.user, "estate.view_person", person)
    sees_loans = request.user.has_perm("keys.view_loan", person)
    loans = person.key_loans.order_by("-lent_at", "-pk")[:RECENT] if sees_loans else []
    more = {"person": person, "loans": list(loans)}
    context = _tickets(request, person, {"person": person}) | more
    return show_part(request, "home/_person_sections.html", person, context)


def _tickets(request: HttpRequest, obj: Any, which: dict[str, Any], *, during: Period | None = None) -> dict[str, Any]:
    """Return what the tickets' part of a page shows."""
    context: dict[str, Any] = {"tickets": [], "shows_tickets": request.user.has_perm("complaints.view_ticket", obj)}
    if context["shows_tickets"]:
        rows = Ticket.objects.visible_to(request.user).filter(**which)
        rows = rows if during is None else rows.filter(during.holds("received_at"))
        context["tickets"] = tickets_first_open(rows, RECENT)
        context["may_record"] = request.user.has_perm("complaints.record_ticket", obj)
        context["query"] = "&".join(f"{name}={row.pk}" for name, row in which.items())
    return context


def _office_asked_for(request: HttpRequest) -> Office | None:
    """A form about another office's record names that office; whoever may not look into it gets no answer."""
    asked = request.GET.get("office", "")
    if not asked.isdecimal() or len(asked) > LONGEST // 4:
        return request.office
    office = Office.objects.visible_to(request.user).filter(pk=int(asked)).first()
    if office is None:
        raise PermissionDenied
    return office
