"""Finding what somebody wants or brings: one field at the counter, one address for everything that is scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from frontdesk.kit.calendar import now
from frontdesk.kit.listing.links import Link
from frontdesk.kit.roles import require
from frontdesk.kit.workflow import allowed
from keys.finding import LONGEST, code_in, key_of, keys_found, ring_of, slip_of
from keys.models import Key, LentKey, Loan, Ring, StockTake

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def counter(request: HttpRequest) -> HttpResponse:
    """Find a key by whatever is at hand, and lend it or take it back: one field for hand, scanner and phone."""
    user: Any = request.user
    require(user, "keys.lend_key", request.office)
    text, office = code_in(request.GET.get("q", "")[:LONGEST]), request.office
    if not request.htmx and (straight := _straight_to(text, user, office)):
        return redirect(straight)
    keys = keys_found(text, user, office) if text and office is not None else []
    if len(keys) == 1 and not request.htmx:  # Enter: nothing is left to choose
        return redirect(_act_on(keys[0], user))
    shown = [(key, next(iter(_counter_moves(key, user)), None)) for key in keys]
    context = {"title": _("Lend or take back"), "q": text, "keys": shown, "needs_office": office is None, "now": now()}
    context["add_url"] = reverse("keys:key_add") if user.has_perm("keys.change_key", office) else ""
    return render(request, f"keys/{'_counter' if request.htmx else 'counter'}.html", context)


@require_safe
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """Lead whoever scanned the code of a slip or of a label to what can be done with it."""
    user: Any = request.user
    require(user, "keys.view_key", request.office)
    key = key_of(code, user, request.office)
    if (thing := key or ring_of(code, user, request.office)) and (counts := _counts_of(thing, user)):
        return render(request, "keys/scanned.html", _scanned(thing, counts, user))
    if key is not None and key.state != Key.State.OUT:  # what is here is looked at first
        return redirect(key)
    if straight := _straight_to(code, user, request.office):
        return redirect(straight)
    raise Http404


def _counts_of(thing: Key | Ring, user: Any) -> list[StockTake]:
    """Return the counts that are under way where something was scanned, for who takes part in them."""
    if not user.has_perm("keys.take_stock", thing):
        return []
    return list(StockTake.objects.filter(office=thing.office_id).counting().select_related("cabinet"))


def _scanned(thing: Key | Ring, counts: list[StockTake], user: Any) -> dict[str, Any]:
    """Return the page of a label scanned while the cabinet is counted: count it, or what one does with it else."""
    keys = [thing] if isinstance(thing, Key) else list(thing.keys.kept().select_related("office").order_by("pk")[:1])
    acts = _counter_moves(keys[0], user)[:1] if keys else []
    return {"title": str(thing), "thing": thing, "counts": counts, "acts": acts}


def _straight_to(code: str, user: Any, office: Any) -> str:
    """Return where a whole code leads: to a slip’s return, to lending or taking back a key or ring; or nothing."""
    if slip := slip_of(code, user, office):
        return _way_of(slip, user)
    if key := key_of(code, user, office):
        return _act_on(key, user)
    if ring := ring_of(code, user, office):
        keys = list(ring.keys.kept().select_related("office").order_by("pk"))
        is_one = len({key.state for key in keys}) == 1  # the whole ring is here, or away
        return _act_on(keys[0], user) if is_one else ring.get_absolute_url()
    return ""


def _way_of(loan: Loan, user: Any) -> str:
    may = loan.is_open and user.has_perm("keys.lend_key", loan)
    return reverse("keys:loan_return", args=[loan.pk]) if may else loan.get_absolute_url()


def _act_on(key: Key, user: Any) -> str:
    """Return where what one does at the counter with this key is done; its page where nothing can be."""
    acts = _counter_moves(key, user)
    return acts[0].href if acts else key.get_absolute_url()


def _counter_moves(key: Key, user: Any) -> list[Link]:
    names = ("lend_key", "return_key", "reseal_key", "open_cabinet")
    moves = [move for move in allowed(key, user) if move.name in names]
    return [Link(move.label, _href(key, move.name), move.icon, move.style) for move in moves]


def _href(key: Key, name: str) -> str:
    """Return the address of a move; taking back leads to the slip on which the key is out."""
    loan = loan_of(key) if name == "return_key" else None
    return return_of(loan, key) if loan else reverse("keys:key_move", args=[key.pk, name])


def loan_of(key: Any) -> int | None:
    """Return the slip on which a key is out; a key of a list brings it along (`with_holder`)."""
    known = hasattr(key, "holder_loan")
    return key.holder_loan if known else LentKey.objects.out().filter(key=key).values_list("loan", flat=True).first()


def return_of(loan: int, key: Key) -> str:
    return f"{reverse('keys:loan_return', args=[loan])}?key={key.pk}"
