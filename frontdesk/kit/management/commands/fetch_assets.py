"""`manage.py fetch_assets`: bring the front-end files of others into the git-ignored folder they are served from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from frontdesk.kit import assets
from frontdesk.kit.errors import DeskError


class Command(BaseCommand):
    """Fetch only what is missing, unless told otherwise."""

    help = "Fetch Bootstrap, its icons and tom-select; `serve` does it by itself on the first start."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        """Offer to fetch again."""
        parser.add_argument("--again", action="store_true", help="fetch even when the files are there")

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        """Fetch and say where the files are."""
        if assets.are_present() and not again:
            self.stdout.write(_("The front-end files are in place."))
            return
        try:
            folder = assets.fetch()
        except DeskError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("The front-end files are in %(folder)s.") % {"folder": folder})
