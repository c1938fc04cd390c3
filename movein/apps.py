"""What goes out of the estate, and with whose word."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MoveinConfig(AppConfig):
    """What goes out of the estate, and with whose word."""

    name = "movein"
    verbose_name = _("Move-in and goods")
