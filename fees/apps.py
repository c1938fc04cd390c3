"""What households owe and paid."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    """What households owe and paid."""

    name = "fees"
    verbose_name = _("Fees")
