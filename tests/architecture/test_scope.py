"""Another organisation gets nothing: every page, every operation, every door, every export.

Written once over the URL conf and over every `api` function whose first parameter is `viewer`. A
new route or door is tested by itself; one whose arguments nobody knows fails until it has an
example in `scope_world.py` or here.
"""

from __future__ import annotations

import enum
import inspect
import io
import typing
import zipfile
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.test import Client

from doorstep.casefile.api import CaseFilter
from doorstep.casefile.types import FactKind
from doorstep.kernel.actions import Action, ActionKind, Recipient
from doorstep.kernel.money import Money
from doorstep.people import api as people
from doorstep.people.types import OrganisationKind, UserRole
from tests import cast as the_cast
from tests.architecture import scope_world
from tests.architecture.routes import arguments, fill, operations, pages
from tests.architecture.scope_world import MARK
from tests.cast import DAY, NINE, PASSWORD, ZONE

pytestmark = pytest.mark.django_db

# The model whose row an argument of this name names.
KEYS = {
    "case_id": "casefile.Case",
    "promise_id": "casefile.Promise",
    "stop_id": "care.Stop",
    "point_id": "verification.ContactPoint",
    "person_id": "verification.RelatedPerson",
    "task_id": "contact.CallTask",
    "call_id": "contact.CallRecord",
    "message_id": "contact.Outgoing",
    "visit_id": "visits.Visit",
    "route_id": "visits.Route",
    "verdict_id": "compliance.StoredVerdict",
    "clearance_id": "compliance.Clearance",
    "consent_id": "compliance.StoredConsent",
    "decision_id": "strategy.Decision",
    "arrangement_id": "negotiation.Arrangement",
    "run_id": "book.ImportRun",
    "import_id": "book.ImportRun",
    "policy_id": "compliance.HousePolicy",
    "proposal_id": "book.ProposedChange",
    "token_id": "people.ApiToken",
    "evidence_id": "field.Evidence",
    "photo_id": "field.Photo",
    "packet_id": "field.Packet",
}
# What other arguments are, by name.
PLAIN = {
    "lender": "bluebay",
    "lender_id": 1,
    "borrower_id": f"B-{MARK}",
    "loan_id": f"L-{MARK}",
    "payment_id": "P-1",
    "reversal_id": "R-1",
    "person": "spouse-1",
    "by": "test",
    "why": "test",
    "key": "k",
    "asked": {"a": 1},
    "make": lambda: (200, {}),
    "zone": ZONE,
    "limit": 100,
    "kinds": list(FactKind),
    "wanted": CaseFilter(status=""),
    "amount": Money(100, "CNY"),
    "channel": "email_smtp",
    "text": "x",
    "segment": "early",
    "outcome": "met",
    "reason": "x",
    "note": "x",
    "code": "x",
    "number": "1",
    "name": "money",
    "visit_day": "2026-11-24",
    "day": DAY,
    "rule": "H-1",
    "field": "days",
    "value": "1",
    "data": b"x",
}
REFUSALS = (LookupError, ValueError, PermissionError, PermissionDenied, ObjectDoesNotExist)
# Refusals of a folder whose errors are of another family.
REFUSING_NAMES = {"Denied"}
# Doors that a stranger is answered without anything of ours in it; looked at one by one.
NOT_ABOUT_A_ROW = {
    "people.once",
    "people.organisation_of",
    "negotiation.blank",
    "book.portfolio",  # its own name and an empty book
}
# Doors that show the owner the world's row: without these the test could not fail.
SHOWN = {
    "casefile.find_case",
    "casefile.list_cases",
    "casefile.open_cases",
    "casefile.timeline",
    "casefile.facts_between",
    "casefile.promises_between",
    "casefile.references",
    "care.stops_of",
    "verification.points_of",
    "contact.language_gaps",
}


def doors():
    """Every door that takes a viewer first, by folder and name."""
    for folder in settings.CAPABILITIES:
        if not find_spec(f"doorstep.{folder}.api"):
            continue
        module = import_module(f"doorstep.{folder}.api")
        for name in module.__all__:
            door = getattr(module, name)
            if inspect.isfunction(door) and _takes_viewer(door):
                yield pytest.param(door, id=f"{folder}.{name}")


