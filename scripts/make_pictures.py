"""Take the pictures of the manual from the demo's home: four pages, in both languages, into docs/pictures/.

`make pictures`; plays the demo first where it was not played yet. Needs Debian's Chromium (package chromium).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from siegelpost.workbench.child import leashed
from siegelpost.workbench.demo import FOLDER, OPERATOR, ROOT, TENANT
from siegelpost.workbench.tools import hold_port

PICTURES = ROOT / "docs" / "pictures"
LANGUAGES = ("en", "de")
WIDTH, HEIGHT = 1360, 900
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
START_SECONDS = 30
MOST_BYTES = 150_000


def main() -> int:
    """Take them all; exit code 0, 2 where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing: apt-get install chromium", file=sys.stderr)
        return 2
    if (
        not (FOLDER / "summary.json").exists()
        and subprocess.run([sys.executable, "-m", "siegelpost.workbench.demo", "--no-serve"]).returncode
    ):
        return 1
    mailing = json.loads((FOLDER / "summary.json").read_text(encoding="utf-8"))["mailing"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serving() as (base, link), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce")
        page.goto(link)
        page.locator("main button[type=submit], form button.btn-primary").first.click()
        page.wait_for_load_state()
        for language in LANGUAGES:
            speak(page, f"{base}/t/{TENANT}/", language)
            take_all(page, f"{base}/t/{TENANT}/", mailing, language)
        browser.close()
    return 0


@contextmanager
def serving() -> Iterator[tuple[str, str]]:
    """The staff's pages over the demo's home on a free port; gives their address and a link that logs in."""
    held = hold_port(8000)
    port = held.getsockname()[1]
    held.close()
    base = f"http://localhost:{port}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SIEGELPOST_")}
    environ |= {
        "SIEGELPOST_HOME": str(FOLDER / "home"),
        "SIEGELPOST_ENVIRONMENT": "test",
        "SIEGELPOST_RELAY_URL": "smtp://127.0.0.1:9?tls=off",
        "SIEGELPOST_STAFF_URL": base,
    }
    server = subprocess.Popen(leashed([sys.executable, "-m", "siegelpost.web.server", "127.0.0.1", str(port)]), env=environ)
    try:
        wait_for(base)
        words = [sys.executable, "-m", "siegelpost.cli", "staff", "link", OPERATOR, "--json"]
        told = subprocess.run(words, env=environ, check=True, stdout=subprocess.PIPE).stdout
        yield base, json.loads(told)["link"]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait_for(base: str) -> None:
    """Until the pages answer."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=2)  # noqa: S310 - our own address
        except OSError:  # nobody there yet, or too busy to answer
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def speak(page: Page, start: str, language: str) -> None:
    """Change the language as a person does, by the button in the foot."""
    page.goto(start)
    button = page.locator(f"button[name=language][value={language}]")
    if button.count():
        button.first.click()
        page.wait_for_load_state()


def take_all(page: Page, start: str, mailing: int, language: str) -> None:
    """The four pages in one language."""
    for name, path in (
        ("overview", ""),
        ("preview", f"mailings/{mailing}/preview"),
        ("report", f"mailings/{mailing}/report"),
        ("subscriber", "subscribers?q=neu.hier"),
    ):
        page.goto(start + path)
        if name == "subscriber":
            page.locator("td a.row-title").first.click()
        page.wait_for_load_state("networkidle")
        take(page, PICTURES / f"{name}-{language}.png")


def take(page: Page, file: Path) -> None:
    """One picture; says where it is larger than a manual should carry."""
    page.screenshot(path=str(file))
    size = file.stat().st_size
    print(f"{file.relative_to(ROOT)}: {size / 1000:.0f} kB{' (large)' if size > MOST_BYTES else ''}")


if __name__ == "__main__":
    sys.exit(main())
