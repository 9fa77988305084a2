"""The password of a hand-over is known again in whatever goes out, and what holds it does not go."""

import re
import secrets
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siegelpost.base import clock
from siegelpost.delivery.models import Outgoing
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.flows.check_mailing import CheckFailed, check_mailing, ensure_sendable
from siegelpost.flows.post import post
from siegelpost.flows.test_mail import send_test_mail
from siegelpost.governance.handover.errors import PasswordInText
from siegelpost.governance.handover.in_text import digests_in, mark_of
from siegelpost.governance.handover.words import new_password, wordlist
from siegelpost.tenancy.handle import TenantDB
from tests.governance.handing import NOW, WHO, encrypted
from tests.guards.sources import PACKAGE
from tests.mailings.making import TEXT, some_mailing, some_sender

KEY = b"k" * 32
TEXTS = st.text(max_size=60)
BETWEEN = st.sampled_from(("-", " ", "", "\n", " – ", ", 1 ", "<br>", "</td>\n<td class='act'>", "&nbsp;", "\u200b", "&shy;"))
WIDE = {ord(sign): ord(sign) - 0x20 + 0xFF00 for sign in "abcdefghijklmnopqrstuvwxyz"}


@settings(max_examples=60)
@given(before=TEXTS, after=TEXTS, between=BETWEEN, written=st.sampled_from((str, str.upper, lambda one: one.translate(WIDE))))
@pytest.mark.slow
def test_a_password_is_found_in_any_text_whatever_stands_between_its_words(before: str, after: str, between: str, written: object) -> None:
    password = new_password(secrets.randbelow)
    typed = between.join(written(word) for word in password.split("-"))  # type: ignore[operator]
    markup = before.replace("<", "")  # an open tag would take the first word with it, in a mail program as well
    assert mark_of(password, KEY).digest in digests_in(f"{markup}\n{typed} {after.replace('>', '')}", KEY)
    assert mark_of(password, KEY).digest not in digests_in(f"{typed[1:]} {after}", KEY)


@settings(max_examples=20)
@given(st.lists(st.sampled_from(wordlist()), min_size=8, max_size=30))
def test_each_row_of_eight_words_is_tried_and_no_shorter_one(words: list[str]) -> None:
    found = digests_in("".join(words), KEY)
    rows = {mark_of("-".join(words[at : at + 8]), KEY).digest for at in range(len(words) - 7)}
    assert rows <= found
    assert mark_of("-".join(words[:7]), KEY).digest not in digests_in(" ".join(words[:7]), KEY)


def test_another_password_or_another_key_is_not_taken_for_it_and_the_mark_does_not_tell_it() -> None:
    one, other = new_password(secrets.randbelow), new_password(secrets.randbelow)
    mark = mark_of(one, KEY)
    assert mark.digest not in digests_in(other, KEY) | digests_in(one, b"x" * 32)
    assert not any(word in str(mark) for word in one.split("-"))


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_no_mail_goes_out_with_it_in_any_part(alpha: TenantDB, part: str) -> None:
    some_sender(alpha)
    _number, password = encrypted(alpha)
    mail = SystemMail(kind="notice", to="ann@example.org", subject="Bescheid", text="Guten Tag")
    with pytest.raises(PasswordInText) as refused:
        post(alpha, replace(mail, **{part: f"Kennwort: {password.replace('-', ' ')}!"}), actor=WHO, now=NOW)  # type: ignore[arg-type]
    assert refused.value.code == "handover.password_in_text" and alpha.objects(Outgoing).count() == 0
    post(alpha, mail, actor=WHO, now=NOW)
    assert alpha.objects(Outgoing).count() == 1


def test_a_mailing_that_holds_it_is_neither_tested_nor_sent(alpha: TenantDB) -> None:
    some_sender(alpha)
    _number, password = encrypted(alpha)
    words = password.split("-")
    body = "{{ imprint }} [weg]({{ unsubscribe_url }})\n\n**" + "** | **".join(words[:7])
    mailing = some_mailing(alpha, replace(TEXT, source=body + "**"))
    assert "handover.password_in_text" not in {one.code for one in check_mailing(alpha, mailing, public_host="m.example.org")}
    written = some_mailing(alpha, replace(TEXT, source=f"{body}** | *{words[7]}*"))
    (found,) = (one for one in check_mailing(alpha, written, public_host="m.example.org") if one.code == "handover.password_in_text")
    assert (found.level, found.place) == ("block", "md") and words[0] not in found.text()
    with pytest.raises(CheckFailed, match=r"handover\.password_in_text"):
        ensure_sendable(alpha, written, public_host="m.example.org")
    with pytest.raises(PasswordInText):
        send_test_mail(alpha, written, "eve@example.net", public_url="https://m.example.org", actor=WHO, now=clock.now())
    assert alpha.objects(Outgoing).count() == 0


@pytest.mark.slow
def test_nothing_queues_a_mail_past_this_look() -> None:
    """`delivery.outgoing.enqueue` is called by `flows.post` alone."""
    users = {one.relative_to(PACKAGE).as_posix() for one in PACKAGE.rglob("*.py") if re.search(r"\benqueue\b", one.read_text("utf-8"))}
    assert users == {"delivery/outgoing.py", "flows/post.py"}