def panels():
    """Every panel: what pages show of other folders, of a case or of a loan."""
    for folder in settings.CAPABILITIES:
        if not find_spec(f"doorstep.{folder}.panels"):
            continue
        module = import_module(f"doorstep.{folder}.panels")
        for name, panel in vars(module).items():
            own = inspect.isfunction(panel) and panel.__module__ == module.__name__
            if own and not name.startswith("_") and _takes_viewer(panel):
                yield pytest.param(panel, id=f"{folder}.panels.{name}")


def _takes_viewer(door):
    return next(iter(inspect.signature(door).parameters), "") == "viewer"


@pytest.fixture
def world(db):
    scope_world.seal_all()
    return scope_world.build()


@pytest.fixture(params=["lender", "agency"])
def stranger(request, world):
    """Another lender, and another agency: neither has anything to do with Li Na's case."""
    if request.param == "lender":
        return the_cast.stranger(world.cast)
    other = people.create_organisation(
        "elsewhere", name="Elsewhere", kind=OrganisationKind.AGENCY, country="CN", zone=ZONE
    )
    return the_cast.viewer(other, OrganisationKind.AGENCY, UserRole.MANAGER)


# ruff: noqa: PLR0911
def value_for(world, door, parameter):
    """An argument for a door: a row of the world by name, else by type, else a plain example."""
    name = parameter.name
    kind = typing.get_type_hints(door).get(name)
    if name == "case_ids":
        return [world.case.pk]
    if name in KEYS:
        return world.pk(KEYS[name])
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if kind in {datetime, date}:
        shift = timedelta(days={"since": -1, "until": 1}.get(name, 0))
        return (NINE if kind is datetime else DAY) + shift
    if name in {"lender", "lender_id"} and kind is int:
        return world.cast.bluebay
    if kind is Action or name in {"action", "it"}:
        return Action(ActionKind.CALL, world.case.pk, Recipient(point=str(UUID(int=7))))
    if name == "case":
        from doorstep.casefile.queries import case_view

        return case_view(world.case)
    if name in PLAIN:
        return PLAIN[name]
    return example(kind, door, name)


def example(kind, door, name):
    """A dataclass filled with plain values, for arguments that are one."""
    if kind is not None and hasattr(kind, "__dataclass_fields__"):
        hints = typing.get_type_hints(kind)
        return kind(
            **{
                f: _simple(hints[f])
                for f, spec in kind.__dataclass_fields__.items()
                if spec.default is spec.default_factory
            }
        )
    pytest.fail(
        f"{door.__module__}.{door.__name__}: no example for {name!r}; add it to PLAIN or KEYS "
        "in tests/architecture/test_scope.py"
    )


def _simple(kind):
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    simple = {int: 1, str: "x", bool: False, date: DAY, datetime: NINE, UUID: UUID(int=7)}
    if kind in simple:
        return simple[kind]
    if kind is Money:
        return Money(100, "CNY")
    return () if typing.get_origin(kind) in {tuple, list} else None


def call(world, door, viewer):
    """What the door answers, or None where it refuses."""
    given, named = [viewer], {}
    for parameter in list(inspect.signature(door).parameters.values())[1:]:
        if parameter.default is not parameter.empty:
            continue
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value_for(world, door, parameter)
        else:
            given.append(value_for(world, door, parameter))
    try:
        with transaction.atomic():
            return door(*given, **named)
    except REFUSALS:
        return None
    except Exception as error:
        if type(error).__name__ in REFUSING_NAMES:
            return None
        raise


def rows(world):
    """Every case-bound row as it stands."""
    return {
        m._meta.label: list(m._default_manager.order_by("pk").values())
        for m in scope_world.scoped_models()
    }


def tells(world, answer):
    """The answer holds something of the world: its mark, or the id of its case."""
    text = repr(answer)
    return MARK in text or str(world.case.pk) in text or repr(world.case.pk) in text


