"""What is sent as a photo from the door, or as a lender's file, and is something else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from doorstep.book.tests import files as f
from doorstep.field.models import Photo
from doorstep.field.rules.photo import MOST
from doorstep.field.tests.test_photo import jpeg, png
from doorstep.people.types import SYSTEM
from doorstep.visits import api as visits
from doorstep.visits.tests.conftest import DAY, SEVEN, make_door
from tests.cast import people_of_the_cast

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(1)</script>"


def signed_in(name):
    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    return client


@pytest.fixture
def visit(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    door = make_door(people_of_the_cast(), "B-LINA")
    visits.plan_day(DAY, [door.planned], at=SEVEN)
    return visits.visits_of(SYSTEM, [door.case])[door.case][0]


def send(visit, name, data, kind="image/jpeg"):
    file = SimpleUploadedFile(name, data, content_type=kind)
    return signed_in("fei").post(f"/today/{visit.id}/photos/", {"photo": file}, follow=True)


NO_PICTURES = {
    "an SVG with a script": ("door.svg", b'<svg xmlns="x" onload="alert(1)"/>', "image/svg+xml"),
    "an SVG called a JPEG": ("door.jpg", b'<svg xmlns="x" onload="alert(1)"/>', "image/jpeg"),
    "a page called a JPEG": ("door.jpg", b"<!doctype html>" + SCRIPT, "image/jpeg"),
    "a script in a GIF": ("door.jpg", b"GIF89a/*" + SCRIPT, "image/jpeg"),
    "a page behind the marks of a JPEG": ("door.jpg", b"\xff\xd8\xff\xe0" + SCRIPT, "image/jpeg"),
    "a page behind the marks of a PNG": ("a.png", b"\x89PNG\r\n\x1a\n" + SCRIPT, "image/png"),
    "nothing": ("door.jpg", b"", "image/jpeg"),
    "larger than may be": ("door.jpg", jpeg(behind=b"\0" * MOST), "image/jpeg"),
    "20,000 by 20,000 pixels": ("door.jpg", jpeg(width=20_000, height=20_000), "image/jpeg"),
    "a PNG of 400 million pixels": ("a.png", png(width=20_000, height=20_000), "image/png"),
}


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_refused_in_words_and_not_kept(visit, what):
    answer = send(visit, *NO_PICTURES[what])
    assert answer.status_code == 200
    assert b"The picture is kept" not in answer.content
    assert not Photo.objects.exists()
    assert not [p for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()]


def test_fifty_megabytes_are_refused(visit):
    answer = send(visit, "door.jpg", b"\xff\xd8\xff" + b"\0" * 50_000_000)
    assert "larger than 5 MB" in answer.content.decode()
    assert not Photo.objects.exists()


@pytest.mark.parametrize("name", ["door.html", "../../door.jpg", "a\x00b.jpg", "门" * 300, ".php"])
def test_a_picture_is_shown_as_a_picture_whatever_it_was_called(visit, name):
    """A polyglot: a picture and a page at once. The page is gone; the name and type told with it
    count for nothing; the file lies sealed, under a name of ours."""
    answer = send(visit, name, jpeg(behind=SCRIPT), kind="text/html")
    assert b"The picture is kept" in answer.content
    photo = Photo.objects.get()
    shown = signed_in("fei").get(f"/today/{visit.id}/photos/{photo.pk}/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    for hidden in (b"script", b"GPS", b"my phone", b"preview"):
        assert hidden not in shown.content
    (kept,) = [p for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()]
    assert kept.relative_to(settings.MEDIA_ROOT).parts[0] == "visits"
    assert b"table" not in kept.read_bytes()


def test_a_picture_belongs_to_its_visit_and_its_crew(visit):
    send(visit, "door.jpg", jpeg())
    where = f"/today/{visit.id}/photos/{Photo.objects.get().pk}/"
    assert Client().get(where).status_code == 302
    assert signed_in("pia").get(where).status_code in {403, 404}
    assert signed_in("dan").get(where).status_code == 403
    other = where.replace(str(visit.id), "00000000-0000-0000-0000-000000000007")
    assert signed_in("fei").get(other).status_code == 404


# --- a lender's files ----------------------------------------------------------------------------

NAMES = [
    "../../evil.csv",
    "..\\..\\evil.csv",
    "/etc/evil.csv",
    "C:\\evil.csv",
    "....//....//evil.csv",
    "%2e%2e%2fevil.csv",
    "..",
    ".",
    "",
    "...",
    ".bashrc",
    "a\x00.csv",
    "lender",
    "map.toml",
    "&#46;&#46;/evil.csv",
    "文" * 200 + ".csv",
    "x" * 5000 + ".csv",
    "=cmd|' /C calc'!A0.csv",
]


def raw(field, name, data):
    """One part of a form as an attacker writes it, not as a library would."""
    head = f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return b"--edge\r\n" + head.encode() + data + b"\r\n"


def upload(client, *parts):
    lender = b'--edge\r\nContent-Disposition: form-data; name="lender"\r\n\r\nbluebay\r\n'
    body = lender + b"".join(raw(*p) for p in parts) + b"--edge--\r\n"
    return client.post("/imports/", body, content_type="multipart/form-data; boundary=edge")


@pytest.fixture
def manager(db, settings, tmp_path):
    settings.STATE = tmp_path / "state"
    settings.STATE.mkdir()
    people_of_the_cast()
    return signed_in("min")


@pytest.mark.parametrize("name", NAMES)
def test_a_file_stays_inside_its_upload_whatever_it_is_called(manager, tmp_path, name):
    for file, plan in ((name, "map.toml"), ("loans.csv", name)):
        answer = upload(manager, ("tables", file, b"a,b\n1,2\n"), ("map", plan, f.MAP.encode()))
        assert answer.status_code in {200, 302, 400}  # 400: a head longer than any browser's
        if answer.status_code == 302:
            assert manager.get(answer["Location"]).status_code == 200
            assert manager.post(f"{answer['Location']}discarded").status_code == 302
        strange = [
            p
            for p in tmp_path.rglob("*")
            if p.is_file() and not p.is_relative_to(settings.STATE / "book")
        ]
        assert strange == [], "the upload is gone, and nothing else was written"


def test_two_files_of_one_name_do_not_swallow_each_other(manager):
    parts = [("tables", "a/loans.csv", b"a\n"), ("tables", "b/loans.csv", b"b\n")]
    answer = upload(manager, *parts, ("map", "map.toml", f.MAP.encode()))
    assert answer.status_code == 200
    assert "Two files are called loans.csv" in answer.content.decode()


def test_an_upload_is_its_users_even_where_its_key_is_known(manager):
    answer = upload(manager, ("tables", "l.csv", b"a\n"), ("map", "m.toml", f.MAP.encode()))
    for name in ("pia", "dan"):
        for what in ("", "taken", "discarded"):
            method = signed_in(name).post if what else signed_in(name).get
            assert method(answer["Location"] + what).status_code in {302, 403, 404}
    assert manager.get(answer["Location"]).status_code == 200
