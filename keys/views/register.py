"""The register of keys, the papers of a key (R-KEY-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.calendar import now
from frontdesk.kit.codes import qr
from frontdesk.kit.pages import Action, DetailPage, FormPage, ListPage, Page, Preset
from keys import services
from keys.filters import KeyFilter
from keys.forms.register import KeyForm
from keys.models import Key
from keys.tables import COUNTER, LOCKS, RINGS, KeyTable
from keys.workflow import KEPT, KEY_TONES, KeyState

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SHOWN = 20


class KeyList(ListPage):
    """R-KEY-01: what the office keeps, and where it is."""

    table = KeyTable
    filterset = KeyFilter
    words = ("with_holder",)
    title = _("Keys")
    permission = "keys.view_key"
    export_permission = "keys.export_key"
    actions = (
        COUNTER,
        Action(_("Cabinet"), "keys:cabinet_map", "keys.view_key", "grid-3x3"),
        RINGS,
        LOCKS,
        Action(_("Register a key"), "keys:key_add", "keys.change_key", "plus-lg"),
    )
    presets = (
        Preset(_("All we keep"), "state=kept"),
        Preset(_("Lent out"), "state=out"),
        Preset(_("Not back in time"), "state=overdue"),
        Preset(_("Lost"), "state=lost"),
        Preset(_("Sealed"), "kind=sealed"),
        Preset(_("To give back"), "state=to_give_back"),
        Preset(KeyState.COLLECTED.label, "state=collected"),
        Preset(KeyState.RETIRED.label, "state=retired"),
        Preset(_("All"), ""),
    )

    def preset_counts(self) -> dict[str, int]:
        """Count what is out, what should be back, what is lost, and what former owners left here."""
        rows: Any = Key.objects.visible_to(self.user).of_office(self.office)
        counts = rows.aggregate(
            out=Count("pk", filter=Q(state=KeyState.OUT)), lost=Count("pk", filter=Q(state=KeyState.LOST))
        )
        return {
            "state=out": counts["out"],
            "state=lost": counts["lost"],
            "state=overdue": rows.overdue().count(),
            "state=to_give_back": rows.to_give_back().count(),
        }


class KeyDetail(DetailPage):
    """What it opens, where it is, who had it: the whole history of one key (R-KEY-09)."""

    model = Key
    permission = "keys.view_key"
    related = (
        "office",
        "unit",
        "building",
        "ring__cabinet",
        "cabinet",
        "deposited_by",
        "replaces",
        "lock_change__ticket",
    )
    card = "keys/_key.html"
    state_tones = KEY_TONES
    edit_permission = "keys.change_key"
    attachments = True
    actions = (Action(_("Label"), "keys:key_label", "keys.view_key", "qr-code"),)

    def get_context(self) -> dict[str, Any]:
        """Add who has it, who had it, what runs about its seal or cabinet, and what may be printed."""
        key, user = self.object, self.user
        lendings = key.lendings.select_related("loan__lent_by", "taken_by").order_by("-pk")
        shown = list(lendings[: SHOWN + 1])
        is_kept = key.state in KEPT
        return {
            "current": next((lent for lent in shown if lent.is_out), None),
            "lendings": shown[:SHOWN],
            "more_lendings": len(shown) > SHOWN,
            "now": now(),
            "goes_back": key.kind in Key.DEPOSITED and Key.objects.filter(pk=key.pk).to_give_back().exists(),
            "openings": list(key.openings.select_related("requested_by")[:SHOWN]) if key.kind == "sealed" else [],
            "may_request": is_kept
            and key.kind == Key.Kind.SEALED
            and user.has_perm("keys.request_opening", key)
            and not key.openings.running().exists(),
            "filings": list(key.filing_openings.select_related("watched_by")[:SHOWN]) if key.kind == "filing" else [],
            "may_close": user.has_perm("keys.open_cabinet", key),
            "replacements": list(key.replacements.all()),
            "may_replace": key.state == KeyState.RETIRED and user.has_perm("keys.change_key", key),
            "sees_unit": user.has_perm("estate.view_unit", key),
            "sees_person": user.has_perm("estate.view_person", key),
            "is_deposited": key.kind in Key.DEPOSITED,
        }


class KeyAdd(FormPage):
    """One more key."""

    model = Key
    form_class = KeyForm
    permission = "keys.change_key"
    title = _("Register a key")
    button = _("Register the key")
    success = _("Registered: %(object)s")
    save = services.register_key

    def get_initial(self) -> dict[str, Any]:
        """Begin a copy in place of a lost one with what the old one opened."""
        old = self._replaced()
        names = ("kind", "unit_id", "name", "building_id", "copies", "deposited_by_id")
        return {} if old is None else {name.removesuffix("_id"): getattr(old, name) for name in names}

    def perform(self, form: Any) -> Any:
        return services.register_key(office=self.office, by=self.user, replaces=self._replaced(), **form.values())

    def _replaced(self) -> Key | None:
        asked = self.request.GET.get("replaces", "")
        rows = Key.objects.visible_to(self.user).of_office(self.office)
        return rows.filter(pk=asked, state=KeyState.RETIRED).first() if asked.isdecimal() and len(asked) < 19 else None  # noqa: PLR2004 - beyond 64 bits


class KeyEdit(FormPage):
    """Correct what is written of a key."""

    model = Key
    form_class = KeyForm
    permission = "keys.change_key"
    title = _("Edit the key")
    save = services.change_key


class KeyPaper(Page):
    """A paper about one key."""

    model = Key
    permission = "keys.view_key"
    related = ("office", "unit", "cabinet", "ring__cabinet", "deposited_by")

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        key = self.object = self.get_object()
        self.require(key)
        crumbs = [*self.frame()["crumbs"], (str(key), key.get_absolute_url())]
        return self.respond({"key": key, "crumbs": crumbs, **self.get_context()})

    def get_context(self) -> dict[str, Any]:
        """Return what the paper shows besides the key."""
        return {}


class KeyDeposit(KeyPaper):
    """委托钥匙登记表 · what an owner left, what for, signed by both sides."""

    title = _("Key deposit form")
    template_name = "keys/deposit.html"

    def get_context(self) -> dict[str, Any]:
        """Name what was left together with it."""
        key = self.object
        same = Key.objects.kept().filter(unit=key.unit_id, deposited_by=key.deposited_by_id, kind=key.kind)
        keys = list(same.filter(deposited_on=key.deposited_on).order_by("tag")) or [key]
        phone = key.deposited_by.phones.first() if key.deposited_by else None
        return {"keys": keys, "phone": phone.masked if phone else ""}


class KeyLabel(KeyPaper):
    """The tag to be hung on the key: its code, to be scanned, and no address."""

    title = _("Label")
    template_name = "keys/label.html"

    def get_context(self) -> dict[str, Any]:
        """Draw the code."""
        return {"code": qr(self.request.build_absolute_uri(reverse("keys:scan", args=[self.object.tag])))}
