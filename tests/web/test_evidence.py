"""The page of the log says whether anybody could prove it, and hands out the file that does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from siegelpost.evidence.seal import seal
from siegelpost.evidence.verify import verify
from siegelpost.flows.change_tenant import change_tenant
from siegelpost.flows.sealing import mail_to_witness
from siegelpost.tenancy.change import words_of
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import NOW, WHO, past_the_system, write
from tests.mailings.making import some_sender
from tests.web.visiting import visitor


@pytest.mark.slow
def test_the_page_says_that_nobody_is_a_witness_until_a_checkpoint_was_mailed(alpha: TenantDB) -> None:
    client = visitor(alpha, "admin")
    page = client.see("evidence")
    assert "Nobody witnesses the log." in page and "Name the address" in page and "Nothing is signed yet" in page
    before = words_of(alpha)
    tenant = change_tenant(alpha, replace(before, data_protection="dpo@example.org"), version=before.version, actor=WHO, now=NOW)
    assert "as soon as there is a sender" in client.see("evidence")
    some_sender(tenant)
    assert "within ten minutes" in client.see("evidence")
    for day in range(3):
        assert mail_to_witness(tenant, seal(tenant, now=NOW), now=NOW + timedelta(days=day))
    page = client.see("evidence")
    assert "The log is witnessed." in page and "3 checkpoints were mailed" in page and "entries are signed" in page


def test_the_file_of_the_page_verifies_and_its_last_entry_is_that_somebody_took_it(alpha: TenantDB) -> None:
    write(alpha, 3)
    client = visitor(alpha, "admin")
    answer = client.post(client.start + "evidence/file")
    lines = b"".join(answer.streaming_content).splitlines(keepends=True)  # type: ignore[attr-defined]
    assert 'filename="alpha-' in answer.headers["Content-Disposition"]
    assert verify(lines).counts == {} and b"evidence.exported" in lines[-1] and b'"actor":"staff:' in lines[-1]


def test_a_log_that_was_changed_past_the_system_is_not_handed_out_as_if_it_were_whole(alpha: TenantDB) -> None:
    write(alpha, 3)
    seal(alpha, now=NOW)
    past_the_system(alpha, "DELETE FROM evidence_leaf WHERE id > 2")
    client = visitor(alpha, "admin")
    answer = client.post(client.start + "evidence/file")
    assert answer.status_code >= 400 and "changed past the system" in answer.content.decode()


def test_an_editor_sees_neither_the_page_nor_the_file(alpha: TenantDB) -> None:
    client = visitor(alpha, "editor")
    assert client.get(client.start + "evidence").status_code == 403
    assert client.post(client.start + "evidence/file").status_code == 403
    assert "evidence" not in client.see("")
