"""Looking at a page as a whole: what does not fit its screen, what axe finds."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
OPTIONS = {"resultTypes": ["violations"], "preload": False}
"""Without loading style sheets and sound again: only rules that are off, and one for sounds, look into them."""
WIDE = """() => {
  const page = document.documentElement, room = Math.min(page.clientWidth, screen.width);
  if (page.scrollWidth <= room) return [];
  const sticksOut = (part) => part.getBoundingClientRect().right > room + 1;
  const wide = [...document.querySelectorAll("main *")].filter(
    (part) => sticksOut(part) && ![...part.children].some(sticksOut));
  return [`${page.scrollWidth} pixels wide`, ...wide.slice(0, 4).map((part) => part.outerHTML.slice(0, 120))];
}"""


def too_wide(page):
    """Return how wide the page is and what makes it so; nothing if it fits."""
    return page.evaluate(WIDE)


def violations(page):
    """Return what axe finds: rule, place, markup. Every rule counts, also those it calls advice."""
    rules = AXE.run(page, options=OPTIONS).response["violations"]
    return [f"{rule['id']} {node['target']} {node['html'][:120]}" for rule in rules for node in rule["nodes"]]
