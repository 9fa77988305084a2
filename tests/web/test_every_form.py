"""Every form x everything that nobody should type: saved or refused with our words, shown as text, never a fault of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import pytest
from django.urls import resolve

from siegelpost.tenancy.handle import TenantDB
from tests.web.crawl import crawl, look
from tests.web.found_forms import Found, forms_on, taking_forms
from tests.web.furnished import furnish
from tests.web.keeping import FORMS, address, objects
from tests.web.visiting import Visitor, visitor

pytestmark = [pytest.mark.wire, pytest.mark.slow]
TEXTS: Final[Mapping[str, str]] = {
    "markup": "--></textarea><script>alert(1)</script><i>\"'`&amp;",
    "template": "{{ 7|add:7 }}{% load x %}{# %(n)s {0} %s \\<i>",
    "signs": "\U0001f388\U0001f469\u200d\U0001f467 \u2709\ufe0f \u05e9\u05dc\u05d5\u05dd \u202e back \u2066 <i>",
    "long": "<i>" + "x" * 10_000,
    "control": "a\x00b\x07\x1b[31m\r\n<i>",
}
"""Each holds markup, so that each tells whether it is shown as text."""
STORED: Final = ("signs", "long", "control")
"""What engines take differently; no engine knows markup."""
EACH: Final = [pytest.param(name, marks=() if name in STORED else pytest.mark.sqlite) for name in TEXTS]
SHOWN: Final = ("mailings/{mailing}/edit", "mailings/{mailing}/test", "mailings/{mailing}/send?counted=1", "mailings/{mailing}/preview")
HIDDEN: Final = {
    "access_answer": "access-log/999/answer",
    "account_email": "/login/email",
    "account_inactive": "/login/inactive",
    "account_login": "/login",
    "account_reauthenticate": "/login/reauthenticate",
    "account_reset_password": "/login/reset_password",
    "account_signup": "/login/signup",
    "approval_ask": "approvals/ask",
    "approval_do": "approvals/1/do",
    "approval_take_back": "approvals/1/take-back",
    "hand_over_deviations": "hand-over/deviations",
    "hand_over_mail": "hand-over/1/mail",
    "hand_over_password": "hand-over/1/password",
    "hand_over_scan": "hand-over/1/scan",
    "hand_over_take": "hand-over/1/file",
    "import_new_field": "imports/{import}/columns/3",
    "import_proof": "imports/{import}/proof",
    "import_proof_missing": "imports/{import}/proof/missing",
    "import_sample": "imports/{import}/sample",
    "import_start": "imports/{import}/start",
    "input_log_switch": "input-log/switch",
    "link": "/link/1-x",
    "list_delete": "lists/{list}/delete",
    "login": "/login",
    "mailing_again": "mailings/{mailing}/again/unsure",
    "mailing_cancel": "mailings/{mailing}/cancel",
    "mailing_give_up": "mailings/{mailing}/give-up",
    "mailing_go_on": "mailings/{mailing}/go-on",
    "mailing_pause": "mailings/{mailing}/pause",
    "mailing_plain_text": "mailings/plain-text",
    "public_host_bring": "public-hosts/1/certificate",
    "public_host_take_away": "public-hosts/1/certificate/remove",
    "review_close": "roles/review/close",
    "review_confirm": "roles/review/1/confirm",
    "sender_check": "senders/domains/1/check",
    "sender_permit": "senders/domains/1/permit",
    "door_agree": "/operator/beta/1/agree",
    "door_ask": "/operator/beta/ask",
    "door_enter": "/operator/beta/1/enter",
    "door_leave": "/operator/beta/leave",
    "house_agree": "/house/requests/0123456789abcdef/agree",
    "house_complaints": "/house/complaints",
    "house_leavers": "/house/leavers",
    "house_release_record": "/house/releases/record",
    "house_risk": "/house/releases/accept",
    "house_stay": "/house/leavers/1/stay",
    "house_take_back": "/house/requests/0123456789abcdef/take-back",
    "house_task_done": "/house/leavers/1/tasks/1/done",
    "operator_let_in": "operator/let-in",
    "operator_shut_out": "operator/999/end",
    "again": "/account/again",
    "alive": "/account/alive",
    "own_session_end": "/account/sessions/end",
    "identity": "/login/with/office",
    "identity_end": "/login/with/office/end",
    "forgotten": "/login/forgotten",
    "new_password": "/login/new-password/1-x",
    "invitation": "/invitation/x",
    "invitation_mine": "/account/invitation/x",
    "mfa_authenticate": "/login/second-factor",
    "mfa_login_webauthn": "/login/passkey",
    "second_factor_app": "/account/second-factor/app",
    "second_factor_codes": "/account/second-factor/codes",
    "second_factor_passkey": "/account/second-factor/passkey",
    "second_factor_remove": "/account/second-factor/1/remove",
    "sender_switch": "senders/domains/1/switch",
    "share_down": "sharing/down",
    "sub_account_administrator": "sub-accounts/none/administrator",
    "sub_account_end": "sub-accounts/none/end",
    "sub_account_last_day": "sub-accounts/none/last-day",
    "subscriber_lift": "subscribers/{person}/lift",
    "suppression_lift": "suppression/lift",
}
"""Addresses whose form stands on no page that the crawl comes to: parts of a page, rare states, pages before the login."""
FIELDS: Final = (
    "confirm", "address", "version", "format", "source", "text_source", "login", "password", "next", "name-3", "kind-3", "purpose-3",
)  # fmt: skip
"""What they read."""
FINE: Final = (200, 302, 303, 409, 413, 422)
WORDS: Final = re.compile(r"invalid-feedback|alert-danger|alert-warning|fault-icon")


@dataclass
class House:
    """A tenant with something on every page, its forms, and somebody who may do everything."""

    client: Visitor
    stranger: Visitor
    found: Mapping[str, int]
    forms: list[Found]

    def url(self, path: str) -> str:
        """Of one address."""
        return path if path.startswith("/") else self.client.start + path.format(**self.found)


@pytest.fixture
def house(alpha: TenantDB) -> House:
    furnish(alpha)
    made = House(visitor(alpha, "operator"), Visitor(None, alpha), objects(alpha), [])
    pages = crawl(made.client, made.client.start).values()
    made.forms = list(forms_on([*pages, *(look(made.client, url) for url in (*map(made.url, SHOWN), "/account"))]))
    return made


def faults(answer: Any, text: str, *allowed: int) -> list[str]:
    """What is wrong with an answer."""
    if answer.status_code not in (*FINE, *allowed):
        return [f"answers {answer.status_code}"]
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    page = answer.content.decode()
    found = ["shows it as markup"] if text in page or "<i>" in page else []
    return found + (["refuses without a word"] if answer.status_code >= 400 and not WORDS.search(page) else [])


def attacked(client: Visitor, form: Found, text: str) -> list[str]:
    """Send it twice: with the text where people type, and with the text everywhere."""
    typed = client.post(form.action, form.values(text, everywhere=False))
    found = faults(typed, text)
    if form.is_kept and typed.status_code == 422 and escape(text.replace("\r\n", "\n")) not in typed.content.decode().replace("\r\n", "\n"):
        found.append("does not give back what was typed")
    if typed.status_code == 303:
        found += faults(client.get(typed.headers["Location"]), text)
    forged = client.post(form.action, form.values(text, everywhere=True))
    return [f"{form.route} ({form.page}) {one}" for one in found + [f"forged: {one}" for one in faults(forged, text, 400, 403, 404)]]


@pytest.mark.sqlite  # no engine knows which forms there are
def test_every_address_that_takes_a_form_is_known(house: House) -> None:
    shown = {form.route for form in house.forms}
    taken = taking_forms(house.client)
    assert taken - shown == set(HIDDEN), "a form that no page shows: show it in furnish(), or name its address in HIDDEN"
    assert shown <= taken


@pytest.mark.sqlite
def test_every_form_that_is_kept_is_tested_as_one(house: House) -> None:
    """In keeping.FORMS; the editor of mailings has tests of its own."""
    tested = {(page_of(address(form, house.found)), next(iter(form.values))) for group in FORMS.values() for form in group.values()}
    kept = [(form, {(page_of(form.page), one.name) for one in form.inputs}) for form in house.forms if form.is_kept]
    assert [form.page for form, fields in kept if not fields & tested] == [house.url("mailings/{mailing}/edit")]


def page_of(url: str) -> str:
    return str(resolve(url.partition("?")[0]).url_name)


@pytest.mark.parametrize("name", EACH)
def test_whatever_is_typed_into_a_form_is_text(house: House, name: str) -> None:
    text, client = TEXTS[name], house.client
    last = ("logout", "password", "away", "delete", "discard", "remove")  # these take something away that others need
    forms = sorted((form for form in house.forms if len(form.inputs) > 1), key=lambda form: form.action.endswith(last))
    found = [fault for form in forms for fault in attacked(client, form, text)]
    for route, path in HIDDEN.items():
        sent = {**dict.fromkeys(FIELDS, text), "column-3": "+"}
        answer = (house.stranger if path.startswith("/") else client).post(house.url(path), sent)
        found += [f"{route}: {one}" for one in faults(answer, text, 404)]
    pages = crawl(client, client.start)
    found += [f"{seen.url} answers {seen.status}" for seen in pages.values() if seen.status != 200]
    found += [f"{seen.url} {fault}" for seen in pages.values() if seen.answer is not None for fault in faults(seen.answer, text)]
    assert found == [] and len(forms) > 20 and len(pages) > 30
