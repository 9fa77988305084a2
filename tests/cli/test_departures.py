"""Everything of a tenant by one command: with an open access, a second person by rule, and its key shown once."""

from pathlib import Path

import pytest

from siegelpost.accounts.approvals.acts import EXPORT, Rule
from siegelpost.accounts.approvals.standing import set_rule
from siegelpost.accounts.reads import person_with
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.operators import WHY, approval, foreign
from tests.cli.typed import Typed
from tests.delivery.support import a_list, people
from tests.templates import Template


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.mark.slow
def test_the_tenant_of_another_controller_is_exported_only_while_it_lets_the_operator_in(
    alpha: TenantDB, typed: Typed, tmp_path: Path
) -> None:
    tenant, path = foreign(alpha), tmp_path / "alpha.age"
    people(tenant, 3, a_list(tenant))
    code, said = typed("tenant", "export", "alpha", path)
    assert (code, said["error"]["code"]) == (3, "access.not_open") and not path.exists()
    boss = person_with("boss@customer.example")
    assert boss is not None
    assert typed("access", "open", "alpha", "--reason", WHY, "--approval", str(approval(tenant, boss, hours=1)))[0] == 0
    code, said = typed("tenant", "export", "alpha", path, "--to", "Kunde", "--purpose", "end of contract")
    assert code == 0 and said["people"] == 3 and said["looked_at"] and said["key"].startswith("AGE-SECRET-KEY-1")
    (tmp_path / "key").write_text(said["key"], encoding="utf-8")
    code, seen = typed("tenant", "look-at", "alpha", path, tmp_path / "key")
    assert code == 0 and seen["tables"]["audience.Subscriber"] == 3 and seen["members"] == said["members"]
    assert path.stat().st_mode & 0o077 == 0


def test_a_rule_about_exports_holds_for_the_whole_tenant_too(alpha: TenantDB, typed: Typed, tmp_path: Path) -> None:
    people(alpha, 3, a_list(alpha))
    with alpha.atomic():
        set_rule(alpha, Rule(EXPORT, needed=True, threshold=2), actor=Actor.operator(), now=clock.now())
    assert typed.refused("tenant", "export", "alpha", tmp_path / "alpha.age") == (3, "approval.needed")
    assert list(tmp_path.iterdir()) == []
