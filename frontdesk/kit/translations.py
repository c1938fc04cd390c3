"""Catalogues: the .po files are in git, what Django reads (.mo) is made at set-up, without the gettext tools."""

from __future__ import annotations

import os
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed


def compile_catalogs() -> list[Path]:
    """Compile every catalogue that changed since it was last compiled, and let this process read it anew."""
    compiled = [source.with_suffix(".mo") for source in _catalogs() if _is_stale(source)]
    for target in compiled:
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        polib.pofile(str(target.with_suffix(".po"))).save_as_mofile(str(draft))
        draft.replace(target)
    if compiled:
        translation_file_changed(None, compiled[0])
    return compiled


def _catalogs() -> list[Path]:
    return sorted(path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po"))


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime
