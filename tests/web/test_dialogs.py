"""Dialog mailings in the browser: written, looked at, activated, tried, changed by two."""

import re

import pytest

from siegelpost.delivery.models import Outgoing
from siegelpost.mailings.dialog_starters import dialog_starter
from siegelpost.mailings.dialogs import dialog, dialogs, versions_of
from siegelpost.tenancy.handle import TenantDB
from tests.web.visiting import Visitor, visitor


def typed(act: str = "welcome", **changes: str) -> dict[str, str]:
    german, english = dialog_starter(act, "de"), dialog_starter(act, "en")
    words = {"subject_de": german.subject, "source_de": german.source, "subject_en": english.subject, "source_en": english.source}
    return {"name": "Hello", "sender": "", "format": "md", "version": "0", **words, **changes}


def made(client: Visitor, act: str = "welcome", **changes: str) -> int:
    found = re.search(r"/dialogs/(\d+)$", client.send(f"dialogs/new/{act}", typed(act, **changes)).headers["location"])
    assert found
    return int(found[1])


def test_one_is_written_activated_changed_tried_and_paused(alpha: TenantDB) -> None:
    client = visitor(alpha)
    assert "our words go out" in client.see("dialogs")
    assert "{{ unsubscribe_url }}" in client.see("dialogs/new/welcome")
    number = made(client)
    page = client.see(f"dialogs/{number}?lang=en")
    assert "Welcome to Alpha GmbH" in page and "nothing of it goes out" in page and "sandbox src=" in page
    document = client.get(f"{client.start}dialogs/{number}/document?lang=de")
    assert "schön, dass Sie dabei sind" in document.content.decode() and "sandbox;" in document.headers["content-security-policy"]
    client.send(f"dialogs/{number}/switch", {"active": "1"})
    assert dialog(alpha, number).active
    client.send(f"dialogs/{number}/edit", typed(subject_de="Hallo", version="1"))
    assert [one.number for one in versions_of(alpha, number)] == [2, 1]
    client.send(f"dialogs/{number}/test", {"to": "me@example.org", "language": "de"})
    (mail,) = alpha.objects(Outgoing).filter(kind="test")
    assert mail.subject == "[Test] Hallo"
    client.send(f"dialogs/{number}/switch", {"active": "0"})
    assert not dialog(alpha, number).active and "Hello" in client.see("dialogs")


def test_two_writers_see_each_other(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = made(client)
    client.send(f"dialogs/{number}/edit", typed(subject_de="Erste", version="1"))
    page = client.send(f"dialogs/{number}/edit", typed(subject_de="Zweite", version="1"), status=409).content.decode()
    assert "Erste" in page and "Zweite" in page and versions_of(alpha, number)[0].words["de"].subject == "Erste"


WRONG = [
    ({"name": ""}, "name"),
    ({"source_de": "Nur Text"}, "source_de"),
    ({"source_en": "Only text"}, "source_en"),
    ({"subject_de": "", "source_de": ""}, "source_de"),
    ({"subject_de": ""}, "subject_de"),
]


@pytest.mark.parametrize("changes, field", WRONG)
def test_what_is_wrong_is_said_at_its_field(alpha: TenantDB, changes: dict[str, str], field: str) -> None:
    page = visitor(alpha).send("dialogs/new/welcome", typed(**changes), status=422).content.decode()
    assert f'id="about-{field}"><div class="invalid-feedback' in page and dialogs(alpha) == []


@pytest.mark.touches_beta
def test_others_look_or_find_nothing(alpha: TenantDB, beta: TenantDB) -> None:
    number = made(visitor(alpha))
    viewer, other = visitor(alpha, "viewer"), visitor(beta, "admin")
    viewer.see(f"dialogs/{number}")
    for path in ("dialogs/new/welcome", f"dialogs/{number}/edit", f"dialogs/{number}/test"):
        viewer.see(path, status=403)
    viewer.send(f"dialogs/{number}/switch", {"active": "1"}, status=403)
    for path in ("", "/edit", "/document", "/test"):
        other.see(f"dialogs/{number}{path}", status=404)
    assert not dialog(alpha, number).active
