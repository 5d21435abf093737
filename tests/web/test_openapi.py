"""The description at /openapi.json and what the service does agree: schemathesis, all checks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from treatybodies.paths import Garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import Service, create_app

Serving = Callable[[Service], AbstractContextManager[tuple[str, int]]]
# No schema can tell a sound query from another string; 503 is a server's error in name only.
EXCLUDED: list[Any] = [positive_data_acceptance, not_a_server_error]
CASES = 60
"""Requests to each operation, of which there are some tens."""


@pytest.fixture(scope="module")
def schema(
    release: Release, garden: Garden, settings: Settings, serving: Serving
) -> Iterator[OpenApiSchema]:
    """The description, as the service gives it."""
    application = create_app(release, garden, settings.model_copy(update={"query_seconds": 2.0}))
    with serving(application) as (host, port):
        yield schemathesis.openapi.from_url(f"http://{host}:{port}/openapi.json")


def test_operations_do_what_they_say(schema: OpenApiSchema) -> None:
    failures: list[str] = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @examples(
            max_examples=CASES,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def respond(case: schemathesis.Case[Any]) -> None:
            response = case.call_and_validate(excluded_checks=EXCLUDED)
            assert response.status_code < 500 or response.status_code == 503

        try:
            respond()
        except (FailureGroup, ExceptionGroup) as cause:
            failures += [f"{operation.label}: {each}" for each in cause.exceptions]
    assert not failures, "\n\n".join(failures)
