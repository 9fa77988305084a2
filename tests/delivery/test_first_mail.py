"""The first mail to somebody who came by an import says where the address is from, and how to object; later ones do not."""

import email
import time
from email import policy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siegelpost.audience.reads import find_by_email
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.notice import SLOT, with_notice
from siegelpost.delivery.plan import FrozenVariant, Notice
from siegelpost.flows.check_mailing import check_mailing
from siegelpost.flows.web_version import web_version
from siegelpost.mailings.services import Content
from siegelpost.render.compile import Source, compile_variant
from siegelpost.render.pieces import join
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import claimed, draft, people
from tests.intake.files import SOURCE, a_list, imported, written
from tests.intake.test_samples import send

WORDS = Notice("From:", "You can object:", "object here")
HERE = "https://m.example.org/u/token"
BODIES = {
    "html": "<html><body><p>News</p><p>{{ unsubscribe_url }}</p></BODY></html>",
    "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>News</mj-text></mj-column></mj-section></mj-body></mjml>",
    "md": "News\n\n{{ unsubscribe_url }}",
    "txt": "News\n\n{{ unsubscribe_url }}",
}
PAGE = "<body><p>Hi</p><p><a href='{{ unsubscribe_url }}'>Leave</a> {{ imprint }}</p></body>"
LETTER = Content(subject="News", format="html", source=PAGE)


@pytest.mark.parametrize("format", BODIES)
@settings(max_examples=15)
@given(source=st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=60))
def test_the_notice_stands_in_each_part_and_nothing_in_a_source_is_markup(format: str, source: str) -> None:
    frozen = FrozenVariant(id=1, subject="News", preheader="", format=format, source=BODIES[format], text="News\n{{ unsubscribe_url }}")
    told = with_notice(frozen, WORDS)
    made = compile_variant(Source(format=format, body=told.source, text=told.text, subject="News", preheader=""))
    values = {SLOT: source, "unsubscribe_url": HERE}
    text = join(made.text, values)
    assert f"From: {source}. You can object: {HERE}" in " ".join(text.split()) or source.strip() != source
    if made.html is not None:
        page = join(made.html, values)
        assert "You can object:" in page and f'href="{HERE}"' in page and "<script" not in page.lower().replace("&lt;", "")
        assert page.index("News") < page.index("You can object:")


def messages(tenant: TenantDB, mailing: int) -> dict[str, str]:
    """Address -> text of the message as it would go out."""
    kitchen = Kitchen(bounce_domain="bounce.example.org", complaints="abuse@example.org", signatures="none")
    plan = kitchen.plan(tenant, mailing).plan
    taken = claimed(tenant, mailing, has_notice=bool(plan.notice))
    composer = kitchen.composer(tenant, taken)
    found = {}
    for one in taken.rows:
        message = email.message_from_bytes(composer.compose(one, 1_780_000_000), policy=policy.default)
        found[one.email] = "".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")
    return found


def settle_all(tenant: TenantDB, mailing: int, state: str) -> None:
    with tenant.atomic():
        tenant.objects(Delivery).filter(mailing_id=mailing).update(state=state, at=int(time.time()))


def test_only_whoever_came_by_an_import_is_told_and_only_once(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    letter = a_list(alpha)
    people(alpha, ["known@example.org"], letter)
    imported(alpha, written(tmp_path, "email\nnew@example.org\n"))
    mailing = draft(alpha, letter, content=LETTER)
    assert "mailing.first_mail" in {one.code for one in check_mailing(alpha, mailing, public_host="m.example.org")}
    send(alpha, mailing)
    first = messages(alpha, mailing)
    assert first["new@example.org"].count(SOURCE) == 2, "in the page and in the plain text"
    assert first["new@example.org"].count("Widerspruch") + first["new@example.org"].count("widersprechen") >= 2
    assert SOURCE not in first["known@example.org"] and "widersprechen" not in first["known@example.org"]
    settle_all(alpha, mailing, "sent")
    new = find_by_email(alpha, "new@example.org")
    assert new is not None and SOURCE in web_version(alpha, new.id, mailing, public_url="https://m.example.org")
    second = draft(alpha, letter, content=LETTER)
    assert "mailing.first_mail" not in {one.code for one in check_mailing(alpha, second, public_host="m.example.org")}
    send(alpha, second)
    assert not [text for text in messages(alpha, second).values() if SOURCE in text]
    settle_all(alpha, second, "sent")
    with alpha.atomic():
        alpha.objects(Delivery).filter(mailing_id=second).update(at=int(time.time()) + 60)
    assert SOURCE not in web_version(alpha, new.id, second, public_url="https://m.example.org")


def test_whoever_the_first_mailing_did_not_reach_is_told_with_the_next(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    letter = a_list(alpha)
    imported(alpha, written(tmp_path, "email\nnew@example.org\n"))
    mailing = draft(alpha, letter, content=LETTER)
    send(alpha, mailing)
    settle_all(alpha, mailing, "expired")
    second = draft(alpha, letter, content=LETTER)
    send(alpha, second)
    assert SOURCE in messages(alpha, second)["new@example.org"]


def test_a_mailing_to_nobody_who_was_imported_asks_for_nothing(alpha: TenantDB, beta: TenantDB) -> None:
    letter = a_list(alpha)
    people(alpha, ["known@example.org"], letter)
    mailing = draft(alpha, letter, content=LETTER)
    send(alpha, mailing)
    assert not Kitchen(bounce_domain="b.example.org", complaints="a@example.org").plan(alpha, mailing).plan.notice
