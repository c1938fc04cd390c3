"""The page of an office's own figures, with who changed what beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from frontdesk.kit.pages.form import FormPage
from frontdesk.kit.pages.history import entries_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from frontdesk.kit.errors import Conflict
    from frontdesk.kit.forms.base import DeskRules
    from frontdesk.kit.models.office_settings import OfficeSettings


class SettingsPage(FormPage):
    """One row of settings of the office worked in; `model` is an OfficeSettings, `form_class` a SettingsForm.

    `save` is called save(office, by=, expected=, **values).
    """

    model: ClassVar[type[OfficeSettings]]
    template_name = "pages/settings.html"

    def _find(self) -> None:
        self.require(self.office)
        self.object = None if self.office is None else self.model.of(self.office)

    def frame(self) -> dict[str, Any]:
        return {**super().frame(), "crumbs": []}

    def get_context(self) -> dict[str, Any]:
        """Add what was changed before."""
        is_kept = self.object is not None and self.object.pk
        entries, _more = entries_of(self.object, viewer=self.user) if is_kept else ([], False)
        return {"entries": entries}

    def make_form(self, **kwargs: Any) -> DeskRules:
        row = self.model() if self.office is None else self.model.of(self.office)
        return self.form_class(user=self.user, office=self.office, instance=row, **kwargs)

    def perform(self, form: Any) -> OfficeSettings:
        return type(self).save(self.office, by=self.user, expected=form.seen.version, **form.values())  # type: ignore[misc]

    def conflict(self, form: DeskRules, error: Conflict) -> HttpResponse:
        self.object = self.model.of(self.office)
        return super().conflict(form, error)
