"""What the tests of the public pages share: a stranger's browser, a tenant with a list, a form and a mailing."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from typing import Protocol
from uuid import UUID

import time_machine
from django.test import Client

from siegelpost.audience.services import add_member, create_list, ensure_standard_fields, put_subscriber
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.consent.forms import FormDraft, FormView, create_form
from siegelpost.consent.grants import Proof, grant
from siegelpost.consent.signups.models import SignUp
from siegelpost.delivery.models import Outgoing
from siegelpost.mailings.models import Mailing, Variant
from siegelpost.sign.tokens import make_token
from siegelpost.sign.work import is_done
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.signups import open_sign_ups

NOW = datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC)
OPERATOR = Actor.operator()
FORM = "/f/alpha/brief"
_NETWORKS = count(1)


class Answer(Protocol):
    """What a page answered."""

    status_code: int

    @property
    def content(self) -> bytes: ...


@dataclass(frozen=True)
class World:
    """Lists "News" and "Offers", a form for "News", and a mailing to "News"."""

    tenant: TenantDB
    news: int
    offers: int
    form: FormView
    mailing: int

    def person(self, email: str = "ann@example.org", *lists: int) -> int:
        """Somebody with consent for these lists ("News" where none is named)."""
        with self.tenant.atomic():
            person = put_subscriber(self.tenant, email, {"first_name": "Ann"}, NOW, OPERATOR)
            for one in lists or (self.news,):
                add_member(self.tenant, person, one, NOW)
                grant(self.tenant, subscriber_id=person, list_id=one, proof=Proof(ground="import", source="test"), at=NOW, actor=OPERATOR)
        return person

    def link(self, purpose: str, person: int, mailing: int | None = None) -> str:
        """A genuine personal link."""
        numbers = (person, self.mailing if mailing is None else mailing)
        return f"/{purpose}/{make_token(purpose, self.tenant.number, numbers, self.tenant.keys.tokens)}"

    def sign_up_link(self, sign_up_id: str) -> str:
        """The link of a confirmation mail."""
        return f"/s/{make_token('s', self.tenant.number, (), self.tenant.keys.tokens, extra=UUID(sign_up_id).bytes)}"

    def pending(self) -> list[SignUp]:
        """Sign-ups that wait."""
        return list(open_sign_ups(self.tenant).objects(SignUp).order_by("requested_at", "id"))

    def mails(self) -> list[Outgoing]:
        """System mails in the queue."""
        return list(self.tenant.objects(Outgoing).order_by("id"))


def make_world(tenant: TenantDB) -> World:
    """Fill an empty tenant."""
    ensure_standard_fields(tenant, NOW)
    news = create_list(tenant, "News", description="Once a month", actor=OPERATOR, now=NOW)
    offers = create_list(tenant, "Offers", actor=OPERATOR, now=NOW)
    draft = FormDraft(name="Brief", language="de", lists=[(news, "News")], field_aliases=("first_name", "last_name"))
    form = create_form(tenant, draft, actor=OPERATOR, now=NOW)
    with tenant.atomic():
        mailing = tenant.objects(Mailing).create(name="May", list_ids=[news], created_at=NOW)
        links = '<a href="https://www.example.com/">mehr</a> <a href="{{ unsubscribe_url }}">ab</a>'
        source = f"<p>Hallo {{{{ first_name }}}}, {links}</p>{{{{ imprint }}}}"
        tenant.objects(Variant).create(mailing=mailing, subject="Hallo", format="html", source=source)
    return World(tenant, news, offers, form, mailing.pk)


def browser(language: str = "en", network: str = "") -> Client:
    """A stranger's browser in a network of its own; it keeps no cookie of ours and checks cross-site protection as a real server would."""
    where = network or f"2001:db8:{next(_NETWORKS):x}::1"
    return Client(enforce_csrf_checks=True, headers={"accept-language": language}, raise_request_exception=True, REMOTE_ADDR=where)


def text(answer: Answer) -> str:
    """The page as people read it."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def stamp_of(answer: Answer) -> str:
    """The hidden stamp of a form."""
    found = re.search(r'name="stamp" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def fill_in(client: Client, email: str = "zoe@example.com", path: str = FORM, **more: str) -> Answer:
    """Open the form, read for a moment, and send it as a browser with scripts does."""
    with time_machine.travel(clock.now() - timedelta(seconds=3), tick=True):
        stamp = stamp_of(client.get(path))
    return client.post(path, {"email": email, "agreed": "1", "website": "", "stamp": stamp, "work": solved(stamp, email), **more})


def solved(stamp: str, email: str) -> str:
    """The number that a browser finds."""
    return next(number for number in map(str, count()) if is_done(stamp, email, number))
