"""A headless Chromium for tests of pages: a fresh profile, no network, and what went wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"
)


@dataclass
class Opened:
    """A page in the browser, what it complained of, and what it asked the network for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: Path) -> None:
        """Load a file."""
        self.page.goto(path.as_uri())

    def faults(self) -> list[str]:
        """Return what axe finds by the rules of WCAG 2.0 to 2.2, A and AA, and of good practice."""
        import axe_playwright_python

        folder = Path(axe_playwright_python.__file__).parent
        self.page.evaluate((folder / "axe.min.js").read_text(encoding="utf-8"))
        rules = {"runOnly": {"type": "tag", "values": TAGS}}
        result = self.page.evaluate("(rules) => axe.run(document, rules)", rules)
        return [
            f"{found['id']}: {node['html'][:160]}: {node['failureSummary'][:300]}"
            for found in result["violations"]
            for node in found["nodes"]
        ]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def tab(browser: Any, theme: str = "light", width: int = 1280, **options: Any) -> Iterator[Opened]:
    """Yield an empty page in a profile of its own."""
    viewport = {"width": width, "height": 900}
    context = browser.new_context(viewport=viewport, color_scheme=theme, **options)
    opened = Opened(context.new_page())
    page = opened.page
    page.set_default_timeout(10_000)
    page.on("console", lambda said: opened.complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: opened.complaints.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (opened.complaints.append("a dialog"), dialog.dismiss()))
    page.on("request", lambda request: opened.requests.append(request.url))
    yield opened
    context.close()