@pytest.mark.parametrize("door", doors())
def test_a_door_tells_a_stranger_nothing_and_changes_nothing(world, stranger, door, request):
    before = rows(world)
    answer = call(world, door, stranger)
    assert not tells(world, answer), answer
    assert rows(world) == before
    name = request.node.callspec.id
    if not any(word in name for word in NOT_ABOUT_A_ROW):
        assert nothing(answer), answer


@pytest.mark.parametrize("panel", panels())
def test_a_panel_shows_a_stranger_nothing(world, stranger, panel):
    shown = call(world, panel, stranger)
    assert MARK not in repr(shown)


def nothing(answer):
    """No rows: empty, zero, or only containers of nothing. A day's empty board counts."""
    if hasattr(answer, "__dataclass_fields__"):
        kept = [getattr(answer, f) for f in answer.__dataclass_fields__]
        return all(nothing(v) for v in kept if not isinstance(v, date | str))
    if isinstance(answer, dict):
        return all(nothing(v) for v in answer.values())
    if isinstance(answer, list | tuple):
        return all(nothing(v) for v in answer)
    return not answer or isinstance(answer, str)


def test_the_owner_does_see_it(world):
    """Without this the tests above would pass on doors that never answer anybody."""
    manager = the_cast.manager(world.cast)
    found = set()
    for one in doors():
        if one.id in SHOWN and tells(world, call(world, one.values[0], manager)):
            found.add(one.id)
    assert found == SHOWN


# --- pages ---------------------------------------------------------------------------------------


@pytest.fixture
def client(world, stranger):
    user = get_user_model().objects.create_user(
        "stranger",
        password=PASSWORD,
        organisation_id=stranger.organisation_id,
        role=UserRole.MANAGER,
    )
    signed_in = Client(raise_request_exception=True)
    signed_in.force_login(user)
    return signed_in


def known(world):
    """The world's row for every argument of a path."""
    return {name: str(world.pk(label)) for name, label in KEYS.items()}


def read(answer):
    """All text an answer holds, also inside a spreadsheet."""
    body = b"".join(answer) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            return "".join(file.read(n).decode(errors="replace") for n in file.namelist())
    return body.decode(errors="replace")


# A token belongs to an organisation and not to a case: people's own tests end a stranger's.
CASE_PAGES = [page for page in pages() if page.name != "token-end"]


@pytest.mark.parametrize("page", CASE_PAGES, ids=lambda p: p.path)
def test_a_page_shows_a_stranger_nothing_and_changes_nothing(world, client, page):
    path = fill(page.path, known(world))
    before = rows(world)
    about_a_row = set(arguments(page.path)) & set(KEYS)
    for send in (client.get, client.post):
        answer = send(path)
        text = read(answer)
        assert MARK not in text, f"{path} shows it"
        if about_a_row:
            assert answer.status_code in {302, 400, 403, 404, 405}, f"{path}: {answer.status_code}"
        else:
            assert str(world.case.pk) not in text
    assert rows(world) == before


@pytest.mark.parametrize("operation", operations(), ids=lambda o: f"{o.method} {o.path}")
def test_an_operation_tells_a_stranger_nothing(world, stranger, operation):
    organisation = people.organisation_of(stranger)
    secret = people.create_token(organisation, name="t", role=UserRole.MANAGER, at=NINE)
    api = Client(headers={"authorization": f"Bearer {secret}"})
    path = fill(operation.path, known(world) | {"loan_id": f"L-{MARK}", "lender": "bluebay"})
    before = rows(world)
    answer = getattr(api, operation.method)(path, **_body(operation.method))
    assert MARK not in answer.content.decode().replace(path, "")
    assert rows(world) == before
    if arguments(operation.path):
        assert answer.status_code in {400, 401, 403, 404, 422}, answer.content


def _body(method):
    return {} if method == "get" else {"data": "{}", "content_type": "application/json"}


def test_the_owner_does_see_the_pages(world):
    owner = Client()
    owner.force_login(get_user_model().objects.get(username="min"))
    for path in ("/cases/", f"/cases/{world.case.pk}/", "/cases/export/", "/exports/cases/"):
        assert MARK in read(owner.get(path)), path
