"""What the counter finds: keys by tag, unit, name, plate, holder, ring or slip; and the cabinet drawn hook by hook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Tenure, Vehicle
from frontdesk.estate.services import note_phone_search
from frontdesk.kit.calendar import now
from frontdesk.kit.search import lookup
from keys.models import Cabinet, Key, LentKey, Loan, Ring
from keys.services.borrowers import HOLDER
from keys.workflow import KeyState

if TYPE_CHECKING:
    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

FOUND = 30
LOOKED_AT = 300
"""Units and people whose keys are looked for: a whole building, not a whole estate."""
LONGEST = 200


@dataclass(frozen=True)
class Sign:
    """What a place of the cabinet looks like: a word, a tone and a sign that tells it also without colour."""

    label: Any
    tone: str
    icon: str


SIGNS = {
    KeyState.IN: Sign(KeyState.IN.label, "ok", "check-lg"),
    KeyState.OUT: Sign(KeyState.OUT.label, "info", "box-arrow-up-right"),
    "late": Sign(_("Not back in time"), "danger", "alarm"),
    KeyState.LOST: Sign(KeyState.LOST.label, "lost", "question-octagon"),
    KeyState.DAMAGED: Sign(KeyState.DAMAGED.label, "warn", "hammer"),
}
FREE = Sign(_("Free hook"), "empty", "")
RING = Sign(_("Key ring"), "muted", "collection")
LEGEND = (*SIGNS.values(), RING, FREE)
WORST = [KeyState.IN, KeyState.DAMAGED, KeyState.OUT, "late", KeyState.LOST]
"""Of a ring what is worst shows."""


@dataclass(frozen=True)
class Hook:
    """One place of a cabinet: what hangs there, or should."""

    number: int
    tag: str = ""
    title: str = ""
    url: str = ""
    sign: Sign = FREE
    keys: int = 0
    """How many keys hang on a ring there; 0 for a key by itself."""

    @property
    def tone(self) -> str:
        """The tone of its cell."""
        return self.sign.tone


def code_in(text: str) -> str:
    """Return the code of a scanned address (https://…/k/ABC/), else the text as it is."""
    path = urlsplit(text.strip()).path if "/k/" in text else ""
    code = unquote(path.partition("/k/")[2]).strip("/")
    return code or text.strip()


def slip_of(code: str, user: User, office: Office | None = None) -> Loan | None:
    """Return the slip whose code was scanned or whose number was typed, if this person may see it."""
    if not code:
        return None
    rows = Loan.objects.visible_to(user)
    numbered = list(rows.of_office(office).filter(number__iexact=code)[:2])
    return rows.filter(token=code).first() or (numbered[0] if len(numbered) == 1 else None)


def key_of(tag: str, user: User, office: Office | None) -> Key | None:
    """Return the one key that bears a tag here."""
    found = list(Key.objects.visible_to(user).of_office(office).filter(tag__iexact=tag)[:2]) if tag else []
    return found[0] if len(found) == 1 else None


def ring_of(tag: str, user: User, office: Office | None) -> Ring | None:
    """Return the one key ring that bears a tag here."""
    found = list(Ring.objects.visible_to(user).of_office(office).filter(tag__iexact=tag)[:2]) if tag else []
    return found[0] if len(found) == 1 else None


def keys_found(text: str, user: User, office: Office) -> list[Key]:
    """Return the keys a text finds, what is here before what is away.

    By tag or ring, by unit, by who lives there, by plate, by who has them now (name, phone), by the number of a slip.
    """
    kinds = ["key", "unit", "vehicle", HOLDER, *(["person"] if user.has_perm("estate.view_person", office) else [])]
    hits = lookup([office.pk], text, limit=LOOKED_AT, kinds=kinds)
    note_phone_search(text, by=user, office=office)
    by_kind = {kind: [hit.object_id for hit in hits if hit.kind == kind] for kind in kinds}
    people = [
        *by_kind.get("person", ()),
        *Vehicle.objects.filter(pk__in=by_kind["vehicle"]).values_list("person", flat=True),
    ]
    homes = Tenure.objects.current().filter(person__in=people).values_list("unit", flat=True) if people else []
    rings = Ring.objects.filter(office=office).filter(Q(tag__istartswith=text) | Q(name__icontains=text))
    held = LentKey.objects.out().filter(loan__in=by_kind[HOLDER])
    ways = {
        "pk__in": [*by_kind["key"], *(held.values_list("key", flat=True) if by_kind[HOLDER] else ())],
        "unit__in": [*by_kind["unit"], *homes],
        "deposited_by__in": people,
        "ring__in": list(rings.values_list("pk", flat=True)[:FOUND]),
    }
    rows = Key.objects.visible_to(user).of_office(office).kept()
    # Each way by its own index: together, with OR, they would look at every key of the office.
    found = {pk for way, ids in ways.items() if ids for pk in _first(rows.filter(**{way: ids}))}
    keys = rows.filter(pk__in=found).with_what_one_sees().with_holder().order_by("tag", "pk")[:FOUND]
    return sorted(keys, key=lambda key: (key.state != KeyState.IN, key.tag))


def _first(rows: Any) -> Any:
    return rows.order_by("tag", "pk").values_list("pk", flat=True)[:FOUND]


def drawn(cabinet: Cabinet) -> list[Hook]:
    """Return a cabinet hook by hook, with two queries however many hang there."""
    hooks = {number: Hook(number) for number in range(1, cabinet.hooks + 1)}
    at = now()
    keys = Key.objects.filter(cabinet=cabinet, hook__isnull=False).select_related("unit").with_holder()
    for key in keys:
        hooks[key.hook] = _of_key(key, at)  # type: ignore[index]
    on_rings = Prefetch("keys", Key.objects.kept().with_holder())
    for ring in Ring.objects.filter(cabinet=cabinet, hook__isnull=False).prefetch_related(on_rings):
        hooks[ring.hook] = _of_ring(ring, at)  # type: ignore[index]
    return [hooks[number] for number in sorted(hooks)]


def _of_key(key: Any, at: Any) -> Hook:
    title = " · ".join(filter(None, (key.opens, key.holder)))
    return Hook(key.hook, key.tag, title, key.get_absolute_url(), SIGNS[_looks(key, at)])


def _of_ring(ring: Any, at: Any) -> Hook:
    looks = [_looks(key, at) for key in ring.keys.all()]
    sign = SIGNS[max(looks, key=WORST.index)] if looks else RING
    return Hook(ring.hook, ring.tag, ring.name, ring.get_absolute_url(), sign, len(looks) or 1)


def _looks(key: Any, at: Any) -> str:
    """Return how a key's place is drawn: its state, or that it should have come back by now."""
    is_late = key.state == KeyState.OUT and key.holder_due is not None and key.holder_due < at
    return "late" if is_late else KeyState(key.state)
