"""The desk page and the one search box, composed of what the apps below offer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """The desk page and the one search box, composed of what the apps below offer."""

    name = "frontdesk.home"
    verbose_name = _("Desk")
