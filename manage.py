#!/usr/bin/env python3
"""Frontdesk's command line; `manage.py serve` starts everything."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 -- the message below needs it here
    except ImportError:
        sys.exit("Django is not installed for this Python. Use the project's own: .venv/bin/python manage.py …")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
