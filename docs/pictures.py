"""Takes the README's pictures of a report: python docs/pictures.py reports/report.html docs"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTH, HEIGHT = 1280, 800


def take(report: Path, folder: Path) -> None:
    """Take the first screen, and the register task's memory at the step that stores the 4."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(report.resolve().as_uri())
        page.locator("#maps-scatter circle").first.wait_for()
        page.screenshot(path=folder / "report.png")
        page.goto(f"{report.resolve().as_uri()}#register_memory?network=lstm_by_hand&step=4")
        page.locator("#register_memory-player svg").wait_for()
        page.wait_for_timeout(1000)  # doors slide
        page.locator("#register_memory-player").screenshot(path=folder / "inside.png")
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
