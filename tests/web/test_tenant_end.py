"""The page on which a tenant asks for its own end: it shows what was taken along, and leads to the second person."""

from pathlib import Path

import pytest

from siegelpost.accounts.approvals.acts import EXIT
from siegelpost.accounts.approvals.reads import still_open
from siegelpost.base import clock
from siegelpost.flows.export_tenant import export_tenant
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from tests.delivery.support import WHO
from tests.web.visiting import visitor

WAIVED = "We fetched everything by the interface."


@pytest.mark.slow
def test_an_administrator_asks_with_an_opened_export_and_nothing_is_erased(alpha: TenantDB, tmp_path: Path) -> None:
    admin = visitor(alpha, "admin")
    assert "No export has been made yet" in admin.see("end")
    assert "No export of this tenant was opened" in admin.send("end", {"waived": ""}, 422).content.decode()
    export_tenant(alpha, tmp_path / "alpha.age", actor=WHO, now=clock.now())
    assert "opened and whole" in admin.see("end")
    assert admin.send("end", {"waived": ""})["Location"].endswith("/approvals/ask")
    admin.send("approvals/ask", {"reason": "The contract ends this month."})
    (one,) = still_open(alpha, now=clock.now())
    assert one.act == EXIT and one.what["export"] and "A request is open" in admin.see("end")
    assert one.what["export"] in admin.see(f"approvals/{one.id}") and open_tenant("alpha").number == alpha.number


@pytest.mark.slow
def test_why_nothing_is_taken_along_is_part_of_what_is_agreed_to(alpha: TenantDB) -> None:
    admin = visitor(alpha, "admin")
    assert "names no e-mail address" in admin.send("end", {"waived": "no"}, 422).content.decode()
    admin.send("end", {"waived": WAIVED})
    admin.send("approvals/ask", {"reason": "The contract ends this month."})
    (one,) = still_open(alpha, now=clock.now())
    assert one.what["waived"] == WAIVED and WAIVED in admin.see(f"approvals/{one.id}")


def test_whoever_may_not_change_the_settings_does_not_see_it(alpha: TenantDB) -> None:
    editor = visitor(alpha, "editor")
    assert editor.get(editor.start + "end").status_code in (403, 404)
    assert "End of this tenant" not in editor.see("lists")
