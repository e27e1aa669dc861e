"""`doorstep demo` on a database that is somebody's: refused with its code, and nothing changed.

On both databases, for one with a lender in it and for one that holds no more than its first user.
"""

from __future__ import annotations

import pytest

from tests import crash, stores

pytestmark = pytest.mark.django_db
LENDER = (
    "INSERT INTO people_organisation (code, name, kind, country, zone, phone, licence,"
    " on_white_list)"
    " VALUES ('mine', 'Mine', 'lender', 'CN', 'Asia/Shanghai', '', '', TRUE)"
)
USER = (
    "INSERT INTO people_user (password, is_superuser, username, first_name, last_name, email,"
    " is_staff, is_active, date_joined, role, language)"
    " VALUES ('', TRUE, 'root', '', '', '', TRUE, TRUE, '2026-11-24', '', 'en')"
)
LOOKED_AT = (
    "SELECT * FROM people_organisation",
    "SELECT * FROM people_user",
    "SELECT app, name FROM django_migrations ORDER BY id",
    "SELECT * FROM simulator_demomark",
    "SELECT * FROM django_session",
    "SELECT * FROM casefile_case",
)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    store = stores.new(tmp_path_factory.mktemp("mine"))
    done = crash.run(["migrate"], state=store.state, env=store.env)
    assert done.code == 0, done.stderr
    yield store
    store.drop()


def held(store):
    files = sorted(
        str(p) for p in store.state.rglob("*") if p.name not in {"commits", "doorstep.db-shm"}
    )
    return [store.query(sql) for sql in LOOKED_AT], files


@pytest.mark.parametrize("row", [LENDER, USER], ids=["a lender", "a user"])
def test_somebodys_database_is_left_alone(migrated, tmp_path, row):
    store = migrated.copy(tmp_path / "state")
    store.query(row)
    before = held(store)
    demo = ["demo", "--loans", "5", "--days", "1", "--no-serve"]
    done = crash.run(demo, state=store.state, env=store.env)
    assert done.code == 3, done.stderr
    assert "not a demo" in done.stderr
    assert done.commits == 0
    assert held(store) == before
    store.drop()
