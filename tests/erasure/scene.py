"""A person of whom something lies in every store, and what the tests of erasure ask afterwards."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from siegelpost.audience.reads import find_by_email
from siegelpost.audience.services import update_subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent import sign_ups
from siegelpost.consent.suppression import suppress_pattern
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.outgoing import SystemMail, enqueue
from siegelpost.feedback.replies import Changed, record_reply
from siegelpost.feedback.rules import Verdict
from siegelpost.feedback.services import About, Bounce, record_bounce
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.intake.orders import ImportOrder
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.support import a_list, launched, people

NOW = datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC)
WHO = Actor.operator()
EMAIL = "Wilhelmina.Tuchscherer@Example.org"
ADDRESS = "Wilhelmina.Tuchscherer@example.org"
NAMES = {"first_name": "Wilhelmina", "last_name": "Tücherknödel"}
"""One of them with letters that JSON may write in two ways."""


@dataclass(frozen=True)
class Scene:
    """Who it is, and what lies where."""

    tenant: TenantDB
    person: int
    mailing: int
    lists: tuple[int, ...]

    def bytes_left(self) -> set[str]:
        """Files of this tenant's folder that hold the address or a name, in any case, found without any help of ours."""
        wanted = [one.lower() for text in (ADDRESS, *NAMES.values()) for one in (text.encode(), text.encode("ascii", "backslashreplace"))]
        wanted = [one.replace(b"\\xfc", b"\\u00fc").replace(b"\\xf6", b"\\u00f6") for one in wanted]
        files = [path for path in home().tenant(self.tenant.slug).rglob("*") if path.is_file()]
        return {path.name for path in files if any(one in path.read_bytes().lower() for one in wanted)}


def _asked(key: bytes) -> sign_ups.SignUpDraft:
    return sign_ups.SignUpDraft(
        form_slug="brief", email=ADDRESS, key=key, fields=dict(NAMES), list_ids=(1,), language="de", text_id=1, snapshot={"title": "Brief"}
    )


def refused_row(tenant: TenantDB, folder: Path, list_id: int, email: str = ADDRESS) -> None:
    """An import that refuses this person and somebody else, who stays in its file."""
    path = folder / "again.csv"
    path.write_text(f"E-Mail;Vorname\n{email};Wilhelmina\nnobody;Nora\n", encoding="utf-8")
    import_subscribers(tenant, path, ImportOrder(list_id=list_id, ground="fair", source="fair", mode="add"), actor=WHO, now=NOW)


def a_scene(tenant: TenantDB, folder: Path) -> Scene:
    """Three lists, a mailing that runs, a bounce with its text, an answer, a sign-up, a system mail, a pattern, a refused row."""
    mailing = launched(tenant, [ADDRESS, "bob@example.org"])
    lists = (a_list(tenant), a_list(tenant, "Offers"), a_list(tenant, "Events"))
    for one in lists:
        people(tenant, [ADDRESS], one)
    person = find_by_email(tenant, ADDRESS)
    assert person is not None
    with tenant.atomic():
        update_subscriber(tenant, person.id, NAMES, actor=WHO, now=NOW)
        suppress_pattern(tenant, pattern=f"{ADDRESS}%", source="file", actor=WHO, now=NOW)
    delivery = tenant.objects(Delivery).get(mailing_id=mailing, subscriber_id=person.id).pk
    about = About(mailing_id=mailing, subscriber_id=person.id, key=person.key, delivery_id=delivery)
    record_bounce(tenant, Bounce(about=about, verdict=Verdict.HARD, code="5.1.1", text=f"<{ADDRESS}> is unknown"), actor=WHO, now=NOW)
    with tenant.atomic():
        who = (person.id, person.key)
        record_reply(tenant, who, mailing, digest=b"1" * 16, written="Please, no more.\nWilhelmina", changed=Changed(), now=NOW)
    sign_ups.create(tenant, _asked(person.key), now=datetime.now(UTC))
    enqueue(tenant, SystemMail(kind="confirmation", to=ADDRESS, subject="Yes?", text=f"Dear {ADDRESS}"), actor=WHO, now=NOW)
    refused_row(tenant, folder, lists[0])
    return Scene(tenant, person.id, mailing, lists)
