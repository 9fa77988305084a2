"""`/hooks/PROVIDER/TOKEN`: takes what is genuine, and tells strangers nothing."""

import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from siegelpost.consent.suppression import reason_for
from siegelpost.feedback.hooks import services
from siegelpost.feedback.hooks.gates import MAILGUN, MAX_BODY, POSTMARK, PROVIDERS, SENDGRID, SES, Posted
from siegelpost.feedback.hooks.models import Post
from siegelpost.flows.receive_hook import work_off
from siegelpost.tenancy.handle import TenantDB, control_store
from tests.edge.live import live
from tests.feedback import hook_posts as posts
from tests.feedback.hook_posts import NOON, SECRETS, About
from tests.inbound.delivered import deliver
from tests.inbound.hooked import by_all, sends_from
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("alpha")


def address(provider: str) -> tuple[int, str]:
    number, token = services.add_hook(provider, None, SECRETS[provider], now=NOON)
    return number, f"/hooks/{provider}/{token}"


def headers_of(posted: Posted) -> dict[str, str]:
    names = {"Authorization": posted.authorization, "X-Twilio-Email-Event-Webhook-Timestamp": posted.timestamp,
             "X-Twilio-Email-Event-Webhook-Signature": posted.signature}  # fmt: skip
    return {name: value for name, value in names.items() if value}


def send(path: str, posted: Posted, headers: Mapping[str, str] | None = None) -> Any:
    with time_machine.travel(NOON, tick=False):
        client = Client(enforce_csrf_checks=True, raise_request_exception=True)
        sent = headers_of(posted) if headers is None else dict(headers)
        return client.post(path, data=posted.body, content_type="text/plain; charset=UTF-8", headers=sent)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_genuine_post_is_taken_without_a_cookie_and_has_its_consequence(alpha: TenantDB, provider: str) -> None:
    sends_from(alpha)
    number, path = address(provider)
    post = posts.complaint(provider, by_all(deliver(alpha)))
    answers = [send(path, post) for _twice in range(2)]
    assert [(one.status_code, one.content, bool(one.cookies)) for one in answers] == [(200, b"ok\n", False)] * 2
    assert reason_for(alpha, "ann@example.org", None) == ""  # the answer does not wait for it
    work_off(limit=3, seconds=60, now=NOON)
    assert reason_for(alpha, "ann@example.org", None) == "complained"
    assert services.counts(number) == {"complaint": 1, "repeated": 1, "taken": 1}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_strangers_get_the_same_answer_whatever_is_wrong(provider: str) -> None:
    number, path = address(provider)
    genuine = posts.bounce(provider, About())
    wrong_secret = Posted(body=b'{"signature": {"timestamp": "1", "token": "2", "signature": "3"}}', authorization="Basic eDp5",
                          timestamp="1772539200", signature="MEUCIQ==")  # fmt: skip
    answers = [
        send(path, wrong_secret),
        send(path, Posted(body=b"")),
        send(path[:-1] + ("A" if path[-1] != "A" else "B"), genuine),
        send(path.replace(provider, "unknown"), genuine),
        send(path.replace(provider, {SES: MAILGUN}.get(provider, SES)), genuine),
        send("/hooks/ses/x%00y", genuine),
        Client().get(path),
        Client().head(path),
        Client().put(path, data=genuine.body, headers=headers_of(genuine)),
    ]
    assert {(one.status_code, one.content) for one in answers} == {(403, b"")}
    assert {tuple(sorted((k, v) for k, v in one.headers.items() if k != "Content-Length")) for one in answers} == {
        tuple(sorted((k, v) for k, v in answers[0].headers.items() if k != "Content-Length"))
    }
    assert control_store.objects(Post).count() == 0
    assert services.counts(number) == {"refused": 2}
    assert services.counts(0) == {"refused": 4}


@pytest.mark.slow
def test_a_body_beyond_the_limit_is_not_kept_and_one_at_the_limit_is(alpha: TenantDB) -> None:
    number, path = address(SENDGRID)
    large = posts.signed_by_sendgrid(b"[" + b" " * (MAX_BODY - 2) + b"]")
    assert send(path, large).status_code == 200
    assert send(path, posts.signed_by_sendgrid(large.body + b" ")).status_code == 413
    assert services.counts(number) == {"refused": 1, "taken": 1}


def test_what_is_broken_or_nested_without_end_is_called_bad_only_where_it_is_genuine() -> None:
    _number, path = address(POSTMARK)
    for body in (b"{", b"[" * 1_000_000, b""):
        assert send(path, posts.basic(body)).status_code == 400
        assert send(path, posts.basic(body, "wrong")).status_code == 403


@pytest.mark.wire
def test_the_server_takes_ten_thousand_events_in_one_post_and_hides_the_address_in_its_log(alpha: TenantDB, tmp_path: Path) -> None:
    sends_from(alpha)
    sent = deliver(alpha)
    number, path = address(POSTMARK)  # without a clock in its proof: this is the hour of the machine
    events = [posts.sendgrid_event(About(email=f"p{n}@example.org"), "delivered", reason="x" * 250) for n in range(9_999)]
    said = json.loads(posts.postmark(by_all(sent), "SpamComplaint").body) | {"Batch": events}
    post = posts.basic(json.dumps(said).encode())
    with live(tmp_path) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request("POST", path, body=post.body, headers=headers_of(post))
        assert connection.getresponse().status == 200
        connection.close()
        log = server.log.read_text()
    assert len(post.body) > 4_000_000
    work_off(limit=3, seconds=60, now=control_store.objects(Post).get().at)
    assert services.counts(number) == {"complaint": 1, "taken": 1}
    assert path.rpartition("/")[2] not in log and "example.org" not in log
