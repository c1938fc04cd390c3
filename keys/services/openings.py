"""What becomes of an opening whose key goes another way than back under seal, and who looks on (R-KEY-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import activity
from frontdesk.kit.errors import DeskError, must_be_said
from frontdesk.kit.notifications import notify
from frontdesk.kit.search import joined
from frontdesk.kit.workflow import apply
from keys.models import Key, SealOpening
from keys.workflow import OpeningState

if TYPE_CHECKING:
    from frontdesk.staff.models import User

OFF = _("The opening of {tag} is off: the key has left the cabinet for good.")


def end_openings(key: Key, *, by: User, permission: str, note: str = "") -> None:
    """End whatever runs about a key's seal, now that the key is given back, retired, or its lock changed.

    What was only asked for or approved is withdrawn, so that no approval outlives the key; what was opened ends
    unsealed. Whoever asked for it hears of it.
    """
    for opening in SealOpening.objects.select_for_update(of=("self",)).running().filter(key=key).order_by("pk"):
        verb = "end_opening" if opening.state == OpeningState.OPENED else "withdraw_opening"
        with apply(verb, opening, by=by, note=note, permission=permission):
            pass
        activity.record(key, verb, by=by, note=note)
        notify([opening.requested_by], format_lazy(OFF, tag=key.tag), url=opening.get_absolute_url(), by=by)


def end_opening(opening: SealOpening, *, by: User, note: str = "") -> SealOpening:
    """End an opening whose key is of no more use.

    Raises:
        Conflict: it was sealed or ended meanwhile.

    """
    with apply("end_opening", opening, by=by, note=note) as fresh:
        activity.record(fresh.key, "end_opening", by=by, note=note)
    return fresh


def named_witness(name: str, *acting: User) -> str:
    """Return who looked on: nobody is their own witness, however the name is written.

    Raises:
        DeskError: nobody is named, or whoever asked for it or does it names themselves.

    """
    name = must_be_said(name, _("Write down who was present."), field="witness")
    names = {joined(word) for person in acting for word in (str(person), person.username)}
    if joined(name) in names:
        message = _("The witness is somebody else than whoever asked for it or does it.")
        raise DeskError(message, field="witness")
    return name


def named_seal(number: str, broken: str) -> str:
    """Return the number of a new seal.

    Raises:
        DeskError: there is none, or it is the one that was on the key before.

    """
    number = must_be_said(number, _("Write down the number of the new seal."), field="new_seal")
    if number == broken:
        raise DeskError(_("This is the number of the seal that was broken."), field="new_seal")
    return number
