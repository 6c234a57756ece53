"""Takes the pictures of docs/images/: `python -m tests.browser.screenshots`.

They show the committed graph. With Debian's packages chromium, fonts-inter and fonts-sil-charis the
page has the letters that it was drawn with; without the fonts it has those of the system.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.browser.browsers import find_chromium, launched
from tests.runtime.processes import ROOT, running

FOLDER = ROOT / "docs" / "images"
VIEWPORT = {"width": 1100, "height": 900}
SHARPNESS = 1.5  # pixels of the picture for each of the page
COLOURS = 96  # enough for flat areas and the edges of letters, at half the bytes
HEADLINES = "\n".join(
    (
        "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn",
        "Net sales rose by 5 % to EUR 131 mn",
        "The annual general meeting will be held in Helsinki in April",
        "The bank's loan losses doubled in the first quarter",
        "Orders for heat pumps increased, and the margin widened",
        "The plant in Poland employs 200 people",
        "The retailer lowered its outlook after a weak summer",
        "The airline returned to profit in the second quarter",
    )
)


def main() -> int:
    """Take all pictures; 1 without a browser."""
    path = find_chromium()
    if path is None:
        sys.stderr.write("There is no Chromium: install it, then try again.\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as service,
        launched(path) as browser,
    ):
        for scheme in ("light", "dark"):
            for name, take in (("page", one), ("many", many), ("reference", reference)):
                with opened(browser, scheme) as page:
                    save(take(page, service.url), FOLDER / f"{name}-{scheme}.png")
    return 0


@contextmanager
def opened(browser: Browser, scheme: str) -> Iterator[Page]:
    """Open a page in a context of its own."""
    with browser.new_context(
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport=VIEWPORT,
        device_scale_factor=SHARPNESS,
    ) as context:
        yield context.new_page()


def one(page: Page, url: str) -> bytes:
    """Take the page with one text, its label, and what made the difference."""
    page.goto(url)
    page.locator("#examples button").last.click()
    expect(page.locator("#words mark").first).to_be_visible()
    page.mouse.move(0, 0)
    card = box_of(page, ".try")
    clip = {"x": 0, "y": 0, "width": VIEWPORT["width"], "height": card["y"] + card["height"] + 24}
    return page.screenshot(full_page=True, clip=clip)


def many(page: Page, url: str) -> bytes:
    """Take the table of many texts."""
    page.goto(url)
    page.locator("#lines").fill(HEADLINES)
    page.locator("#classifyMany").click()
    expect(page.locator("#rows tr")).to_have_count(HEADLINES.count("\n") + 1)
    page.get_by_role("button", name="Label").click()
    results = box_of(page, "#results")
    clip = {
        "x": results["x"] - 24,
        "y": results["y"] + 8,  # without the line above it
        "width": results["width"] + 48,
        "height": results["height"] + 16,
    }
    return page.screenshot(full_page=True, clip=clip)


def reference(page: Page, url: str) -> bytes:
    """Take the reference as it is when it has loaded."""
    page.goto(f"{url}/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    return page.screenshot()


def box_of(page: Page, selector: str) -> FloatRect:
    """Return where an element is, in pixels of the page and not of the window."""
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(selector).bounding_box()
    assert box
    return box


def save(picture: bytes, path: Path) -> None:
    """Write a picture with a palette."""
    with Image.open(BytesIO(picture)) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(path, optimize=True)
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    sys.exit(main())
