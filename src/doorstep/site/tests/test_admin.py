import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from tests.cast import PASSWORD, people_of_the_cast

User = get_user_model()


@pytest.fixture
def cast(db):
    return people_of_the_cast()


def test_only_superusers_open_the_back_office(cast):
    User.objects.create_superuser("root", password=PASSWORD)
    staff = User.objects.get(username="min")
    staff.is_staff = True
    staff.save()
    for name, status in (("root", 200), ("min", 302)):
        client = Client()
        client.force_login(User.objects.get(username=name))
        assert client.get("/admin/").status_code == status
        assert client.get("/admin/people/agent/").status_code == status
