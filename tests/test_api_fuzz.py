"""The REST API against its own schema: generated requests, every answer as documented."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from hypothesis import HealthCheck, given, settings

from doorstep.people.api import create_token, organisation
from doorstep.people.types import UserRole
from tests import cast

EXAMPLES = 25


@pytest.fixture
def operations(transactional_db):
    people = cast.people_of_the_cast()
    cast.case_of(people)
    secret = create_token(organisation("doorway"), name="fuzz", role=UserRole.MANAGER, at=cast.NINE)
    with override_settings(ALLOWED_HOSTS=["*"]):
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
        schema.config.update(headers={"Authorization": f"Bearer {secret}"})
        yield [result.ok() for result in schema.get_all_operations()]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_answer_is_as_the_schema_says(operations):
    assert operations, "the schema names no operation"
    wrong = []
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def fuzz(case):
            case.call_and_validate()

        try:
            fuzz()
        except BaseException as error:
            wrong.append(f"{operation.label}: {_short(error)}")
    assert not wrong, "\n\n".join(wrong)


def _short(error: BaseException) -> str:
    parts = [str(e) for e in getattr(error, "exceptions", [error])]
    return "\n".join(parts)[:1500]
