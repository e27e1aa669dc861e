import pytest
from django.contrib.auth import get_user_model
from tests.browser import LANGUAGES
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1280, 360])
def test_people_tokens_and_the_page_that_is_not_there(screen, cast_in_db, language, width):
    window = screen(language=language, width=width)
    window.sign_in("min")
    window.go("/people/")
    window.look("people")
    window.go("/people/tokens/")
    window.page.fill("#id_name", "ledger")
    window.page.click("main form:last-of-type .btn-primary")
    window.page.wait_for_selector("code.secret")
    window.look("tokens")
    window.go("/nothing/", status=404)
    window.errors.clear()  # the browser itself notes a page that is not there
    window.look("error-404")


def test_the_back_office_holds_under_the_content_security_policy(screen, cast_in_db):
    get_user_model().objects.create_superuser("root", password=PASSWORD)
    window = screen()
    window.go("/admin/login/")
    window.page.fill("#id_username", "root")
    window.page.fill("#id_password", PASSWORD)
    window.page.click("input[type=submit]")
    window.page.wait_for_selector("#user-tools")
    window.go("/admin/people/agent/")
    assert window.errors == []
