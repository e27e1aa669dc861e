"""The page *Portfolio* in a browser: its pictures, sideways scrolling, accessibility."""

from __future__ import annotations

import pytest
from tests.browser import LANGUAGES, WIDTHS

from doorstep.book.tests.shelf import book_of, shelve

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_portfolio_looks_right(screen, cast_in_db, settings, tmp_path, language, width):
    settings.STATE = tmp_path / "state"
    shelve(book_of(2, lenders=(cast_in_db.bluebay,), size=120))
    scheme = "dark" if language == "zh-hans" else "light"
    window = screen(language=language, width=width, scheme=scheme)
    window.sign_in("ana")
    window.go("/portfolio/?since=2026-05-31&until=2026-10-31&by=money")
    window.look("portfolio")
    assert window.page.locator("svg[role=img]").count() == 3
