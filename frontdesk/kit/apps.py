"""The workbench every app stands on."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from frontdesk.kit import ledger


def _guard_the_books(sender: AppConfig, using: str, **_options: Any) -> None:
    """Put up the guards of an app's books whenever its tables were migrated."""
    ledger.put_up_guards(using, app=sender.label)


class KitConfig(AppConfig):
    """The workbench every app stands on."""

    name = "frontdesk.kit"
    verbose_name = _("Workbench")

    def ready(self) -> None:
        """Let every app declare its jobs, importers and checks, so that web and worker know the same ones."""
        autodiscover_modules("tasks", "imports", "checks", "verification")
        post_migrate.connect(_guard_the_books, dispatch_uid="guards")
