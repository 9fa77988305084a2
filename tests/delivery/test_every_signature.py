"""Every message of a mailing to 2,000 people leaves with two signatures that dkimpy, which shares no code with us, accepts."""

from collections import Counter
from datetime import UTC, datetime

import dkim
import pytest

from siegelpost.base.settings import process_settings
from siegelpost.flows.launch import launch
from siegelpost.mailings.reads import dkim_keys
from siegelpost.mailings.services import Content
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.smtp_server import serving
from tests.delivery.support import WHO, a_list, draft, people, send_all
from tests.mailings.making import published_keys, some_sender

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]

PEOPLE = 2000
NAMES = (
    "", ".", "..Dot", "Mara", "Jürgen Öztürk", "李小龍", "עברית", "😀" * 12, "  two  spaces ", "A" * 300, "tab\there", "=3D",
    "<b>&amp;", "From me",
)  # fmt: skip
"""What quoted-printable, base64, folding, dots at the start of a line and trimmed spaces make of a body each in its own way."""
SOURCE = """{{ first_name }}

# News

.{{ first_name }}

[Read](https://example.org/a?b=1&c=2)

{{ unsubscribe_url }}

{{ imprint }}
"""
CONTENT = Content(subject="News for {{ first_name }}", format="md", source=SOURCE)


def verdicts(message: bytes, records: dict[str, bytes]) -> tuple[bool, ...]:
    """What dkimpy says about each of the two signatures."""

    def txt(name: bytes, **_options: object) -> bytes | None:
        return records.get(name.decode())

    found = []
    for number in range(2):
        try:
            found.append(bool(dkim.DKIM(message).verify(idx=number, dnsfunc=txt)))
        except dkim.DKIMException:
            found.append(False)
    return tuple(found)


def test_each_of_2000_messages_carries_two_signatures_that_hold(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    for at, name in enumerate(NAMES):
        people(alpha, [f"p{n:05d}@example.org" for n in range(at, PEOPLE, len(NAMES))], letter, first_name=name)
    mailing = draft(alpha, letter, content=CONTENT, measure="anonymous")
    launch(alpha, mailing, settings=process_settings(), actor=WHO, now=datetime.now(UTC))
    with serving() as server:
        assert send_all(alpha, mailing, server.port, signatures="both") == {"audience": PEOPLE, "sent": PEOPLE}
    records = published_keys(dkim_keys(alpha, some_sender(alpha).domain_id))
    found = Counter(verdicts(one.message, records) for one in server.accepted)
    assert found == {(True, True): PEOPLE}
    assert set(server.recipients().values()) == {1}
    broken = bytearray(server.accepted[0].message)
    broken[-20] ^= 1
    assert verdicts(bytes(broken), records) == (False, False), "dkimpy looks at the body"
