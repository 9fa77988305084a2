"""Mailings and senders of one tenant: made, changed, copied, and refused where they must not go out."""

from dataclasses import replace
from typing import Any

import pytest

from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.evidence.reads import entries
from siegelpost.mailings.errors import (
    ContentMissing,
    FormatUnknown,
    HostRefused,
    MailingUnknown,
    NoLists,
    NotDraft,
    SenderMissing,
    SenderUnknown,
    SenderUnverified,
    SourceEmpty,
    SourceNotText,
    SourceTooLarge,
)
from siegelpost.mailings.models import Mailing, Sender, Variant
from siegelpost.mailings.reads import lists_of, mailing, sender, sender_named
from siegelpost.mailings.services import Content, copy_mailing, may_send, set_variant
from siegelpost.mailings.state import move
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import NOON, TEXT, WHO, some_mailing, some_sender


def test_a_mailing_is_kept_as_it_was_written(alpha: TenantDB) -> None:
    one = some_mailing(
        alpha,
        Content(subject=" Hi ", preheader="Soon", format="html", source="\n<p>Hi</p>\r\n", text_source="Hi"),
        name="May", reply_to="Answers@Example.ORG", measure="off", list_ids=(3, 1, 3),
        allowed_hosts=("Img.Bücher.example", "a.example.net"),
    )  # fmt: skip

    found = mailing(alpha, one)
    assert (found.kind, found.name, found.state, found.measure) == ("standard", "May", "draft", "off")
    assert (found.reply_to, found.list_ids, lists_of(alpha, one)) == ("Answers@example.org", (3, 1), (3, 1))
    assert found.allowed_hosts == ("a.example.net", "img.xn--bcher-kva.example")
    (variant,) = found.variants
    assert (variant.name, variant.subject, variant.preheader, variant.format) == ("A", "Hi", "Soon", "html")
    assert (variant.source, variant.text_source) == ("\n<p>Hi</p>\n", "Hi")


@pytest.mark.parametrize(
    "subject, name",
    [("News", "News"), ("Hello {{ first_name }}, {% if vip %}thanks{% endif %}!", "Hello …, …thanks…!"), ("x" * 400, "x" * 200)],
)
def test_a_mailing_without_a_name_is_called_by_its_subject_without_code(alpha: TenantDB, subject: str, name: str) -> None:
    assert mailing(alpha, some_mailing(alpha, replace(TEXT, subject=subject))).name == name


def test_two_tenants_never_see_each_others_mailings_and_senders(alpha: TenantDB, beta: TenantDB) -> None:
    mine = [some_mailing(alpha) for _turn in range(3)][-1]
    found = some_sender(alpha)

    for read in (lambda: mailing(beta, mine), lambda: lists_of(beta, mine)):
        with pytest.raises(MailingUnknown):
            read()
    with pytest.raises(SenderUnknown):
        sender(beta, found.id)
    with pytest.raises(SenderUnknown):
        sender_named(beta, found.name, found.email)
    assert found.code != some_sender(alpha, "Other <news@example.org>").code


def test_a_copy_is_a_draft_with_the_same_content(alpha: TenantDB) -> None:
    one = some_mailing(alpha, measure="off", list_ids=(1, 2), reply_to="a@example.org", allowed_hosts=("img.example.net",))
    set_variant(alpha, one, Content(subject="B", format="txt", source="Bee"), name="B", actor=WHO, now=NOON)
    with alpha.atomic():
        move(alpha, one, "finished", frm=("draft",), actor=WHO, now=NOON)

    copy = copy_mailing(alpha, one, actor=WHO, now=NOON)

    old, new = mailing(alpha, one), mailing(alpha, copy)
    assert (new.state, new.name, new.sender_id, new.reply_to) == ("draft", old.name, old.sender_id, old.reply_to)
    assert (new.measure, new.list_ids, new.allowed_hosts) == (old.measure, old.list_ids, old.allowed_hosts)
    assert [(v.name, v.subject, v.source) for v in new.variants] == [(v.name, v.subject, v.source) for v in old.variants]
    assert {v.id for v in new.variants}.isdisjoint(v.id for v in old.variants)
    row = alpha.objects(Mailing).get(pk=copy)
    assert (row.copied_from, row.launched_at, row.finished_at) == (one, None, None)
    assert entries(alpha, limit=1)[0]["details"] == {"from": one}


