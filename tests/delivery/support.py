"""What the tests of the sending engine share: people, launched mailings, a sender in a thread, bounded waits."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from siegelpost.audience.bulk import add_members, insert_many
from siegelpost.audience.models import Subscriber, SubscriberList
from siegelpost.audience.services import create_list, ensure_standard_fields
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.consent.grants import Proof, grant_many
from siegelpost.delivery import tally
from siegelpost.delivery.claim import Claimed, Claimer, claim
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.outgoing import SystemMail, enqueue
from siegelpost.delivery.relay import Relay
from siegelpost.delivery.routing import Routing
from siegelpost.delivery.sender import Sender, SenderConfig
from siegelpost.delivery.settle import Lease
from siegelpost.delivery.window_rules import next_day
from siegelpost.flows.launch import launch
from siegelpost.flows.old_news import heed_older_database
from siegelpost.flows.relayed import note_end
from siegelpost.flows.sending_events import listener
from siegelpost.mailings.reads import mailing as facts_of
from siegelpost.mailings.services import Content, NewMailing, create_mailing
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.mailings.making import some_sender
from tests.patience import patient

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHO = Actor.operator()
SOURCE = "Hi {{ first_name }},\n\nnews.\n\nLeave: {{ unsubscribe_url }}\n\n{{ imprint }}\n"
CONTENT = Content(subject="Hello {{ first_name }}", format="txt", source=SOURCE)


def a_list(tenant: TenantDB, name: str = "Letter") -> int:
    """A list, made if it is new."""
    ensure_standard_fields(tenant, NOON)
    found = tenant.objects(SubscriberList).filter(name=name).values_list("pk", flat=True).first()
    return found or create_list(tenant, name, actor=WHO, now=NOON)


def people(tenant: TenantDB, emails: list[str] | int, list_id: int, *, consent: bool = True, **fields: Any) -> list[int]:
    """Put people on a list, by default with consent; returns their ids in the order of the addresses."""
    named = [f"p{n:05d}@example.org" for n in range(emails)] if isinstance(emails, int) else emails
    keys = [address_key(email, tenant.keys.addresses) for email in named]
    values = [{"first_name": f"Name{n}", **fields} for n in range(len(named))]
    for at in range(0, len(named), 1000):
        part = slice(at, at + 1000)
        with tenant.atomic():
            known = set(tenant.objects(Subscriber).filter(email__in=named[part]).values_list("email", flat=True))
            new = [n for n in range(at, min(at + 1000, len(named))) if named[n] not in known]
            insert_many(tenant, [named[n] for n in new], [keys[n] for n in new], [values[n] for n in new], NOON)
            ids = list(tenant.objects(Subscriber).filter(email__in=named[part]).values_list("pk", flat=True))
            add_members(tenant, ids, list_id, NOON)
            if consent:
                grant_many(tenant, ids, list_id, proof=Proof(ground="double opt-in", source="test"), import_id=None, at=NOON)
    by_email: dict[str, int] = {}
    for at in range(0, len(named), 1000):
        by_email.update(tenant.objects(Subscriber).filter(email__in=named[at : at + 1000]).values_list("email", "pk"))
    return [by_email[email] for email in named]


def draft(tenant: TenantDB, *list_ids: int, content: Content = CONTENT, **changes: Any) -> int:
    """A mailing that could be sent; returns its id."""
    new = NewMailing(content=content, sender_id=some_sender(tenant).id, list_ids=list_ids, measure="off")
    return create_mailing(tenant, replace(new, **changes), actor=WHO, now=NOON)


def launched(
    tenant: TenantDB, emails: list[str] | int = 20, *, content: Content = CONTENT, at: datetime | None = None, **changes: Any
) -> int:
    """A mailing to new people, frozen and sending; returns its id."""
    letter = a_list(tenant)
    people(tenant, emails, letter)
    mailing_id = draft(tenant, letter, content=content, **changes)
    launch(tenant, mailing_id, settings=process_settings(), actor=WHO, now=at or datetime.now(UTC))
    return mailing_id


def system_mail(tenant: TenantDB) -> int:
    """A notice that waits to be sent; returns its id."""
    mail = SystemMail(kind="notice", to="ann@example.org", subject="Notice", text="Hello.\n", sender_id=some_sender(tenant).id)
    return enqueue(tenant, mail, actor=WHO, now=datetime.now(UTC))


def who(worker: str = "1-0") -> Claimer:
    """A sending process of this home."""
    return Claimer(home(), "0" * 32, worker)


def claimed(tenant: TenantDB, mailing_id: int, *, limit: int = 10, worker: str = "1-0", now: int | None = None, **lease: Any) -> Claimed:
    """A slice of it."""
    taken = claimed_or_none(tenant, mailing_id, limit=limit, worker=worker, now=now, **lease)
    assert taken is not None, "nothing was due"
    return taken


def claimed_or_none(
    tenant: TenantDB, mailing_id: int, *, limit: int = 10, worker: str = "1-0", now: int | None = None, **lease: Any
) -> Claimed | None:
    """A slice, or None where nothing is due."""
    wanted = Lease(slice_id=0, mailing_id=mailing_id, **lease)
    lists = facts_of(tenant, mailing_id).list_ids if mailing_id else ()
    return claim(tenant, who(worker), wanted, lists, limit=limit, now=int(time.time()) + 1 if now is None else now)


def states(tenant: TenantDB, mailing_id: int) -> dict[str, str]:
    """State of each delivery, by address."""
    emails = dict(tenant.objects(Subscriber).values_list("pk", "email"))
    rows = tenant.objects(Delivery).filter(mailing_id=mailing_id).values_list("subscriber_id", "state")
    return {emails.get(subscriber_id, f"gone {subscriber_id}"): state for subscriber_id, state in rows}


def counts(tenant: TenantDB, mailing_id: int) -> dict[str, int]:
    """Counters that are not 0; fails where the conservation law does not hold or rows and counters differ."""
    found = tally.counts(tenant, mailing_id)
    assert tally.holds(found), f"the conservation law is broken: {found}"
    assert tally.matches_rows(tenant, mailing_id), f"rows and counters differ: {found}"
    return {state: n for state, n in found.items() if n}


def state_of(tenant: TenantDB, mailing_id: int) -> tuple[str, str]:
    """State of the mailing and why it is paused."""
    found = facts_of(tenant, mailing_id)
    return found.state, found.pause_reason


def until(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait for something that takes `seconds` at most on a machine at ease; fails with `what` after as many as only a fault takes."""
    end = time.monotonic() + patient(seconds)
    while not (found := condition()):
        assert time.monotonic() < end, f"waited {patient(seconds):g} s for this in vain: {what}"
        time.sleep(0.02)
    return found


