"""Whoever writes a mailing may ask the spam filter first; nothing is sent, and no answer is no praise."""

import os
import shutil
from pathlib import Path

import pytest

from siegelpost.delivery.models import Outgoing
from siegelpost.mailings.services import Content
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import a_list, counts, draft
from tests.web.visiting import visitor

pytestmark = [pytest.mark.wire, pytest.mark.slow]
needed = pytest.mark.skipif(shutil.which("spamassassin") is None, reason="needs Debian's package spamassassin")
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
SOURCE = "{text}\n\n{{{{ unsubscribe_url }}}}\n\n{{{{ imprint }}}}\n"


def written(tenant: TenantDB, text: str) -> int:
    """A draft that says this."""
    return draft(tenant, a_list(tenant), content=Content(subject="Our garden in March", format="txt", source=SOURCE.format(text=text)))


@needed
def test_an_editor_asks_from_the_page_of_sending_and_reads_points_with_their_reasons(alpha: TenantDB) -> None:
    number = written(alpha, "The first tulips are out.")
    client = visitor(alpha)
    assert f'action="/t/alpha/mailings/{number}/spam"' in client.see(f"mailings/{number}/send")
    page = client.send(f"mailings/{number}/spam", status=200).content.decode()
    assert "points; 5.0 and more are spam." in page and "The content gives spam filters no reason." in page
    german = visitor(alpha, language="de").send(f"mailings/{written(alpha, GTUBE)}/spam", status=200).content.decode()
    assert "GTUBE" in german and "Punkte" in german and "1.000" in german and "Spam-Ordner" in german
    assert alpha.objects(Outgoing).count() == 0 and counts(alpha, number) == {}


def test_a_viewer_may_not_ask(alpha: TenantDB) -> None:
    number, viewer = written(alpha, "Hello"), visitor(alpha, "viewer")
    answers = [viewer.get(f"/t/alpha/mailings/{number}/spam"), viewer.post(f"/t/alpha/mailings/{number}/spam")]
    assert [one.status_code for one in answers] == [403, 403]
    assert not any("points" in one.content.decode() for one in answers)


def test_a_filter_that_does_not_answer_and_one_that_is_not_there(alpha: TenantDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number, client = written(alpha, "Hello"), visitor(alpha)
    broken = tmp_path / "spamassassin"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    page = client.send(f"mailings/{number}/spam", status=503).content.decode()
    assert "SpamAssassin gave no points" in page and "no reason" not in page
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert f"mailings/{number}/spam" not in client.see(f"mailings/{number}/send"), "nobody is offered what is not there"
    assert "is not installed" in client.see(f"mailings/{number}/spam")
    client.send(f"mailings/{number}/spam", status=404)


def test_its_page_belongs_to_sending(alpha: TenantDB) -> None:
    number = written(alpha, "Hello")
    assert f'href="/t/alpha/mailings/{number}/send" aria-current="page"' in visitor(alpha).see(f"mailings/{number}/spam")
