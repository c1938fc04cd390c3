"""Gate: every text of the source is in the Chinese catalogue, translated, not fuzzy, with the same placeholders.

`--update` brings new texts into the catalogue, to be translated there, and takes out those that are gone.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOG = Path("locale/zh_Hans/LC_MESSAGES/django.po")
LEFT_OUT = {".git", ".venv", "var", "tests", "static_vendor", "node_modules"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def main() -> int:
    """Compare the catalogue with what the source says now, and its translations with its texts."""
    if not shutil.which("xgettext"):
        print("xgettext is missing: apt-get install gettext")
        return 1
    if "--update" in sys.argv[1:]:
        update()
    catalog = {key(entry): entry for entry in polib.pofile(str(ROOT / CATALOG)) if not entry.obsolete}
    source = {key(entry) for entry in texts_of_source()}
    problems = [f"not in the catalogue: {text!r}" for _context, text in sorted(source - catalog.keys())]
    problems += [f"no longer in the source: {text!r}" for _context, text in sorted(catalog.keys() - source)]
    problems += [f"{fault}: {text!r}" for (_context, text), entry in catalog.items() if (fault := fault_of(entry))]
    print("\n".join(problems) or f"{len(catalog)} texts, all translated")
    return 1 if problems else 0


def update() -> None:
    """Write the catalogue anew: the texts of the source in their order, each with the translation it has."""
    catalog = polib.pofile(str(ROOT / CATALOG), wrapwidth=0)
    known = {key(entry): entry for entry in catalog if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=0)
    fresh.header, fresh.metadata = catalog.header, catalog.metadata
    for entry in sorted(texts_of_source(), key=lambda one: (one.msgid, one.msgctxt or "")):
        old = known.get(key(entry))
        forms = {0: ""} if entry.msgid_plural else {}
        made = polib.POEntry(
            msgid=entry.msgid,
            msgctxt=entry.msgctxt,
            msgid_plural=entry.msgid_plural,
            msgstr=old.msgstr if old else "",
            msgstr_plural=old.msgstr_plural if old and old.msgstr_plural else forms,
            flags=[flag for flag in entry.flags if flag != "fuzzy"],
        )
        fresh.append(made)
    fresh.save(str(ROOT / CATALOG))


def key(entry: polib.POEntry) -> tuple[str, str]:
    """What tells one text from another."""
    return entry.msgctxt or "", entry.msgid


def texts_of_source() -> list[polib.POEntry]:
    """Run makemessages over a copy, so that the gate never changes the tree."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "source"
        shutil.copytree(ROOT, copy, ignore=lambda _folder, names: LEFT_OUT.intersection(names))
        shutil.rmtree(copy / "locale", ignore_errors=True)
        (copy / "locale").mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans", "--verbosity", "0"]
        subprocess.run(command, cwd=copy, env=environment, check=True)
        return [entry for entry in polib.pofile(str(copy / CATALOG)) if not entry.obsolete]


def fault_of(entry: polib.POEntry) -> str:
    """Say what is wrong with one translation, or nothing."""
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy:
        return "fuzzy"
    if not all(forms):
        return "not translated"
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    if any(set(PLACEHOLDER.findall(form)) != wanted for form in forms):
        return "placeholders differ"
    return ""


if __name__ == "__main__":
    sys.exit(main())
