"""Words of borrowers, lenders and agents are shown as words: on every page, map, sheet and mail."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from doorstep.book.tests import files as f
from doorstep.casefile import api as casefile
from doorstep.casefile.models import Case
from doorstep.casefile.types import FactKind
from doorstep.people.models import Agent, Organisation
from doorstep.people.types import SYSTEM, Permission
from doorstep.visits import api as visits
from doorstep.visits.tests.conftest import DAY, SEVEN, make_door
from tests import cast
from tests.architecture import scope_world
from tests.architecture.routes import fill, pages
from tests.architecture.test_scope import KEYS
from tests.journeys.days import it_is

__all__ = ["it_is"]
pytestmark = pytest.mark.django_db
MARK = '"><xss onxss=1>'
"""A tag and an attribute that nothing of ours has: a page in which a browser would find one lets
its words become markup. It ends an attribute first."""
WORDS = (
    *("note", "why", "text", "result", "outcome", "kind", "reason", "channel", "template"),
    *("person", "by", "old", "new", "from", "to", "bucket", "status", "product", "loan"),
)


class Browser(HTMLParser):
    """What a browser makes of a page, as far as the mark is concerned."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if "xss" in tag or any("xss" in name for name, _ in attrs):
            self.found.append(f"<{tag} {attrs}>")
        for name, value in attrs:
            address = name in {"href", "src", "action"} or name.startswith(("hx-", "formaction"))
            if address and (value or "").strip().lower().startswith(("javascript:", "data:text")):
                self.found.append(f"{name}={value}")


def shown(answer) -> bool:
    """Whether the page shows the mark at all, having made sure that it shows it as words."""
    if answer.streaming or "html" not in answer.get("Content-Type", ""):
        return False
    text = answer.content.decode()
    assert Browser(text).found == [], answer.request["PATH_INFO"]
    return "&lt;xss" in text


def signed_in(name):
    client = Client(raise_request_exception=False)  # a row made from types alone is not all right
    client.force_login(get_user_model().objects.get(username=name))
    return client


def test_the_browser_here_sees_what_a_real_one_would():
    assert Browser(f'<p title="{MARK}">').found
    assert Browser(f"<p>{MARK}").found
    assert Browser('<a href=" JavaScript:x">').found
    assert not Browser("<p>&quot;&gt;&lt;xss onxss=1&gt;").found


@pytest.fixture
def world(monkeypatch, db):
    """One row of everything, every text of it the mark; and a fact of every kind."""
    monkeypatch.setattr(scope_world, "MARK", MARK)
    for model, words in list(scope_world.WORDS.items()):
        marked = {
            k: v.replace("SECRETLINA", MARK) if isinstance(v, str) else v for k, v in words.items()
        }
        monkeypatch.setitem(scope_world.WORDS, model, marked)
    monkeypatch.setitem(scope_world._BY_TYPE, scope_world.models.JSONField, {"mark": MARK})
    scope_world.seal_all()
    world = scope_world.build()
    Organisation.objects.update(name=MARK)
    Agent.objects.update(name=MARK)
    data = dict.fromkeys(WORDS, MARK) | {"amount": 100, "currency": "CNY"}
    for kind in FactKind:
        casefile.record(world.case.pk, kind, at=cast.at(10), by=MARK, data=data)
    return world


def test_every_page_shows_words_as_words(world):
    known = {name: str(world.pk(label)) for name, label in KEYS.items() if label in world.rows}
    staff = {Permission.FIELD_DAY: signed_in("fei"), Permission.CALLS: signed_in("dan")}
    asked = dict.fromkeys(("q", "day", "why", "cause", "next", "page", "sort", "bucket"), MARK)
    told = dict.fromkeys(("name", "note", "person", "income", "text", "value", "next"), MARK)
    showing, manager = set(), signed_in("min")
    for page in pages():
        if page.name in {"sign-in", "sign-out", "stop-photo"}:
            continue
        client, path = staff.get(page.permission, manager), fill(page.path, known)
        for answer in (client.get(path), client.get(path, asked), client.post(path, told)):
            if shown(answer):
                showing.add(page.name)
    assert {"cases", "case", "people", "stops", "message", "verdict"} <= showing, showing
    shown(Client().get("/sign-in/", asked))


def test_the_crews_pages_map_and_sheet_show_words_as_words(db, it_is):
    """An address, a place and names that are the mark, on the phone, the map and on paper."""
    it_is(10)
    doors = [make_door(cast.people_of_the_cast(), f"B-1{MARK}")]
    Case.objects.update(region=MARK)
    Agent.objects.update(name=MARK)
    visits.plan_day(DAY, [door.planned for door in doors], at=SEVEN)
    visit = visits.visits_of(SYSTEM, [doors[0].case])[doors[0].case][0]
    manager, fei = signed_in("min"), signed_in("fei")
    number = visits.plan_of(SYSTEM, DAY)[0].routes[0].number
    assert shown(manager.get("/visits/", {"day": DAY, "why": MARK, "crew": MARK}))
    assert shown(manager.get(f"/visits/{DAY}/crew/{number}/sheet/"))
    assert shown(fei.get("/today/"))
    here = f"/today/{visit.id}/"
    assert shown(fei.post(f"{here}address/"))
    fei.post(f"{here}knock/", {"recording": "on"})
    fei.post(f"{here}party/", {"right_party": "right_party"})
    form = {"outcome": MARK, "happened": MARK, "note": MARK, "promise_amount": MARK}
    assert shown(fei.post(f"{here}outcome/", form))


def test_a_lenders_file_is_shown_as_words_before_it_is_taken(db, settings, tmp_path):
    settings.STATE = tmp_path
    cast.people_of_the_cast()
    loans = [{**f.LOANS[0], "loan_id": MARK, "currency": MARK, "product": MARK}]
    sent = [
        SimpleUploadedFile(f"loans{MARK}.csv", f.text(loans).encode()),
        SimpleUploadedFile("borrowers.csv", f.text(f.BORROWERS).encode()),
    ]
    plan = SimpleUploadedFile("map.toml", f.MAP.encode())
    manager = signed_in("min")
    answer = manager.post("/imports/", {"lender": "bluebay", "tables": sent, "map": plan})
    assert shown(manager.get(answer["Location"]))
    assert shown(manager.get(manager.post(f"{answer['Location']}taken")["Location"]))
