"""The workbench every app stands on."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class KitConfig(AppConfig):
    """The workbench every app stands on."""

    name = "frontdesk.kit"
    verbose_name = _("Workbench")

    def ready(self) -> None:
        """Let every app declare its jobs, importers and checks, so that web and worker know the same ones."""
        autodiscover_modules("tasks", "imports", "checks")
