import pytest
from tests.browser import LANGUAGES, WIDTHS

TITLES = {"en": "Sign in", "zh-hans": "登录", "zh-hant": "登入"}

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manager_signs_in_and_out(screen, cast_in_db, settings, language, width):
    settings.DEMO = True
    window = screen(language=language, width=width, scheme="dark" if width == 360 else "light")
    window.go("/sign-in/")
    assert window.page.inner_text("h1") == TITLES[language]
    window.look("sign-in")
    window.page.click("[data-username=min]")
    assert window.page.input_value("#id_username") == "min"
    window.sign_in("min")
    window.look("start")
    window.page.click("header details.menu:last-of-type summary")
    window.page.click("form[action='/sign-out/'] button")
    window.page.wait_for_selector("#sign-in")


def test_a_wrong_password_is_said_in_words_and_loses_nothing(screen, cast_in_db):
    window = screen(language="zh-hant")
    window.go("/sign-in/")
    window.page.fill("#id_username", "min")
    window.page.fill("#id_password", "wrong")
    window.page.click("#sign-in button[type=submit]")
    assert "密碼" in window.page.inner_text("[role=alert]")
    assert window.page.input_value("#id_username") == "min"
    window.look("sign-in-wrong")


def test_the_menu_and_the_switches_work_without_a_script(screen, cast_in_db):
    window = screen(scripts=False)
    window.sign_in("min")
    window.page.click(".tools details:nth-of-type(1) summary")
    window.page.click("button[value=zh-hans]")
    window.page.wait_for_selector("html[lang=zh-hans]")
    window.page.click(".tools details:nth-of-type(2) summary")
    window.page.click("button[value=dark]")
    window.page.wait_for_selector("html[data-theme=dark]")
