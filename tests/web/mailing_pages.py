"""What tests of the mailings' pages share: a draft that passes all checks, and a form as the browser sends it."""

import re
from html import unescape
from typing import Any

from siegelpost.mailings.reads import mailing
from siegelpost.mailings.services import Content
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import a_list, draft, people
from tests.mailings.making import some_sender
from tests.web.visiting import Visitor

SOURCE = "Hi {{ first_name }}\n\n{{ unsubscribe_url }}\n\n{{ imprint }}\n"
HOSTILE = (
    '<script>alert("1")</script>',
    "\"quoted' & <b>bold</b>",
    "🎉 emoji ✉️",
    "{{ first_name }}{% if x %}",
    "%(name)s {0} \\n",
    "שלום mirror",
)


def a_draft(tenant: TenantDB, *, emails: tuple[str, ...] = ("ann@example.org", "bob@example.org"), **content: Any) -> int:
    """A mailing to two people that may be sent."""
    letter = a_list(tenant)
    people(tenant, list(emails), letter)
    text = {"subject": "Hello {{ first_name }}", "format": "txt", "source": SOURCE, **content}
    return draft(tenant, letter, content=Content(**text))


def typed(tenant: TenantDB, **changes: Any) -> dict[str, Any]:
    """A new mailing as the form sends it."""
    return {
        "name": "Letter 1", "subject": "News", "preheader": "", "sender": some_sender(tenant).id, "reply_to": "", "lists": [a_list(tenant)],
        "measure": "anonymous", "format": "txt", "source": SOURCE, "text_source": "", "allowed_hosts": "", "version": "", **changes,
    }  # fmt: skip


def version_in(page: str) -> str:
    """The version that a page carries."""
    found = re.search(r'name="version" value="([0-9a-f]{32})"', page)
    assert found, "the page carries no version"
    return found[1]


def counted(client: Visitor, mailing_id: int) -> str:
    """The part of the summary that counts people, asked for as the page asks for it."""
    found = re.search(rf'hx-get="/t/[^/]+/(mailings/{mailing_id}/count[^"]*)"', client.see(f"mailings/{mailing_id}/send"))
    assert found, "the page asks for no count"
    return client.see(unescape(found[1]))


def subject_of(tenant: TenantDB, mailing_id: int) -> str:
    """What is stored."""
    return mailing(tenant, mailing_id).variants[0].subject


def sent_off(client: Visitor, mailing_id: int) -> Any:
    """Look at the summary, confirm, send."""
    page = client.see(f"mailings/{mailing_id}/send?counted=1")
    return client.send(f"mailings/{mailing_id}/send", {"version": version_in(page), "confirm": "yes"})


def faults_in(page: str) -> list[str]:
    """Names of the fields at which a page says that something is wrong."""
    return re.findall(r'id="about-(\w+)">\s*<div class="invalid-feedback', page)
