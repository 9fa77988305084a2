"""The stories of staff: create a mailing from a file, check it, copy it, look at a test mail, add a sender."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from siegelpost.audience.errors import ListUnknown, SubscriberUnknown
from siegelpost.audience.services import FieldSpec, add_member, create_field, create_list, ensure_standard_fields, put_subscriber
from siegelpost.base.errors import SiegelpostError
from siegelpost.consent.suppression import suppress
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.reads import entries
from siegelpost.flows.check_mailing import CheckFailed, check_mailing, ensure_sendable, has_errors
from siegelpost.flows.copy_mailing import copy_mailing
from siegelpost.flows.create_mailing import MailingOrder, create_mailing
from siegelpost.flows.test_mail import AddressSuppressed, send_test_mail
from siegelpost.mailings.errors import (
    FileMissing,
    FormatUnknown,
    SenderUnknown,
    SenderUnverified,
    SourceEmpty,
    SourceNotText,
    SourceTooLarge,
)
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.reads import mailing
from siegelpost.measure.modes import InstructionMissing, ModeUnknown
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import NOON, WHO, some_mailing, some_sender

URL = "https://mail.example.org"
HOST = "mail.example.org"
GOOD = """# Hello {{ first_name }}

Read [more](https://www.example.org/).

[Leave]({{ unsubscribe_url }})

{{ imprint }}
"""


def order(tmp_path: Path, content: str | bytes = GOOD, file: str = "may.md", **changes: object) -> MailingOrder:
    path = tmp_path / file
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    facts = {"file": path, "subject": "May", "sender": "News <news@example.org>", "lists": ("Letter",), **changes}
    return MailingOrder(**facts)  # type: ignore[arg-type]


def ready(alpha: TenantDB) -> TenantDB:
    some_sender(alpha)
    ensure_standard_fields(alpha, NOON)
    create_list(alpha, "Letter", actor=WHO, now=NOON)
    return alpha


def made(alpha: TenantDB, tmp_path: Path, content: str = GOOD, **changes: object) -> int:
    return create_mailing(ready(alpha), order(tmp_path, content, **changes), actor=WHO, now=NOON)  # type: ignore[arg-type]


def test_a_file_becomes_a_draft(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path, "\ufeff" + GOOD, preheader="Soon", reply_to="a@example.org", allow_hosts=("img.example.net",))

    found = mailing(alpha, one)
    assert (found.state, found.kind, found.measure, found.name) == ("draft", "standard", "anonymous", "May")
    assert found.variants[0].source == GOOD
    assert (found.variants[0].format, found.variants[0].preheader) == ("md", "Soon")
    assert found.allowed_hosts == ("img.example.net",)


UNFIT: list[tuple[bytes, str, type[SiegelpostError]]] = [
    (b"", "a.md", SourceEmpty),
    (b" \n\t\n", "a.html", SourceEmpty),
    (b"\xef\xbb\xbf", "a.txt", SourceEmpty),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "a.html", SourceNotText),
    ("Grüße".encode("utf-16"), "a.txt", SourceNotText),
    ("Hello".encode("utf-16-le"), "a.txt", SourceNotText),
    ("Grüße".encode("latin-1"), "a.txt", SourceNotText),
    (b"a\x0cb", "a.txt", SourceNotText),
    (b"x" * 2_000_000, "a.md", SourceTooLarge),
    (b"x" * 1_000_001, "a.md", SourceTooLarge),
    (b"Hello", "a.docx", FormatUnknown),
    (b"Hello", "mailing", FormatUnknown),
]


def test_files_that_are_no_mailing_are_refused(alpha: TenantDB, tmp_path: Path) -> None:
    ready(alpha)
    for content, file, error in UNFIT:
        with pytest.raises(error) as refused:
            create_mailing(alpha, order(tmp_path, content, file), actor=WHO, now=NOON)
        assert refused.value.exit_code == 4, file

    assert not alpha.objects(Mailing).exists()


def test_what_is_no_file_is_refused_and_never_waited_for(alpha: TenantDB, tmp_path: Path) -> None:
    ready(alpha)
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    for path in (tmp_path / "pipe.md", tmp_path / "folder.md", tmp_path / "none.md"):
        with pytest.raises(FileMissing):
            create_mailing(alpha, replace(order(tmp_path), file=path), actor=WHO, now=NOON)


WRONG: list[tuple[dict[str, object], type[SiegelpostError], int]] = [
    ({"measure": "personalised"}, InstructionMissing, 3),
    ({"measure": "secretly"}, ModeUnknown, 2),
    ({"lists": ("Nobody",)}, ListUnknown, 4),
    ({"lists": ("Letter", "Beta-Brief")}, ListUnknown, 4),
    ({"sender": "News <other@example.org>"}, SenderUnknown, 4),
    ({"sender": "Other <news@example.org>"}, SenderUnknown, 4),
]


def test_what_does_not_exist_or_is_not_allowed_is_refused(alpha: TenantDB, tmp_path: Path) -> None:
    ready(alpha)
    for changes, error, code in WRONG:
        with pytest.raises(error) as refused:
            create_mailing(alpha, order(tmp_path, **changes), actor=WHO, now=NOON)  # type: ignore[arg-type]
        assert refused.value.exit_code == code, changes

    assert not alpha.objects(Mailing).exists()


def test_a_good_mailing_has_nothing_that_blocks(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path)

    assert not has_errors(check_mailing(alpha, one, public_host=HOST))
    assert ensure_sendable(alpha, one, public_host=HOST).email == "news@example.org"


def test_unknown_fields_and_missing_duties_are_named_with_code_and_place(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path, "Hello {{ shoe_size }}")

    found = check_mailing(alpha, one, public_host=HOST)
    assert {"render.unknown_field", "render.no_unsubscribe", "render.no_imprint"} <= {f.code for f in found}
    with pytest.raises(CheckFailed) as refused:
        ensure_sendable(alpha, one, public_host=HOST)
    assert (refused.value.exit_code, refused.value.code) == (3, "mailing.check_failed")
    assert "render.unknown_field (md line 1)" in refused.value.text()


def test_broken_liquid_is_a_finding_and_no_crash(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path, GOOD + "{% if first_name %}")

    assert has_errors(check_mailing(alpha, one, public_host=HOST))
    with pytest.raises(CheckFailed):
        ensure_sendable(alpha, one, public_host=HOST)


def test_pictures_come_only_from_us_and_from_hosts_that_the_mailing_names(alpha: TenantDB, tmp_path: Path) -> None:
    def codes(host: str, *allowed: str) -> set[str]:
        text = f"{GOOD}\n![A]( https://{host}/a.png)".replace("( ", "(")
        path_order = order(tmp_path, text, allow_hosts=allowed)
        one = create_mailing(alpha, path_order, actor=WHO, now=NOON)
        return {f.code for f in check_mailing(alpha, one, public_host=HOST)}

    ready(alpha)
    assert "render.foreign_host" in codes("img.example.net")
    assert "render.foreign_host" in codes("img.example.net", "example.net")
    assert "render.foreign_host" not in codes("img.example.net", "img.example.net")
    assert "render.foreign_host" not in codes(HOST)


def test_the_tenants_own_fields_are_known_at_once(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path, GOOD + "{{ shoe_size }}")
    assert has_errors(check_mailing(alpha, one, public_host=HOST))

    create_field(alpha, FieldSpec(name="Size", alias="shoe_size", kind="number", purpose="To fit."), actor=WHO, now=NOON)

    assert not has_errors(check_mailing(alpha, one, public_host=HOST))


def test_an_unverified_domain_is_a_finding_and_refused_at_launch(alpha: TenantDB, tmp_path: Path) -> None:
    ready(alpha)
    some_sender(alpha, "Shop <shop@example.com>", unverified_ok=False)
    one = create_mailing(alpha, order(tmp_path, sender="Shop <shop@example.com>"), actor=WHO, now=NOON)

    assert ("mailing.sender_unverified", "sender") in {(f.code, f.place) for f in check_mailing(alpha, one, public_host=HOST)}
    with pytest.raises(SenderUnverified):
        ensure_sendable(alpha, one, public_host=HOST)
    with pytest.raises(SenderUnverified):
        send_test_mail(alpha, one, "mara@example.net", public_url=URL, actor=WHO, now=NOON)


def test_a_copy_is_ready_to_be_sent_like_the_first(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path)

    copy = copy_mailing(alpha, one, name="June", actor=WHO, now=NOON)

    assert mailing(alpha, copy).name == "June"
    assert not has_errors(check_mailing(alpha, copy, public_host=HOST))


def test_a_test_mail_is_marked_filled_in_and_harmless(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path, subject="May for {{ first_name }}")

    sent = send_test_mail(alpha, one, "Mara <mara@Example.NET>", public_url=URL, actor=WHO, now=NOON)

    mail = alpha.objects(Outgoing).get(pk=sent)
    assert (mail.kind, mail.to, mail.sender_id) == ("test", "mara@example.net", mailing(alpha, one).sender_id)
    assert mail.subject.startswith("[Test] May for [")
    assert f"{URL}/u/test" in mail.text
    assert f'href="{URL}/u/test"' in mail.html
    assert "Alpha GmbH" in mail.text
    assert "/c/" not in mail.html
    assert "/o/" not in mail.html
    assert "mara" not in str(entries(alpha))


def test_a_test_mail_can_show_a_subscribers_own_values(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path, GOOD + "\n{{ email }}")
    with alpha.atomic():
        person = put_subscriber(alpha, "bo@example.net", {"first_name": "Bo"}, NOON, WHO)
        add_member(alpha, person, 1, NOON)

    sent = send_test_mail(alpha, one, "mara@example.net", like="bo@example.net", public_url=URL, actor=WHO, now=NOON)

    mail = alpha.objects(Outgoing).get(pk=sent)
    assert "Hello Bo" in mail.text
    assert "bo@example.net" in mail.text
    assert entries(alpha, act="mailing.tested")[0]["details"] == {"like": f"subscriber:{person}", "disclosure": 1}
    with pytest.raises(SubscriberUnknown):
        send_test_mail(alpha, one, "mara@example.net", like="nobody@example.net", public_url=URL, actor=WHO, now=NOON)


def test_a_test_mail_never_goes_to_somebody_who_must_not_be_written_to(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path)
    key = address_key("ann@example.org", alpha.keys.addresses)
    with alpha.atomic():
        suppress(alpha, kind="optout", key=key, source="test", actor=WHO, now=NOON)

    with pytest.raises(AddressSuppressed) as refused:
        send_test_mail(alpha, one, "Ann@example.org", public_url=URL, actor=WHO, now=NOON)

    assert refused.value.exit_code == 3
    assert "ann@" not in refused.value.text().lower()
    assert not alpha.objects(Outgoing).exists()


def test_a_test_mail_never_goes_to_somebody_who_left_the_list_of_the_mailing(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path)
    key = address_key("ann@example.org", alpha.keys.addresses)
    with alpha.atomic():
        suppress(alpha, kind="optout", key=key, list_id=mailing(alpha, one).list_ids[0], source="test", actor=WHO, now=NOON)

    with pytest.raises(AddressSuppressed):
        send_test_mail(alpha, one, "ann@example.org", public_url=URL, actor=WHO, now=NOON)


def test_a_value_with_line_breaks_stays_on_the_line_of_the_subject(alpha: TenantDB, tmp_path: Path) -> None:
    one = made(alpha, tmp_path, subject="May for {{ first_name }}")
    with alpha.atomic():
        put_subscriber(alpha, "bo@example.net", {"first_name": "Bo\r\nBcc: x@example.org"}, NOON, WHO)

    sent = send_test_mail(alpha, one, "mara@example.net", like="bo@example.net", public_url=URL, actor=WHO, now=NOON)

    assert len(alpha.objects(Outgoing).get(pk=sent).subject.splitlines()) == 1


def test_mailings_of_the_test_room_are_sendable_only_with_their_duties(alpha: TenantDB) -> None:
    with pytest.raises(CheckFailed):
        ensure_sendable(alpha, some_mailing(alpha), public_host=HOST)
