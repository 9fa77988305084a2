"""A real browser before the real server: Debian's Chromium, which asks no other host, and the staff's pages as a process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.cli.shell import run
from tests.edge.live import listens, wait_until
from tests.patience import PATIENCE as SECONDS
from tests.ports import free_port

CHROMIUM = shutil.which("chromium") or ""
QUIET = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
    "--disable-gpu", "--disable-dev-shm-usage",
)  # fmt: skip
PATIENCE = 90_000  # ms, for machines that do much else
expect.set_options(timeout=PATIENCE)
AXE = Path(__file__).resolve().parents[2] / "assets/node_modules/axe-core/axe.min.js"


LISTEN = """selector => {
    window.heard = [];
    const note = () => window.heard.push(...[...document.querySelectorAll(selector)].map((one) => one.textContent.trim()));
    new MutationObserver(note).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
Answer = TypeVar("Answer")


class Browsing:
    """Chromium in a thread of its own: Playwright keeps an event loop in its thread, where Django's databases do not work."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._playwright, self._browser = self._thread.submit(self._start).result(SECONDS)

    @staticmethod
    def _start() -> tuple[Playwright, Browser]:
        playwright = sync_playwright().start()
        return playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET), timeout=PATIENCE)

    def run(self, look: Callable[[Browser], Answer], seconds: float = 10 * SECONDS) -> Answer:
        """Let `look` use the browser; it must not touch a database."""
        return self._thread.submit(look, self._browser).result(seconds)

    def close(self) -> None:
        """End it."""
        self._thread.submit(self._browser.close).result(SECONDS)
        self._thread.submit(self._playwright.stop).result(SECONDS)
        self._thread.shutdown()


@dataclass
class Site:
    """The staff's pages on a free port."""

    port: int
    log: Path
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    pid: int = 0
    """Of the server that this process started, if it did."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def link(self, email: str) -> str:
        """Logs in once; made by the command, which knows the installation's secret as the server does."""
        said = run(("staff", "link", email, "--json"), {**self.environ, "SIEGELPOST_STAFF_URL": self.url}, self.log.parent)
        return str(said.data["link"])


@contextmanager
def serving(folder: Path, port: int = 0, *, side: str = "web") -> Iterator[Site]:
    """Serve this process's home folder, as the tests' settings say; the server knows the same secret. `side` is web or public."""
    site = Site(port or free_port(), folder / f"{side}.log")
    environ = {**os.environ, "SIEGELPOST_STAFF_URL" if side == "web" else "SIEGELPOST_PUBLIC_URL": site.url}
    with site.log.open("wb") as output:
        words = [sys.executable, "-m", f"siegelpost.{side}.server", "127.0.0.1", str(site.port)]
        process = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, env=environ)
    site.pid = process.pid
    try:
        assert wait_until(lambda: listens(site.port) or process.poll() is not None), site.log.read_text()
        assert process.poll() is None, site.log.read_text()
        yield site
    finally:
        process.terminate()
        process.wait(SECONDS)


@dataclass
class Window:
    """A page of the browser, and everything about it that nobody may find."""

    page: Page
    site: Site
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: self.faults.append(f"console: {said.text}") if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda fault: self.faults.append(f"script: {fault}"))
        self.page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != f"localhost:{self.site.port}":
            self.faults.append(f"asked another host: {parts.netloc}")

    def log_in(self, email: str) -> None:
        """By a one-time link."""
        self.page.goto(self.site.link(email))
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").first.click()

    def see(self, path: str) -> None:
        """Open a page below the site; fails where the server does."""
        answer = self.page.goto(self.site.url + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"

    @contextmanager
    def says_for_a_moment(self, selector: str, text: str) -> Iterator[None]:
        """Within the block something that matches comes with this text; it may be gone before a busy machine looks."""
        self.page.evaluate(LISTEN, selector)
        yield
        self.page.wait_for_function("text => window.heard.includes(text)", arg=text)

    def accessible(self) -> list[str]:
        """What axe-core finds on this page, a line each: WCAG 2.2 A and AA, and its best practices."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        return [f"{self.page.url} {one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"]]


@contextmanager
def window(browser: Browser, site: Site, *, dark: bool = False, language: str = "en", width: int = 1280) -> Iterator[Window]:
    """A fresh browser session; closed at the end."""
    context: BrowserContext = browser.new_context(
        color_scheme="dark" if dark else "light", locale="de-DE" if language == "de" else "en-GB", viewport={"width": width, "height": 900}
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield Window(context.new_page(), site)
    finally:
        context.close()
