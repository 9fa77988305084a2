"""What is kept when somebody confirms, and the paper that proves it to whoever has nothing else."""

import hashlib
import io
import re
from typing import Any

import pytest
import time_machine
from django.utils.translation import override
from pypdf import PdfReader

from siegelpost.audience.reads import find_by_email, find_subscriber
from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.consent.confirmations import sent_for
from siegelpost.consent.models import ConfirmationSent
from siegelpost.consent.reads import records_of
from siegelpost.delivery.models import Outgoing
from siegelpost.delivery.outgoing import forget_sent
from siegelpost.evidence.notes import read_verifier
from siegelpost.evidence.proof_file import open_proof
from siegelpost.evidence.reads import entries
from siegelpost.flows.add_sender import add_sender
from siegelpost.flows.consent_file import consent_file
from siegelpost.flows.erase_person import erase_person
from siegelpost.governance.disclosures.reads import disclosures
from tests.public.world import NOW, OPERATOR, World, browser, fill_in

pytestmark = pytest.mark.slow

ZOE = "zoe@example.com"


@pytest.fixture
def zoe(world: World) -> int:
    """Somebody who signed up at 12:00:07, got the mail at 12:00:09, and confirmed a day later; the queue has forgotten it since."""
    add_sender(world.tenant, "News <news@example.org>", settings=process_settings(), unverified_ok=True, actor=OPERATOR, now=NOW)
    with time_machine.travel(NOW, tick=False):
        fill_in(browser("de"))
    link = world.sign_up_link(world.pending()[0].id)
    with world.tenant.atomic():
        world.tenant.objects(Outgoing).update(state="sent", at=int(NOW.timestamp()) + 2, code="250 2.0.0")
    with time_machine.travel(NOW.replace(day=5, hour=18, second=33), tick=False):
        browser("de").post(link)
        forget_sent(world.tenant, now=clock.now())
    person = find_by_email(world.tenant, ZOE)
    assert person is not None
    return person.id


def test_the_mail_that_was_answered_is_kept_as_it_was_and_sealed(world: World, zoe: int) -> None:
    (record,) = records_of(world.tenant, zoe)
    mail = sent_for(world.tenant, [record.sign_up_id])[record.sign_up_id]
    assert world.sign_up_link(record.sign_up_id) in mail.text and record.text in mail.text and mail.html
    assert (mail.code, mail.sent_at) == ("250 2.0.0", NOW.replace(second=9))
    sealed = bytes(world.tenant.objects(ConfirmationSent).get().sealed)
    assert mail.subject.encode() not in sealed and b"/s/" not in sealed
    assert entries(world.tenant, act="consent.granted")[0]["details"]["mail_sha256"] == mail.digest
    erase_person(world.tenant, ZOE, actor=OPERATOR, now=clock.now())
    assert not world.tenant.objects(ConfirmationSent).exists()


def test_the_paper_says_who_what_when_and_how_and_proves_itself(world: World, zoe: int) -> None:
    person = find_subscriber(world.tenant, zoe)
    assert person is not None
    with override("de"):
        file = consent_file(world.tenant, person, channel="page", zone="Europe/Berlin", actor=OPERATOR, now=clock.now())
    document = PdfReader(io.BytesIO(file))
    pages = "\n".join(one.extract_text() for one in document.pages)
    text = " ".join(pages.split())
    assert document.xmp_metadata is not None and document.xmp_metadata.pdfaid_part == "2"  # ISO 19005-2
    (record,) = records_of(world.tenant, zoe)
    mail = sent_for(world.tenant, [record.sign_up_id])[record.sign_up_id]
    times = ("2026-05-04 12:00:07 UTC", "2026-05-04 14:00:07 CEST", "2026-05-05 18:00:33 UTC", "2026-05-04 12:00:09 UTC")
    facts = (ZOE, "Liste „News“", "Double-Opt-In", record.text, world.tenant.name, "/f/alpha/brief", mail.message_id, mail.subject)
    for words in (*times, *facts, "Nicht vorangekreuzt", "Wurde nicht gespeichert", "250 2.0.0"):
        assert words in text, words
    assert not re.search(r"/s/[\w-]{12}", text), "the link is the person's own"
    assert _entry(pages)["details"]["text_sha256"] == hashlib.sha256(f"newsletter\nde\n{record.text}".encode()).hexdigest()
    (out,) = disclosures(world.tenant, limit=5)
    assert (out.kind, out.records, out.digest) == ("export", 1, hashlib.sha256(file).hexdigest())


def _entry(pages: str) -> dict[str, Any]:
    """With nothing but the paper: entry, way and signature fit."""
    (key,) = re.findall(r"Schlüssel des Protokolls\n(\S+)\n", pages)
    (typed,) = re.findall(r"c2sp\.org/tlog-proof@v1.*?\u2014 .*?(?=\nNachweis der|$)", pages, re.DOTALL)
    whole = re.sub(r"\n +(?=\S)", "", typed)
    said = re.sub(r"\n+(?=siegelpost/|\u2014)", "\n\n", whole).strip() + "\n"
    return open_proof(said, read_verifier(key)[1])[1]