def clear_of_midnight(seconds: float = 120) -> None:
    """Where limits per day begin anew within so many seconds, wait until they have: what a test counts belongs to one day."""
    zone = ZoneInfo(process_settings().time_zone)
    until(lambda: next_day(datetime.now(UTC), zone) - datetime.now(UTC) > timedelta(seconds=seconds), seconds, "the day is new")


def asks_in_vain(sender: Sender, times: int = 8) -> None:
    """Wait until the sender has asked so often again who may send, and nobody had anything or was allowed to."""
    looks: set[float] = set()

    def enough() -> bool:
        looks.update(one.dry_until for one in sender.outlets)
        return len(looks) > times

    until(enough, 20, "the sender asks again")


@contextmanager
def sending(
    *tenants: TenantDB,
    port: int,
    lanes: int = 4,
    relay: Relay | None = None,
    retry_first: int = 60,
    processes: int = 1,
    signatures: str = "rsa",
    routing: Callable[[], Routing] | None = None,
) -> Iterator[Sender]:
    """A sending process, but as a thread; stopped and waited for at the end."""
    config = SenderConfig(
        who=who(f"{threading.get_native_id()}-0"),
        relay=relay or Relay("127.0.0.1", port, tls="off"),
        own_name="mail.example.org",
        kitchen=Kitchen(bounce_domain="bounce.example.org", complaints="abuse@example.org", signatures=signatures),
        tenants=lambda: list(tenants),
        on_older=heed_older_database,
        on_end=note_end,
        listener=listener(),
        lanes=lanes,
        retry_first=retry_first,
        processes=processes,
        routing=routing,
        zone=ZoneInfo(process_settings().time_zone),  # in which pages and commands count days, too
    )
    sender = Sender(config)
    thread = threading.Thread(target=sender.run, daemon=True)
    thread.start()
    try:
        yield sender
    finally:
        sender.stop()
        thread.join(patient(40))
        assert not thread.is_alive(), "the sender did not end after its stop"


def send_all(
    tenant: TenantDB, mailing_id: int, port: int, *, seconds: float = 60, wanted: str = "finished", **options: Any
) -> dict[str, int]:
    """Send until the mailing is in the state `wanted`; returns its counters."""
    with sending(tenant, port=port, **options):
        until(lambda: state_of(tenant, mailing_id)[0] == wanted, seconds, f"mailing {mailing_id} is {wanted}")
    return counts(tenant, mailing_id)
