"""The register: offices, buildings, units, people and what belongs to them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EstateConfig(AppConfig):
    """The register: offices, buildings, units, people and what belongs to them."""

    name = "frontdesk.estate"
    verbose_name = _("Register")
