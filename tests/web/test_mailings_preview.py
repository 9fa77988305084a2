"""The preview and the test mail: as somebody would get it, with nothing in it that runs, loads, leads anywhere or counts."""

import pytest

from siegelpost.consent.suppression import suppress
from siegelpost.delivery.models import Outgoing
from siegelpost.mailings.services import Content
from siegelpost.measure.models import Link
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import NOON, WHO, a_list, draft, launched, people
from tests.web.mailing_pages import a_draft, faults_in
from tests.web.visiting import visitor

HTML = (
    "<html><head><title>x</title></head><body><p>Hi {{ first_name }}</p><script>alert(1)</script>"
    '<a href="{{ unsubscribe_url }}">leave</a> <a href="https://www.example.org/">more</a> <p>{{ imprint }}</p></body></html>'
)


def html_draft(tenant: TenantDB, **changes: str) -> int:
    letter = a_list(tenant)
    people(tenant, ["ann@example.org"], letter)
    content = Content(
        **{"subject": "Hello {{ first_name }}", "preheader": "For {{ first_name }}", "format": "html", "source": HTML, **changes}
    )
    return draft(tenant, letter, content=content, measure="anonymous")


def test_the_document_may_do_nothing_and_only_our_own_pages_may_frame_it(alpha: TenantDB) -> None:
    answer = visitor(alpha, "viewer").get(f"/t/alpha/mailings/{html_draft(alpha)}/preview/document")
    policy = answer.headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_somebody_s_mail_with_links_that_lead_nowhere(alpha: TenantDB) -> None:
    number = html_draft(alpha)
    client = visitor(alpha)
    sample = client.see(f"mailings/{number}/preview/document")
    assert "[Vorname]" in sample or "[First name]" in sample
    ann = client.see(f"mailings/{number}/preview/document?like=ANN@example.org")
    assert "Name0" in ann
    for page in (sample, ann):
        assert "/u/test" in page and "/o/" not in page and "/c/" not in page and '<base target="_blank">' in page


def test_nothing_is_counted_and_nothing_is_registered(alpha: TenantDB) -> None:
    number = html_draft(alpha)
    visitor(alpha).see(f"mailings/{number}/preview/document")
    assert not alpha.objects(Link).exists()


@pytest.mark.slow
def test_the_page_shows_subject_preheader_and_a_sandboxed_frame(alpha: TenantDB) -> None:
    number = html_draft(alpha)
    client = visitor(alpha)
    for look in ("desktop", "phone"):
        page = client.see(f"mailings/{number}/preview?like=ann@example.org&look={look}")
        assert "Hello Name0" in page and "For Name0" in page and f'<iframe class="preview-{look}" sandbox src=' in page
    text = client.see(f"mailings/{number}/preview?look=text&like=ann@example.org")
    assert "Hi Name0" in text and "<iframe" not in text
    assert "preview-desktop" in client.see(f"mailings/{number}/preview?look=nonsense")


@pytest.mark.parametrize("like", ["nobody@example.org", "no address", "<script>alert(1)</script>", "x" * 10_000])
def test_an_address_that_nobody_has_says_so_and_shows_the_sample(alpha: TenantDB, like: str) -> None:
    answer = visitor(alpha).get(f"/t/alpha/mailings/{a_draft(alpha)}/preview", {"like": like})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Nobody has this address" in page and "<script>alert" not in page


def test_a_mail_of_plain_text_is_shown_as_text(alpha: TenantDB) -> None:
    page = visitor(alpha).see(f"mailings/{a_draft(alpha)}/preview?look=phone")
    assert "<iframe" not in page and "<pre" in page


def test_a_source_that_cannot_be_read_says_why(alpha: TenantDB) -> None:
    number = a_draft(alpha, source="{% if %}")
    page = visitor(alpha).see(f"mailings/{number}/preview")
    assert "cannot be shown yet" in page
    visitor(alpha).see(f"mailings/{number}/preview/document", 422)


def test_a_launched_mailing_can_be_looked_at(alpha: TenantDB) -> None:
    assert "<pre" in visitor(alpha, "viewer").see(f"mailings/{launched(alpha, 1)}/preview")


def outgoing(tenant: TenantDB) -> list[str]:
    return list(tenant.objects(Outgoing).values_list("to", flat=True))


def test_a_test_mail_goes_to_one_address(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = a_draft(alpha)
    assert "editor@staff.example" in client.see(f"mailings/{number}/test")
    client.send(f"mailings/{number}/test", {"to": "me@example.org", "like": "ann@example.org"})
    assert outgoing(alpha) == ["me@example.org"]
    assert "is on its way" in client.see(f"mailings/{number}/test")


@pytest.mark.parametrize(
    "values, field",
    [
        ({"to": "nobody"}, "to"),
        ({"to": ""}, "to"),
        ({"to": "a@example.org\r\nBcc: b@example.org"}, "to"),
        ({"to": "leaver@example.org"}, "to"),
        ({"to": "me@example.org", "like": "nobody@example.org"}, "like"),
        ({"to": "me@example.org", "like": "x" * 400}, "like"),
    ],
)
def test_a_test_mail_that_cannot_be_sent_says_why_at_the_field(alpha: TenantDB, values: dict[str, str], field: str) -> None:
    key = address_key("leaver@example.org", alpha.keys.addresses)
    with alpha.atomic():
        suppress(alpha, kind="optout", key=key, source="test", actor=WHO, now=NOON)
    answer = visitor(alpha).post(f"/t/alpha/mailings/{a_draft(alpha)}/test", values)
    assert answer.status_code == 422 and faults_in(answer.content.decode()) == [field]
    assert outgoing(alpha) == []


def test_a_test_mail_of_a_broken_source_says_so(alpha: TenantDB) -> None:
    answer = visitor(alpha).post(f"/t/alpha/mailings/{a_draft(alpha, source='{% if %}')}/test", {"to": "me@example.org"})
    assert answer.status_code == 422 and outgoing(alpha) == []
