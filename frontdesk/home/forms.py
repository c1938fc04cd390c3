"""To whom a leaver's open work goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontdesk.kit.forms import DeskPlainForm
from frontdesk.staff.models import User

if TYPE_CHECKING:
    from complaints.models import Department
    from frontdesk.home.leaving import Leaving


class HandOverForm(DeskPlainForm):
    """One colleague per kind of open work; a kind that is empty is not asked about."""

    followed_to = forms.ModelChoiceField(
        label=_("Tickets to answer for, to"), queryset=User.objects.all(), required=False
    )
    in_hand_to = forms.ModelChoiceField(label=_("Tickets in hand, to"), queryset=User.objects.all(), required=False)
    buildings_to = forms.ModelChoiceField(label=_("Buildings, to"), queryset=User.objects.all(), required=False)

    leaves_departments = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, leaving: Leaving, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"office-{leaving.office.pk}", office=leaving.office, **kwargs)
        office = leaving.office
        everybody = User.objects.exclude(pk=leaving.person.pk)
        takers = {
            "followed_to": (leaving.followed, everybody.who_may("complaints.reply_ticket", office)),
            "in_hand_to": (leaving.in_hand, everybody.who_may("complaints.accept_ticket", office)),
            "buildings_to": (leaving.buildings, everybody.who_steward(office)),
        }
        for name, (open_rows, colleagues) in takers.items():
            if open_rows:
                self.fields[name].queryset = colleagues
            else:
                del self.fields[name]
        self._ask_about(leaving.departments)

    def _ask_about(self, departments: list[Department]) -> None:
        """Name the departments somebody is to be taken out of."""
        field = self.fields["leaves_departments"]
        names = ", ".join(str(department) for department in departments)
        field.label = _("Take out of the departments: %(names)s") % {"names": names}
        field.help_text = _("What was taken on there and goes to nobody above is free again for the others.")
        if not departments:
            del self.fields["leaves_departments"]

    def clean(self) -> dict[str, Any]:
        """Refuse to do nothing."""
        values = super().clean() or {}
        if not self.errors and not any(self.values().values()):
            raise forms.ValidationError(_("Choose at least one colleague."))
        return values
