"""What programs send that is none: bodies of any size and kind, other addresses and ways. JSON answers, nothing is repeated or changed."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siegelpost.api.answers import MOST_BYTES
from siegelpost.api.errors import TokenRefused
from siegelpost.api.gate import Token
from siegelpost.api.ninja import NinjaAPI
from siegelpost.api.urls import api
from siegelpost.audience.models import Subscriber
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import Program, program, refusal
from tests.api.routes import NEW, described
from tests.web.visiting import visitor

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("body", "kind", "wanted"),
    [
        (b"{", "application/json", (415, "api.not_json")),
        (b"\xff\xfe", "application/json", (415, "api.not_json")),
        (b"[" * 100_000, "application/json", (415, "api.not_json")),
        (b"9" * 5_000, "application/json", (415, "api.not_json")),
        (b"[]", "application/json", (422, "api.request_wrong")),
        (b'"' + b"x" * MOST_BYTES + b'"', "application/json", (413, "api.too_large")),
        (b"email=eve@example.org", "application/x-www-form-urlencoded", (415, "api.not_json")),
        (b"{}", "text/plain", (415, "api.not_json")),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_before_anything_happens(
    alpha: TenantDB, body: bytes, kind: str, wanted: tuple[int, str]
) -> None:
    caller = program(alpha)
    answer = Client().post("/api/v1/t/alpha/subscribers", body, content_type=kind, headers={"Authorization": f"Bearer {caller.key}"})
    assert refusal(answer) == wanted and not alpha.objects(Subscriber).exists()


def test_a_body_that_does_not_say_how_large_it_is_is_not_read(alpha: TenantDB) -> None:
    caller = program(alpha)
    assert refusal(caller.ask("POST", "subscribers", **{"Transfer-Encoding": "chunked"})) == (413, "api.too_large")


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(values=st.fixed_dictionaries({}, optional=dict.fromkeys((*NEW, "list", "fields", "more"), ANYTHING)))
def test_whatever_a_program_hands_in_it_is_told_what_is_wrong_and_nothing_of_it(alpha: TenantDB, values: dict[str, Any]) -> None:
    caller = program(alpha)
    marked = {**NEW, "source": "zzz-secret", "list": 1, **values}
    answer = caller.ask("POST", "subscribers", marked)
    status, code = refusal(answer)  # there is no list 1
    assert status in (400, 403, 404, 415, 422) and "zzz-secret" not in answer.content.decode(), code


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [
        ("GET", "/api/", (404, "api.no_such_address")),
        ("GET", "/api/v1/", (404, "api.no_such_address")),
        ("GET", "/api/v2/t/alpha/lists", (404, "api.no_such_address")),
        ("GET", "/api/v1/t/alpha/lists/", (404, "api.no_such_address")),
        ("GET", "/api/v1/t/alpha/lists/x", (404, "api.no_such_address")),
        ("GET", "/api/v1/t/alpha/subscribers/-1", (404, "api.no_such_address")),
        ("GET", "/api/v1/t/al%00pha/lists", (404, "api.no_such_address")),
        ("GET", "/api/v1/docs", (404, "api.no_such_address")),
        ("PUT", "/api/v1/t/alpha/lists", (405, "api.no_such_method")),
        ("HEAD", "/api/v1/t/alpha/lists", (405, "api.no_such_method")),
        ("POST", "/api/v1/openapi.json", (405, "api.no_such_method")),
    ],
)
def test_other_addresses_and_ways_are_answered_in_json(alpha: TenantDB, method: str, path: str, wanted: tuple[int, str]) -> None:
    answer = program(alpha).ask(method, path)
    if method == "HEAD":
        assert answer.status_code == wanted[0]
    else:
        assert refusal(answer) == wanted


def test_a_key_counts_in_the_header_alone(alpha: TenantDB) -> None:
    caller = program(alpha)
    for path in (f"lists?token={caller.key}", f"lists?access_token={caller.key}", f"lists?api_key={caller.key}"):
        assert Program("alpha", None).refused("GET", path) == (401, "api.token_refused")
    for words in (f"Basic {caller.key}", f"{caller.key}", f"Bearer{caller.key}", "Bearer"):
        assert refusal(Program("alpha", None).ask("GET", "lists", Authorization=words)) == (401, "api.token_refused")
    assert Program("alpha", None).ask("GET", "lists", Authorization=f"bearer  {caller.key}").status_code == 200
    assert Program("alpha", None).ask("GET", "lists")["WWW-Authenticate"] == "Bearer"


def test_somebody_who_is_logged_in_is_nobody_here(alpha: TenantDB) -> None:
    """The browser sends the cookie wherever another page makes it go: it opens nothing, so there is nothing to forge."""
    client = visitor(alpha, "admin")
    answer = client.get("/api/v1/t/alpha/lists")
    assert refusal(answer) == (401, "api.token_refused") and "Cookie" not in answer.get("Vary", "")
    assert client.post("/api/v1/t/alpha/subscribers", "{}", content_type="application/json").status_code == 401


def test_an_operation_for_which_nobody_chose_a_gate_is_closed() -> None:
    added = NinjaAPI(version="test", urls_namespace="test", auth=api.auth)
    added.get("/lists")(lambda request: {})
    (view,) = (path.operations[0] for path in added.default_router.path_operations.values())
    with pytest.raises(TokenRefused):
        view.auth_callbacks[0](None)
    views = [one for _prefix, router in api._routers for path in router.path_operations.values() for one in path.operations]
    assert all([type(gate) for gate in one.auth_callbacks] == [Token] for one in views)


def test_refusals_speak_the_callers_language(alpha: TenantDB) -> None:
    caller = program(alpha)
    said = {language: caller.ask("GET", "lists/1", **{"Accept-Language": language}).json()["error"] for language in ("de", "en")}
    assert said["de"]["code"] == said["en"]["code"] == "list.unknown" and said["de"]["message"] != said["en"]["message"]


def test_the_description_says_of_each_operation_what_it_needs() -> None:
    found = described()
    assert found["openapi"].startswith("3.1") and found["info"]["title"] == "Siegelpost"
    for methods in found["paths"].values():
        for about in methods.values():
            assert about["security"] == [{"Token": []}] and about["description"] and about["responses"], about["operationId"]
            assert {one["name"] for one in about["parameters"] if one["in"] == "path"} >= {"slug"}
    assert found["components"]["securitySchemes"] == {"Token": {"type": "http", "scheme": "bearer"}}
    assert "@" not in json.dumps(found)
