"""A real browser for tests: `screen(language=…, width=…)` opens one and watches it.

    @pytest.mark.browser
    def test_my_page(screen, cast_in_db):
        phone = screen(language="zh-hans", width=360)
        phone.sign_in("fei")
        phone.go("/today/")
        phone.look("today")          # picture, no console error, no axe violation, nothing sideways

Wait for elements, never `wait_for_function`: under the content security policy it cannot poll.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "artefacts"
LANGUAGES = ("en", "zh-hans", "zh-hant")
WIDTHS = (1280, 360)
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--use-angle=swiftshader",
]


@dataclass
class Screen:
    """One browser window with a language and a width. Its console must stay silent."""

    page: Page
    base: str
    language: str
    width: int
    scheme: str
    errors: list[str] = field(default_factory=list)

    def go(self, path: str, status: int = 200) -> None:
        """Open a path of the live server and expect an HTTP status."""
        response = self.page.goto(self.base + path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"

    def sign_in(self, username: str, password: str | None = None) -> None:
        """Sign in through the form, as a person does."""
        if password is None:
            from tests.cast import PASSWORD as password  # noqa: N811
        self.go("/sign-in/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", password)
        self.page.click("#sign-in button[type=submit]")
        self.page.wait_for_selector(".shell")

    def shot(self, name: str) -> Path:
        """A picture of the whole page in artefacts/, named after language, width and scheme."""
        PICTURES.mkdir(exist_ok=True)
        path = PICTURES / f"{name}-{self.language}-{self.width}-{self.scheme}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def check(self) -> None:
        """No console error, no accessibility violation, nothing wider than the window."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the window"
        assert self.errors == []

    def look(self, name: str) -> None:
        """Take a picture, then check."""
        self.shot(name)
        self.check()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on PATH; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    # Playwright's own loop runs in this thread; Django would refuse the database because of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def screen(browser: Browser, live_server: Any) -> Iterator[Callable[..., Screen]]:
    """A factory of windows on the live server; each is closed after the test."""
    opened: list[Screen] = []

    def open_one(
        language: str = "en", width: int = 1280, scheme: str = "light", scripts: bool = True
    ) -> Screen:
        window = browser.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 740},
            color_scheme=scheme,
            java_script_enabled=scripts,
            device_scale_factor=1,
        )
        window.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page = window.new_page()
        page.set_default_timeout(15_000)
        one = Screen(page, live_server.url, language, width, scheme)
        page.on("pageerror", lambda error: one.errors.append(str(error)))
        page.on("console", lambda m: one.errors.append(m.text) if m.type == "error" else None)
        opened.append(one)
        return one

    yield open_one
    for one in opened:
        one.page.context.close()


@pytest.fixture
def cast_in_db(transactional_db: None) -> Any:
    """The named cast, with users who can sign in (password `tests.cast.PASSWORD`)."""
    from tests.cast import people_of_the_cast

    return people_of_the_cast()
