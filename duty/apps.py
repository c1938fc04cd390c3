"""Who is on duty, and why."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutyConfig(AppConfig):
    """Who is on duty, and why."""

    name = "duty"
    verbose_name = _("Duty")
