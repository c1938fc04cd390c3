"""Who holds which key, and when it comes back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeysConfig(AppConfig):
    """Who holds which key, and when it comes back."""

    name = "keys"
    verbose_name = _("Keys")
