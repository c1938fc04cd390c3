"""Who may leave a key with the office: today's owner, tenant or family of the unit, or an agent for them (R-KEY-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from frontdesk.estate.models import Tenure
from frontdesk.kit.errors import DeskError

if TYPE_CHECKING:
    from keys.models import Key


def check_depositor(key: Key) -> None:
    """Refuse a key of a unit from somebody who neither owns it nor lives there today.

    Raises:
        DeskError: with the field it is about.

    """
    if key.unit is None or key.deposited_by is None:
        return
    stays = Tenure.objects.current().filter(unit=key.unit, person=key.deposited_by)
    if not stays.exclude(role=Tenure.Role.CONTACT).exists():
        words = {"name": key.deposited_by.name, "unit": key.unit.code}
        message = _("%(name)s neither owns %(unit)s nor lives there today, so leaves no key of it here.")
        raise DeskError(message % words, field="deposited_by")


def check_agent(key: Key, *, has_photo: bool) -> None:
    """Refuse a key that an agent brings without the depositor's letter: photographed, or its place in the files named.

    Raises:
        DeskError: there is neither.

    """
    if key.brought_by.strip() and not key.letter_ref.strip() and not has_photo:
        message = _("Take a photo of the letter of authority, or write down where the paper is filed.")
        raise DeskError(message, field="letter_ref")
