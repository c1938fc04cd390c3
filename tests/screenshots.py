"""`python -m tests.screenshots`: the pictures of the README, taken from a demonstration started for them."""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from frontdesk.kit.demo import PASSWORD
from tests.chromium import DESK, LAUNCH, PHONE, use_node_of_the_environment
from tests.serving import ROOT, installation, place

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = ROOT / "docs" / "screenshots"
COLOURS = 128
LARGEST = 150_000
"""Bytes of a picture in the repository."""
LOADING = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


def main() -> int:
    """Start the demonstration in a folder of its own, take the pictures, end it."""
    use_node_of_the_environment()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        place(Path(folder)) as environment,
        installation(environment, "--demo") as demo,
        sync_playwright() as playwright,
    ):
        demo.wait_until_ready()
        browser = playwright.chromium.launch(**LAUNCH)
        for name, (account, screen, open_page) in PICTURES.items():
            page = log_in(browser, demo.url, account, screen)
            open_page(page)
            take(page, name)
            page.context.close()
        browser.close()
    return 0


def log_in(browser: Browser, url: str, account: str, screen: dict[str, int]) -> Page:
    """Return a page of somebody's own browser, in Chinese."""
    is_phone = screen == PHONE
    context = browser.new_context(
        base_url=url, locale="zh-CN", viewport=screen, is_mobile=is_phone, has_touch=is_phone, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto("/login/")
    page.locator("#id_username").fill(account)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/")
    return page


def desk(page: Page) -> None:
    """What a supervisor sees in the morning."""
    page.goto("/")


def unit(page: Page) -> None:
    """A unit with its people and tickets."""
    page.goto("/tickets/?state=open&sort=unit")
    page.locator("td[data-label] a[href^='/units/']").first.click()
    expect(page.locator("main .rows a[href^='/tickets/']").first).to_be_visible()


def intake(page: Page) -> None:
    """A ticket being taken, the household beside the form."""
    unit(page)
    page.locator("a[href^='/tickets/add/?unit=']").click()
    expect(page.locator("#household .household-unit")).to_be_visible()
    page.locator("#id_person").select_option(index=1)
    page.locator("#id_subject").fill("厨房水槽下面漏水，地板已经湿了")
    page.locator("#id_body").fill("今天早上发现，角阀处滴水；业主下午两点后在家。")
    page.locator("#id_urgent").check()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def engineer(page: Page) -> None:
    """A ticket in an engineer's hands."""
    page.goto("/my-work/")
    page.locator(".card-header h2 a").first.click()


PICTURES: dict[str, tuple[str, dict[str, int], Callable[[Page], None]]] = {
    "desk": ("demo-supervisor1", DESK, desk),
    "intake": ("demo-clerk1", DESK, intake),
    "engineer": ("demo-engineer1", PHONE, engineer),
    "unit": ("demo-clerk1", DESK, unit),
}


def take(page: Page, name: str) -> None:
    """Save what is on the screen as a small picture."""
    expect(page.locator(LOADING)).to_have_count(0)
    page.evaluate("document.fonts.ready")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}  {size // 1000} kB")
    assert size <= LARGEST, f"{name} is larger than {LARGEST // 1000} kB"


if __name__ == "__main__":
    sys.exit(main())
