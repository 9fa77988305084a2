"""`siegelpost subscriber erase` and `export`, as they are typed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from siegelpost.base.controls import Around
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.flows.controls.disclosed import has_everything
from siegelpost.governance.disclosures.reads import disclosures
from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.erasure.scene import ADDRESS, EMAIL, NAMES, a_scene
from tests.templates import Template


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.mark.slow
def test_everything_is_handed_out_written_down_and_then_erased(alpha: TenantDB, typed: Typed, tmp_path: Path) -> None:
    a_scene(alpha, tmp_path)
    code, whole = typed("subscriber", "export", "alpha", EMAIL)
    assert code == 0 and whole["email"] == ADDRESS
    stores = whole["stores"]
    assert stores["audience.Subscriber"]["rows"][0]["fields"] == NAMES and len(stores["audience.Membership"]["rows"]) == 3
    assert stores["feedback.ReturnedText"]["rows"][0]["text"] == f"<{ADDRESS}> is unknown"
    assert "Wilhelmina" in stores["feedback.Reply"]["rows"][0]["text"] and ADDRESS in stores["intake.ImportJob"]["rows"][0]["row"]
    (entry,) = disclosures(alpha)
    assert (entry.kind, entry.ground, entry.records) == ("export", "Art. 15 GDPR", 1)
    out = tmp_path / "out.json"
    assert typed("subscriber", "export", "alpha", EMAIL, out)[0] == 0
    assert json.loads(out.read_text(encoding="utf-8"))["stores"].keys() == {*stores, "disclosures.Disclosure"}
    assert out.stat().st_mode & 0o077 == 0 and has_everything.run(alpha, Around(process_settings(), datetime.now(UTC))).state == "green"
    code, certificate = typed("subscriber", "erase", "alpha", EMAIL)
    assert (code, certificate["state"], certificate["continued"], certificate["before"]) == (0, "done", False, False)
    code, rest = typed("subscriber", "export", "alpha", EMAIL)
    assert code == 0 and {"erasure.Kept", "consent.Suppression", "erasure.Erasure"} <= set(rest["stores"])
    assert "audience.Subscriber" not in rest["stores"]
    assert len(entries(alpha, act="erasure.told")) == 3


def test_nobody_and_nonsense_are_refused(alpha: TenantDB, typed: Typed) -> None:
    assert alpha.own
    for act in ("erase", "export"):
        assert typed.refused("subscriber", act, "alpha", "nobody@example.org") == (4, "erasure.nobody")
        assert typed.refused("subscriber", act, "alpha", "nonsense") == (4, "erasure.address_wrong")
