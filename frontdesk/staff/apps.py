"""The people who work here, and what each of them may do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """The people who work here, and what each of them may do."""

    name = "frontdesk.staff"
    verbose_name = _("Staff")