def test_only_a_draft_can_be_changed(alpha: TenantDB) -> None:
    one = some_mailing(alpha)
    set_variant(alpha, one, Content(subject="New", format="txt", source="New"), actor=WHO, now=NOON)
    assert [v.subject for v in mailing(alpha, one).variants] == ["New"]
    with alpha.atomic():
        move(alpha, one, "sending", frm=("draft",), actor=WHO, now=NOON)

    with pytest.raises(NotDraft):
        set_variant(alpha, one, TEXT, actor=WHO, now=NOON)
    with pytest.raises(MailingUnknown):
        set_variant(alpha, 4711, TEXT, actor=WHO, now=NOON)
    assert [v.subject for v in mailing(alpha, one).variants] == ["New"]


UNFIT: list[tuple[dict[str, Any], type[SiegelpostError]]] = [
    ({"list_ids": ()}, NoLists),
    ({"sender_id": 4711}, SenderUnknown),
    ({"allowed_hosts": ("https://img.example.net/",)}, HostRefused),
    ({"allowed_hosts": ("img.example.net:80",)}, HostRefused),
    ({"allowed_hosts": ("*",)}, HostRefused),
    ({"content": Content(subject="Hi", format="docx", source="Hi")}, FormatUnknown),
    ({"content": Content(subject="Hi", format="txt", source=" \n")}, SourceEmpty),
    ({"content": Content(subject="Hi", format="txt", source="a\0b")}, SourceNotText),
    ({"content": Content(subject="Hi", format="txt", source="a\ud800b")}, SourceNotText),
    ({"content": Content(subject="Hi", format="txt", source="ü" * 500_001)}, SourceTooLarge),
    ({"content": replace(TEXT, text_source="a\0b")}, SourceNotText),
]


def test_what_cannot_be_sent_is_not_stored(alpha: TenantDB) -> None:
    for changes, error in UNFIT:
        with pytest.raises(error):
            some_mailing(alpha, **changes)

    assert not alpha.objects(Mailing).exists()
    assert not alpha.objects(Variant).exists()


def test_a_sender_is_added_once(alpha: TenantDB) -> None:
    first = some_sender(alpha, "News <news@example.org>", unverified_ok=False)
    again = some_sender(alpha, "News <news@Example.ORG>", unverified_ok=True)

    assert (again.id, again.code, again.unverified_ok) == (first.id, first.code, True)
    assert not first.unverified_ok
    assert sender_named(alpha, "News", "news@example.org") == again
    assert alpha.objects(Sender).count() == 1
    assert len(entries(alpha, act="sender.added")) == 1


def test_the_log_names_who_did_it_and_never_an_address(alpha: TenantDB) -> None:
    some_mailing(alpha, reply_to="mara@example.net")

    found = entries(alpha)
    assert {e["actor"] for e in found} == {str(Actor.operator())}
    assert "@" not in "".join(str(e) for e in found)


def test_a_domain_that_nobody_checked_or_permitted_must_not_send(alpha: TenantDB) -> None:
    asked = some_sender(alpha, "News <news@example.net>", unverified_ok=False)
    one = some_mailing(alpha, sender_id=asked.id)

    with pytest.raises(SenderUnverified) as refused:
        may_send(alpha, mailing(alpha, one))
    assert (refused.value.exit_code, refused.value.code) == (3, "mailing.sender_unverified")

    some_sender(alpha, "News <news@example.net>", unverified_ok=True)
    assert may_send(alpha, mailing(alpha, one)).id == asked.id


def test_a_mailing_without_sender_or_content_must_not_send(alpha: TenantDB) -> None:
    some_sender(alpha)
    with alpha.atomic():
        bare = alpha.objects(Mailing).create(name="bare", list_ids=[1], created_at=NOON)
        empty = alpha.objects(Mailing).create(name="empty", list_ids=[1], created_at=NOON, sender_id=some_sender(alpha).id)

    with pytest.raises(SenderMissing):
        may_send(alpha, mailing(alpha, bare.pk))
    with pytest.raises(ContentMissing):
        may_send(alpha, mailing(alpha, empty.pk))
