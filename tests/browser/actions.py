"""What visitors do in the page."""

import csv
import io

from playwright.sync_api import Page


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your text").fill(text)
    page.locator("#one").get_by_role("button", name="Classify").click()


def paste(page: Page, lines: str) -> None:
    page.get_by_label("One text a line").fill(lines)
    page.locator("#classifyMany").click()


def drop(page: Page, name: str, content: str) -> None:
    files = page.evaluate_handle(
        """([name, content]) => {
          const files = new DataTransfer();
          files.items.add(new File([content], name));
          return files;
        }""",
        [name, content],
    )
    page.locator("#drop").dispatch_event("dragover", {"dataTransfer": files})
    page.locator("#drop").dispatch_event("drop", {"dataTransfer": files})


def choose(page: Page, name: str, content: bytes) -> None:
    payload = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.locator("#file").set_input_files(payload)


def column(page: Page, number: int) -> list[str]:
    return page.locator(f"#rows td:nth-child({number})").all_inner_texts()


def downloaded(page: Page) -> list[list[str]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename == "labels.csv"
    content = download.value.path().read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))
