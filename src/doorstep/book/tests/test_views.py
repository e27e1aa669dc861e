"""The import page: look first, then take; only one's own."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doorstep.book.models import ImportRun, Manifest
from doorstep.book.tests import files as f
from doorstep.people.models import User


@pytest.fixture
def sign_in(cast, client):
    def go(username="min"):
        client.force_login(User.objects.get(username=username))
        return client

    return go


def upload(client, **tables):
    given = {**f.TABLES, **tables}
    sent = [
        SimpleUploadedFile(f"{name}.csv", f.text(rows).encode()) for name, rows in given.items()
    ]
    plan = SimpleUploadedFile("map.toml", f.MAP.encode())
    return client.post("/imports/", {"lender": "bluebay", "tables": sent, "map": plan})


def test_looking_changes_nothing_and_taking_takes(sign_in, settings):
    client = sign_in()
    loans = [*f.LOANS, {**f.LOANS[0], "loan_id": "L9", "principal": "-5"}]
    answer = upload(client, loans=loans)
    assert answer.status_code == 302, answer.content
    page = client.get(answer["Location"]).content.decode()
    assert "loans.csv:5" in page
    assert not Manifest.objects.exists()
    taken = client.post(f"{answer['Location']}taken")
    run = ImportRun.objects.get()
    assert taken["Location"] == f"/imports/{run.pk}/"
    assert "loans.csv:5" in client.get(taken["Location"]).content.decode()
    listed = b"".join(client.get(f"/imports/{run.pk}/rejects.csv").streaming_content).decode()
    assert listed.startswith("\ufeffFile,Row,Column,Code,Reason")
    assert "loans.csv,5,principal,negative," in listed
    assert not list((settings.STATE / "uploads").iterdir()), "the upload is gone"
    assert client.get(answer["Location"]).status_code == 404


def test_a_file_that_cannot_be_read_is_said_in_words(sign_in):
    client = sign_in()
    sent = SimpleUploadedFile("loans.csv", b"\xff\xfe")
    plan = SimpleUploadedFile("map.toml", f.MAP.encode())
    answer = client.post("/imports/", {"lender": "bluebay", "tables": [sent], "map": plan})
    page = client.get(answer["Location"]).content.decode()
    assert "loans.csv:1" in page
    assert "/taken" not in page


def test_an_upload_can_be_discarded_and_is_nobody_elses(sign_in, settings):
    client = sign_in()
    where = upload(client)["Location"]
    stranger = sign_in("pia")
    assert stranger.get(where).status_code == 404
    client = sign_in()
    client.post(f"{where}discarded")
    assert not list((settings.STATE / "uploads").iterdir())


def test_another_lender_sees_no_run_and_cannot_import_for_bluebay(sign_in):
    client = sign_in()
    client.post(f"{upload(client)['Location']}taken")
    run = ImportRun.objects.get()
    stranger = sign_in("pia")
    for path in (f"/imports/{run.pk}/", f"/imports/{run.pk}/rejects.csv"):
        assert stranger.get(path).status_code == 404
    assert "map.toml" not in stranger.get("/imports/").content.decode()
    assert upload(stranger).status_code == 200, "the form comes back with an error"


def test_desk_and_field_agents_may_not_import(sign_in):
    assert sign_in("dan").get("/imports/").status_code == 403


def test_a_name_with_folders_in_it_stays_inside_the_upload(sign_in, settings, tmp_path):
    client = sign_in()
    sent = SimpleUploadedFile("x.csv", b"a")
    sent.name = "../../evil.csv"
    plan = SimpleUploadedFile("map.toml", f.MAP.encode())
    client.post("/imports/", {"lender": "bluebay", "tables": [sent], "map": plan})
    assert not list(tmp_path.rglob("evil.csv")) or all(
        "uploads" in p.parts for p in tmp_path.rglob("evil.csv")
    )
