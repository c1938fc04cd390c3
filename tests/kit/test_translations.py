from __future__ import annotations

import os

import polib
import pytest

from frontdesk.kit import translations


@pytest.fixture
def folder(tmp_path, settings):
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = polib.POFile()
    catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalog.append(polib.POEntry(msgid="Ticket", msgstr="工单"))
    catalog.save(str(folder / "django.po"))
    settings.LOCALE_PATHS = [tmp_path]
    return folder


def test_compile_makes_what_django_reads(folder):
    assert translations.compile_catalogs() == [folder / "django.mo"]
    assert polib.mofile(str(folder / "django.mo")).find("Ticket").msgstr == "工单"


def test_compile_leaves_a_fresh_catalogue_alone(folder):
    translations.compile_catalogs()
    assert translations.compile_catalogs() == []


def test_compile_again_after_the_source_changed(folder):
    translations.compile_catalogs()
    os.utime(folder / "django.mo", (1, 1))
    assert translations.compile_catalogs() == [folder / "django.mo"]
    assert [path.name for path in sorted(folder.iterdir())] == ["django.mo", "django.po"]
