"""The time of an account is over: who still gets in by pages, interface and public links."""

from siegelpost.base import clock
from siegelpost.flows.tenant_end import end
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import program
from tests.public.world import NOW, OPERATOR
from tests.web.visiting import visitor


def test_administrators_read_and_the_others_are_told(alpha: TenantDB) -> None:
    admin, editor, token = visitor(alpha, "admin"), visitor(alpha, "editor"), program(alpha, "read")
    assert token.ask("GET", "lists").status_code == 200
    end(alpha, clock.now(), actor=OPERATOR, now=NOW)
    assert "Lists" in admin.see("lists")
    admin.see("lists/new", status=403)
    admin.send("settings", {"name": "Other"}, status=403)
    assert "The time of this account is over." in editor.see("lists", status=403)
    assert token.ask("GET", "lists").status_code == 401
    end(alpha, None, actor=OPERATOR, now=NOW)
    editor.see("lists")
    assert token.ask("GET", "lists").status_code == 200
