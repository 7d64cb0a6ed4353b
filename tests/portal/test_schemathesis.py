"""Every route and verb of the OpenAPI document, asked by strangers and by an operator gone hostile.

Schemathesis makes the requests, right ones and wrong ones. A few for each route with every run;
`TWINVERTER_HOSTILE_INPUTS` asks for more.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.portal.gate import PASSWORD, QUICK, gate
from twinverter.monitor.delivery import MEDIA_TYPE
from twinverter.portal import accounts
from twinverter.portal.doors import COOKIE
from twinverter.portal.rights import RULES, WEBSOCKET, Right

# As many for each of some forty routes, half of them made wrong on purpose.
INPUTS = int(os.environ.get("TWINVERTER_HOSTILE_INPUTS", "240")) // 40
CONFORMS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
schemathesis.serializer.alias(MEDIA_TYPE, "application/octet-stream")
API = [rule for rule in RULES if rule.path.startswith("/api/") and rule.method != WEBSOCKET]
BRIEFLY = settings(
    max_examples=max(2, INPUTS),
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
each_route = pytest.mark.parametrize("rule", API, ids=lambda rule: f"{rule.method} {rule.path}")


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    with gate(tmp_path_factory.mktemp("hostile") / "history.duckdb") as opened:
        yield opened


@pytest.fixture(scope="module")
def schema(own):
    headers = {"Authorization": f"Bearer {own.api_token('ope')}"}
    return schemathesis.openapi.from_asgi("/openapi.json", own.app, headers=headers)


def requests_for(schema, rule):
    """Return the requests that schemathesis makes for a route, right and wrong ones."""
    operation = schema[rule.path][rule.method]
    right, wrong = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    return operation.as_strategy(generation_mode=right) | operation.as_strategy(
        generation_mode=wrong
    )


@each_route
def test_a_stranger_gets_nothing_whatever_is_asked(rule, own, schema):
    allowed = {401, 404, 405}
    if rule.path == "/api/v1/login":
        allowed |= {400, 415, 422}

    @BRIEFLY
    @given(case=requests_for(schema, rule))
    def ask(case):
        reply = case.call()
        assert reply.status_code in allowed, reply.text
        if case.method != "HEAD":
            assert list(reply.json()) == ["error"]
        assert "set-cookie" not in reply.headers

    ask()


@each_route
def test_an_operator_who_sends_anything_gets_an_answer_that_the_document_tells_of(
    rule, own, schema
):
    statuses = set()

    @BRIEFLY
    @given(case=requests_for(schema, rule))
    def ask(case):
        is_delivery = rule.right is Right.DELIVER
        reply = case.call(headers=by_device(own) if is_delivery else renewed(own))
        case.validate_response(reply, checks=CONFORMS)
        statuses.add(reply.status_code)

    ask()
    assert statuses and (401 not in statuses or rule.path == "/api/v1/login")


def by_device(own):
    """Return the headers of a device."""
    return {"Authorization": f"Bearer {own.device_token}"}


def renewed(own):
    """Return the headers of a new session of the operator, whom the last request may have harmed."""
    with own.portal.register.begin() as link:
        accounts.altered(link, own.users["ope"], password_hash=QUICK.hash(PASSWORD))
        opened = own.doors.begun(link, own.users["ope"], "10.0.0.1")
    return {"Cookie": f"{COOKIE}={opened.secret}", "X-CSRF": opened.csrf}
