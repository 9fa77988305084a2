"""A tenant that measures single people who agreed, a mailing that went out to some of them, and an edge to knock at."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.audience.models import Subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent.giving import give
from siegelpost.consent.grants import Proof
from siegelpost.consent.purposes import MEASURING, take_back
from siegelpost.delivery import tally
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.reads import plan_of
from siegelpost.flows import approving
from siegelpost.flows.instructions import record_instruction
from siegelpost.flows.singly import Wanted, confirm_duties, open_singly
from siegelpost.governance.instructions.rules import PERSONALISED, Term
from siegelpost.governance.instructions.services import NewInstruction, today
from siegelpost.mailings.services import Content
from siegelpost.measure.singly.openings import NewDuties, Open
from siegelpost.measure.singly.spool import SinglySpool
from siegelpost.measure.singly.take_in import take_in
from siegelpost.measure.targets import Targets
from siegelpost.measure.uniques import Uniques
from siegelpost.public.edge import Edge
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import open_by_number
from tests.accounts.approving import URL, WHY, Office, agree, office
from tests.delivery.support import a_list, claimed, launched

HOST = Actor.operator()
NOW = datetime.now(UTC).replace(microsecond=0)
SOURCE = (
    "# Hi\n\n[Offer](https://example.com/offer)\n\n[Other](https://example.com/other)\n\n[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}\n"
)
CONTENT = Content(subject="News", format="md", source=SOURCE)
OURS = re.compile(r"http://localhost:8001(/(?:o|c)/[\w-]+(?:\.gif)?)")
PURPOSE = "Themen der Herbstmesse nach den gelesenen Berichten planen"
DUTIES = NewDuties(
    confirmed_by="Eva Muster", information="https://example.org/privacy", consent_text="form Brief", ground="Art. 6(1)(a)", contact="a@b"
)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def instructed(tenant: TenantDB, *, days: int | None = 30, now: datetime = NOW, document: bytes = b"Measure them.") -> int:
    """An instruction that holds for so many days."""
    until = today(now) + timedelta(days=days) if days is not None else None
    new = NewInstruction(kind=PERSONALISED, document=document, given_by="Eva Muster", term=Term(today(now), until))
    return record_instruction(tenant, new, actor=HOST, now=now)


def wanted(number: int, **changes: Any) -> Wanted:
    """What it allows."""
    return Wanted(**{"instruction_id": number, "purpose": PURPOSE, "figures": ["opens", "clicks"], "lists": ["Letter"], **changes})


def opened(
    tenant: TenantDB, here: Office | None = None, *, now: datetime = NOW, days: int = 30, duties_at: datetime | None = None, **changes: Any
) -> Open:
    """Everything that it takes: list, instruction, duties, a second person."""
    a_list(tenant)
    here = here or office(tenant)
    order = wanted(instructed(tenant, days=days, now=now, document=f"Measure them {now}.".encode()), **changes)
    confirm_duties(tenant, DUTIES, actor=HOST, now=duties_at or now)
    try:
        return open_singly(tenant, order, actor=HOST, now=now)
    except ApprovalNeeded as needed:
        number = approving.ask(tenant, needed.wish, WHY, asker=here.anna, staff_url=URL, now=now)
        agree(tenant, number, here.bert, now=now)
    return open_singly(tenant, order, actor=HOST, now=now)


def agrees(tenant: TenantDB, person: int, *, at: datetime = NOW) -> None:
    """That person agrees to be measured."""
    with tenant.atomic():
        give(tenant, subscriber_id=person, purpose=MEASURING, proof=Proof(ground="preferences", source="test"), at=at, actor=HOST)


def withdraws(tenant: TenantDB, person: int, *, now: datetime = NOW) -> None:
    """By some way of which measuring is not told."""
    with tenant.atomic():
        take_back(tenant, subscriber_id=person, purposes=[MEASURING], how="page", actor=HOST, now=now)


class _Nothing:
    """The anonymous spool of a test that asks for personal links alone; it remembers how often it was written to."""

    def __init__(self) -> None:
        self.hits = 0

    def turn(self, now: float) -> None: ...

    def write(self, hit: object, now: float) -> None:
        self.hits += 1

    def close(self) -> None: ...


@dataclass
class Singly:
    """A mailing that went out, and its edge."""

    tenant: TenantDB
    mailing: int
    people: dict[str, int]
    links: dict[str, list[str]] = field(default_factory=dict)
    shared: _Nothing = field(default_factory=_Nothing)

    def __post_init__(self) -> None:
        self.targets = Targets(open_by_number, lambda: 0.0)
        self.spool = SinglySpool(home().root / "spool", "e1")

    def compose(self) -> None:
        """Claim what is due, and make the messages: address -> pixel and links."""
        plan = plan_of(self.tenant, self.mailing)
        taken = claimed(self.tenant, self.mailing, limit=1000, plain_ends=plan.plain_ends, personal=plan.personal)
        composer = Kitchen(bounce_domain="b.example.org", complaints="a@example.org", signatures="none").composer(self.tenant, taken)
        for one in taken.rows:
            text = composer.compose(one, 1_750_000_000).decode().replace("=\r\n", "")
            self.links[one.email] = list(dict.fromkeys(OURS.findall(text)))
        taken.journal.end()
        at = int(NOW.timestamp())
        with self.tenant.atomic():
            self.tenant.objects(Delivery).filter(mailing_id=self.mailing, state="claimed").update(state="sent", at=at, slice_id=None)
            tally.add(self.tenant, self.mailing, {"claimed": -len(taken.rows), "sent": len(taken.rows)})

    def knock(self, path: str, *, at: datetime = NOW, agent: str = BROWSER) -> tuple[str, dict[str, str]]:
        """Status and headers of one request at the edge, at that moment."""
        said: list[tuple[str, dict[str, str]]] = []
        edge = Edge(self.targets, self.shared, Uniques(lambda n: b"x" * n), lambda *_: [b""], at.timestamp, self.spool)
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_USER_AGENT": agent, "REMOTE_ADDR": "127.0.0.1"}
        edge(environ, lambda status, headers: said.append((status, dict(headers))))  # type: ignore[arg-type]
        return said[0]

    def take_in(self) -> int:
        """Hand over what the edge has, and take it in."""
        self.spool.hand_over()
        return take_in(home().root, open_by_number)


def gone_out(tenant: TenantDB, many: int = 25, agreed: int = 2, **changes: Any) -> Singly:
    """Opened, some agreed, sent: the first `agreed` of the people got links of their own."""
    opened(tenant)
    emails = [f"p{n}@example.net" for n in range(many)]
    mailing = launched(tenant, emails, content=CONTENT, at=NOW, **{"measure": "personalised", **changes})
    people = dict(tenant.objects(Subscriber).filter(email__in=emails).values_list("email", "pk"))
    one = Singly(tenant, mailing, {email: people[email] for email in emails})
    for email in emails[:agreed]:
        agrees(tenant, people[email], at=NOW - timedelta(days=1))
    one.compose()
    return one
