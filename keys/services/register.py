"""What the office keeps: keys, rings, cabinets (R-KEY-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from frontdesk.estate.services.writing import add, change, refusing_doubles, same_office
from frontdesk.kit import activity, search
from frontdesk.kit.attachments import attach
from frontdesk.kit.calendar import local_date
from frontdesk.kit.errors import Conflict, DeskError
from frontdesk.kit.roles import require
from keys.models import Cabinet, Key, Ring
from keys.services.depositing import check_agent, check_depositor
from keys.services.tags import TAG_TAKEN, TELLING, check_tag, free_tag, tells_unit
from keys.workflow import KEPT, KeyState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from frontdesk.estate.models import Office
    from frontdesk.staff.models import User

CHANGE = "keys.change_key"
SEARCH_KIND = "key"
HOOK_TAKEN = _("Something hangs on this hook already.")


def register_key(
    *, office: Office, by: User, photo: UploadedFile | None = None, replaces: Key | None = None, **fields: Any
) -> Key:
    """Take a key onto the register; without a tag it gets the next one. The deposit paper's photo hangs on it.

    Raises:
        DeskError: the tag is in use or gives the address away, the hook is taken, or something is missing; whoever
            leaves it has nothing to do with the unit today.

    """
    key = Key(office=office, replaces=replaces, **fields)
    require(by, CHANGE, key)
    same_office(key, key.unit, key.building, key.ring, key.cabinet, key.deposited_by, replaces)
    with transaction.atomic():
        opened = [key.unit] if key.unit else []
        if key.tag:
            check_tag(key, opened)
        else:
            key.tag = free_tag(office, "K", 4, opened)
        if key.kind in Key.DEPOSITED and key.deposited_on is None:
            key.deposited_on = local_date()
        check_key(key)
        if key.kind in Key.DEPOSITED:
            check_depositor(key)
            check_agent(key, has_photo=photo is not None)
        with refusing_doubles(str(TAG_TAKEN), field="tag"):
            key.save(force_insert=True)
        activity.record(key, "register_key", by=by, after=activity.snapshot(key))
        index_keys([key])
        if photo:
            attach(key, photo, by=by)
    return key


def change_key(key: Key, *, by: User, photo: UploadedFile | None = None, **fields: Any) -> Key:
    """Correct what the register says of a key; its tag stays for good, and while it is out so does where it hangs.

    What is sealed, and with which seal, is no correction: it changes by sealing and entrusting again (R-KEY-06).

    Raises:
        DeskError: as `register_key`; a key that is away is put on another ring or hook; a seal changes.

    """
    require(by, CHANGE, key)
    same_office(key, *(fields.get(name) for name in ("unit", "building", "ring", "cabinet", "deposited_by")))
    with transaction.atomic():
        current = Key.objects.select_for_update().get(pk=key.pk)
        hangs = [name for name in ("ring", "cabinet", "hook") if name in fields]
        if current.state != KeyState.IN and any(getattr(current, name) != fields[name] for name in hangs):
            raise DeskError(_("It is not in the cabinet: hang it elsewhere once it is back."), field="hook")
        _must_not_touch_seal(current, fields)
        unit = fields.get("unit")
        if unit is not None and unit.pk != current.unit_id and tells_unit(current.tag, [unit]):
            raise DeskError(TELLING, field="unit")
        whose = (current.unit_id, current.deposited_by_id, current.kind)
        for name, value in fields.items():
            setattr(current, name, value)
        check_key(current)
        if current.kind in Key.DEPOSITED and whose != (current.unit_id, current.deposited_by_id, current.kind):
            check_depositor(current)
        saved: Key = change(key, "change_key", fields, by=by, permission=CHANGE, double=str(HOOK_TAKEN), field="hook")
        if photo:
            attach(saved, photo, by=by)
    return saved


def add_ring(*, office: Office, by: User, keys: Iterable[Key] = (), **fields: Any) -> Ring:
    """Make a ring on which keys hang together from now on.

    Raises:
        DeskError: the tag is in use, the hook is taken, or a key cannot hang there.

    """
    ring = Ring(office=office, **fields)
    require(by, CHANGE, ring)
    same_office(ring, ring.cabinet, *keys)
    opened = [key.unit for key in keys if key.unit]
    with transaction.atomic():
        if ring.tag:
            check_tag(ring, opened)
        else:
            ring.tag = free_tag(office, "R", 3, opened)
        check_hook(ring)
        add(ring, "add", by=by, permission=CHANGE, double=str(TAG_TAKEN), field="tag")
        put_on_ring(ring, keys, by=by)
    return ring


def change_ring(ring: Ring, *, by: User, keys: Iterable[Key] = (), **fields: Any) -> Ring:
    """Change a ring's name, hook and keys; keys taken off it hang nowhere until somebody gives them a hook.

    Raises:
        DeskError: the hook is taken, a key cannot hang there, or one on it is out.

    """
    require(by, CHANGE, ring)
    same_office(ring, fields.get("cabinet"), *keys)
    with transaction.atomic():
        for name, value in fields.items():
            setattr(ring, name, value)
        check_hook(ring)
        saved: Ring = change(ring, "edit", fields, by=by, permission=CHANGE, double=str(HOOK_TAKEN), field="hook")
        put_on_ring(saved, keys, by=by)
    return saved


def put_on_ring(ring: Ring, keys: Iterable[Key], *, by: User) -> None:
    """Let exactly these keys hang on a ring; who is put on or taken off must be in the cabinet."""
    wanted = {key.pk for key in keys}
    rows = Key.objects.select_for_update(of=("self",)).filter(office=ring.office_id, state__in=KEPT)
    rows = rows.select_related("unit")
    there = {key.pk: key for key in rows.filter(ring=ring).order_by("pk")}
    coming = list(rows.filter(pk__in=wanted - there.keys()).order_by("pk"))
    if tells_unit(ring.tag, [key.unit for key in coming if key.unit]):
        raise DeskError(_("The ring's tag tells whoever finds it which door it opens."), field="keys")
    for key in [*coming, *(row for pk, row in there.items() if pk not in wanted)]:
        if key.state != KeyState.IN:
            words = {"tag": key.tag, "state": key.get_state_display()}
            raise DeskError(_("%(tag)s is not in the cabinet: %(state)s.") % words, field="keys")
        if key in coming and key.kind in (Key.Kind.SEALED, Key.Kind.FILING):
            message = _("%(tag)s cannot hang on a ring: sealed keys and those of filing cabinets hang by themselves.")
            raise DeskError(message % {"tag": key.tag}, field="keys")
        values = {"ring": ring, "cabinet": None, "hook": None} if key in coming else {"ring": None}
        change(key, "hang_key", values, by=by, permission=CHANGE)


def add_cabinet(*, office: Office, by: User, **fields: Any) -> Cabinet:
    """Set up a cabinet with its hooks."""
    cabinet = Cabinet(office=office, **fields)
    double = str(_("There is one of this name already."))
    added: Cabinet = add(cabinet, "add", by=by, permission="keys.change_cabinet", double=double, field="name")
    return added


def change_cabinet(cabinet: Cabinet, *, by: User, **fields: Any) -> Cabinet:
    """Change a cabinet's name, size, order; one on which something hangs is neither set aside nor cut below it.

    Raises:
        DeskError: something hangs on it that would lose its hook; the name is taken.

    """
    last = last_hook(cabinet)
    if last and not fields.get("is_active", True):
        raise DeskError(_("Keys hang in this cabinet. Hang them elsewhere first."), field="is_active")
    if last > fields.get("hooks", cabinet.hooks):
        raise DeskError(_("Something hangs on hook %(hook)s.") % {"hook": last}, field="hooks")
    double = str(_("There is one of this name already."))
    saved: Cabinet = change(
        cabinet, "edit", fields, by=by, permission="keys.change_cabinet", double=double, field="name"
    )
    return saved


def last_hook(cabinet: Cabinet) -> int:
    """Return the highest hook on which something hangs; 0 for an empty cabinet."""
    hooks = [rows.order_by("-hook").values_list("hook", flat=True).first() for rows in _hanging(cabinet)]
    return max(hook or 0 for hook in hooks)


def free_hook(cabinet: Cabinet) -> int | None:
    """Return the first hook on which nothing hangs; None in a full cabinet."""
    taken = {hook for rows in _hanging(cabinet) for hook in rows.values_list("hook", flat=True)}
    return next((hook for hook in range(1, cabinet.hooks + 1) if hook not in taken), None)


def check_key(key: Key) -> None:
    """Refuse a key of which nobody could say what it opens, whose it is, or where it hangs.

    Raises:
        DeskError: with the field it is about.

    """
    if key.kind in Key.OF_UNITS and key.unit is None:
        raise DeskError(_("Choose the unit this key opens."), field="unit")
    if key.unit is None and not key.name.strip():
        raise DeskError(_("Write down what this key opens."), field="name")
    if key.kind in Key.DEPOSITED and key.deposited_by is None:
        raise DeskError(_("Choose who left this key with the office."), field="deposited_by")
    if key.kind == Key.Kind.SEALED and not key.seal_number.strip():
        raise DeskError(_("A sealed key has the number of its seal."), field="seal_number")
    if key.kind != Key.Kind.SEALED and key.seal_number.strip():
        raise DeskError(_("Only a sealed key has the number of a seal."), field="seal_number")
    if key.ring is not None and key.kind in (Key.Kind.SEALED, Key.Kind.FILING):
        raise DeskError(_("Sealed keys and those of filing cabinets hang by themselves."), field="ring")
    if key.ring is not None and key.hook is not None:
        raise DeskError(_("A key hangs on a ring or on a hook, not on both."), field="hook")
    if key.entrusted_until and key.deposited_on and key.entrusted_until < key.deposited_on:
        raise DeskError(_("The last day lies before the first."), field="entrusted_until")
    check_hook(key)


def check_hook(thing: Key | Ring) -> None:
    """Refuse a hook that the cabinet has not, or on which something else hangs.

    Raises:
        DeskError: with the field it is about.

    """
    if (thing.cabinet is None) != (thing.hook is None):
        raise DeskError(_("Cabinet and hook belong together."), field="hook" if thing.cabinet else "cabinet")
    if thing.cabinet is None or thing.hook is None:
        return
    if thing.hook > thing.cabinet.hooks:
        words = {"cabinet": thing.cabinet, "hooks": thing.cabinet.hooks}
        raise DeskError(_("%(cabinet)s has %(hooks)s hooks only.") % words, field="hook")
    # Held, so that two who hang something on the last free hook meet here: a key and a ring know no common constraint.
    Cabinet.objects.select_for_update().get(pk=thing.cabinet.pk)
    for rows in _hanging(thing.cabinet):
        others = rows.exclude(pk=thing.pk) if isinstance(thing, rows.model) else rows
        if other := others.filter(hook=thing.hook).first():
            raise DeskError(_("%(tag)s hangs on this hook already.") % {"tag": other.tag}, field="hook")


def index_keys(keys: Iterable[Key]) -> None:
    """Make new keys findable by tag, also by its number alone (R-EST-05)."""
    search.index_many(SEARCH_KIND, [(key.office_id, key.pk, search.code_terms(key.tag)) for key in keys])


def must_be_kept(key: Key) -> None:
    """Refuse what only makes sense for a key the office still answers for."""
    if key.state not in KEPT:
        raise Conflict(_("The office does not keep this key any more."))


def _must_not_touch_seal(key: Key, fields: dict[str, Any]) -> None:
    kind = fields.get("kind", key.kind)
    if kind != key.kind and Key.Kind.SEALED in (kind, key.kind):
        message = _("A key is put under seal, or entrusted again without one, on its own page: not by editing it.")
        raise DeskError(message, field="kind")
    if fields.get("seal_number", key.seal_number) != key.seal_number:
        message = _("The number of a seal changes only when the key is sealed again.")
        raise DeskError(message, field="seal_number")


def _hanging(cabinet: Cabinet) -> tuple[Any, Any]:
    """Return what hangs in a cabinet: keys by themselves, and rings."""
    where = {"cabinet": cabinet, "hook__isnull": False}
    return Key.objects.filter(**where), Ring.objects.filter(**where)
