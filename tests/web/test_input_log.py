"""The input log in the browser: state, switch, entries, differences, the file."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.base.actor import Actor
from siegelpost.evidence.input_check import compare
from siegelpost.evidence.input_switch import is_on
from siegelpost.evidence.sealed_file import verify_file
from siegelpost.flows.instructions import record_instruction
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import past_the_system
from tests.web.townsfolk import a_list, a_person
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow


def instruct(tenant: TenantDB) -> int:
    new = NewInstruction(kind="input-log", document=b"Bitte.", given_by="Eva Muster")
    return record_instruction(tenant, new, carry_out=False, actor=Actor.operator(), now=datetime.now(UTC))


def test_it_is_switched_on_an_instruction_only(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    assert "It is off" in client.see("input-log") and "valid instruction about the input log is needed" in client.see("input-log")
    for number in ("1", "", "x", "9" * 30):
        client.send("input-log/switch", {"on": "1", "instruction": number})
        assert not is_on(alpha) and "Nothing was switched." in client.see("input-log")
    number = str(instruct(alpha))
    client.send("input-log/switch", {"on": "1", "instruction": number})
    assert is_on(alpha) and "It is on" in client.see("input-log")
    client.send("input-log/switch", {"on": "0", "instruction": number})
    assert not is_on(alpha) and "Switched off" in client.see("input-log")


def test_entries_and_differences_are_shown_and_the_file_verifies(alpha: TenantDB) -> None:
    client, now = visitor(alpha, "admin"), datetime.now(UTC)
    client.send("input-log/switch", {"on": "1", "instruction": str(instruct(alpha))})
    letter = a_list(alpha)
    client.send("subscribers/new", {"email": "new@example.org", "ground": "fair", "source": "fair", "list": str(letter)})
    a_person(alpha, "eve@example.org")
    past_the_system(alpha, "UPDATE audience_subscriber SET language = 'de' WHERE email = 'eve@example.org'")
    compare(alpha, now=now)
    page = client.see("input-log")
    assert "Something went past the system" in page and "1 entries came past the system" in page and "past the system</td>" in page
    days = {"first": (now - timedelta(days=1)).date().isoformat(), "last": datetime.now(UTC).date().isoformat()}  # a day may end here
    answer = client.post(client.start + "input-log/file", days)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:  # type: ignore[attr-defined]
        name, proof, beside = sorted(archive.namelist())
        content = archive.read(name)
        verdict = verify_file([content], archive.read(beside), proof=archive.read(proof))
        assert verdict.faults == () and verdict.entry > 0
    assert b";create;1;;staff:" in content and b"@" not in content


def test_more_than_three_months_are_refused_at_the_field(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    page = client.send("input-log/file", {"first": "2026-01-01", "last": "2026-12-31"}, status=422).content.decode()
    assert "up to three months" in page
    client.send("input-log/file", {"first": "", "last": ""}, status=422)


def test_the_days_of_a_file_stand_there_in_german_too(alpha: TenantDB) -> None:
    """Browsers read 2026-03-02 alone from a field for days, and show it as their reader writes it."""
    assert len(re.findall(r'type="date"[^>]* value="|value="\d{4}-\d{2}-\d{2}"', visitor(alpha, "admin", "de").see("input-log"))) >= 2
    assert not re.search(r'value="\d{2}\.\d{2}\.\d{4}"', visitor(alpha, "admin", "de").see("input-log"))


def test_an_editor_sees_nothing_of_it(alpha: TenantDB) -> None:
    client = visitor(alpha, "editor")
    client.see("input-log", status=403)
    for path in ("input-log/switch", "input-log/file"):
        client.send(path, status=403)
    assert "input-log" not in client.see("")
