"""Repairs, complaints and questions, from the first word to the archive."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    """Repairs, complaints and questions, from the first word to the archive."""

    name = "complaints"
    verbose_name = _("Tickets")
