from __future__ import annotations

import json
import os
import re
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from frontdesk.kit import assets
from frontdesk.kit.errors import DeskError


@pytest.fixture
def modules(tmp_path, settings):
    """A node_modules folder as npm leaves it."""
    for source in assets.FILES.values():
        path = tmp_path / "node_modules" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content\n/*# sourceMappingURL=x.map */\n")
    settings.VENDOR_DIR = tmp_path / "served"
    return tmp_path / "node_modules"


def test_keep_copies_what_is_served_and_remembers_the_lock(modules):
    assert not assets.are_present()
    assets._keep(modules)
    assert assets.are_present()
    found = {
        str(path.relative_to(assets.target_folder())) for path in assets.target_folder().rglob("*") if path.is_file()
    }
    assert found == {*assets.FILES, assets.STAMP}


def test_keep_takes_source_maps_out_of_text_only(modules):
    assets._keep(modules)
    assert (assets.target_folder() / "bootstrap/bootstrap.min.css").read_bytes() == b"content\n"
    assert b"sourceMappingURL" in (assets.target_folder() / "bootstrap-icons/fonts/bootstrap-icons.woff2").read_bytes()


def test_another_lock_means_fetching_again(modules):
    assets._keep(modules)
    (assets.target_folder() / assets.STAMP).write_text("{}")
    assert not assets.are_present()


def test_what_goes_wrong_is_said(tmp_path):
    with pytest.raises(DeskError, match="no such package"):
        assets._run([sys.executable, "-c", "import sys; sys.exit('no such package')"], tmp_path)


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """An npm that does what the test says."""

    def say(script):
        (tmp_path / "bin").mkdir()
        npm = tmp_path / "bin" / "npm"
        npm.write_text(f"#!/bin/sh\n{script}\n")
        npm.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)

    return say


def test_fetch_installs_exactly_the_lock_and_keeps_the_files(modules, npm, capsys):
    npm(f'[ "$1 $2" = "ci --ignore-scripts" ] && [ -e package-lock.json ] && [ -e .npmrc ] && cp -r {modules} .')
    call_command("fetch_assets")
    assert assets.are_present()
    assert str(assets.target_folder()) in capsys.readouterr().out


@pytest.mark.usefixtures("modules")
def test_fetch_without_the_registry_says_what_to_look_at(npm):
    npm("echo no network >&2; exit 1")
    with pytest.raises(CommandError, match=r"no network"):
        call_command("fetch_assets", "--again")
    assert not assets.are_present()


def test_no_file_names_a_registry():
    lock = (assets.SOURCES / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert all("integrity" in package for name, package in json.loads(lock)["packages"].items() if name)
    root = settings.BASE_DIR
    for path in (*root.glob("requirements*"), *assets.SOURCES.iterdir()):
        text = re.sub(r"https://(opencollective\.com|github\.com/sponsors)/\S+", "", path.read_text())
        assert re.findall(r"https?://|--index-url|--find-links|registry=", text) == [], path.name


def test_locks_carry_a_hash_for_every_package():
    for path in settings.BASE_DIR.glob("requirements*.txt"):
        packages = re.findall(r"^[a-z0-9].*?(?=^\S|\Z)", path.read_text(), re.MULTILINE | re.DOTALL)
        assert len(packages) > 20
        assert [package for package in packages if "--hash=sha256:" not in package] == []
