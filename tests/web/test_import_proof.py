"""The page on which it is shown that people of an import agreed."""

from io import BytesIO
from pathlib import Path

from siegelpost.flows.import_proof import set_limit
from siegelpost.intake.sample_rules import MISSING, PROVEN, SHOWN
from siegelpost.intake.samples import sample_of
from siegelpost.tenancy.handle import TenantDB
from tests.intake.files import ME, NOW, a_list, imported, written
from tests.intake.test_samples import LIMIT, rows
from tests.web.visiting import visitor


def paper() -> BytesIO:
    file = BytesIO(b"%PDF-1.4 forms")
    file.name = "forms.pdf"
    return file


def test_proof_is_shown_on_the_page_and_what_is_missing_is_said(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    a_list(alpha)
    client = visitor(alpha)
    small = imported(alpha, written(tmp_path, rows(1, 3))).id
    assert "Nothing has to be shown" in client.see(f"imports/{small}/proof")
    set_limit(alpha, LIMIT, actor=ME, now=NOW)
    number = imported(alpha, written(tmp_path, rows(1, 40))).id
    assert "Show proof of consent" in client.see(f"imports/{number}")
    page = client.see(f"imports/{number}/proof")
    assert page.count('name="person"') == 20 and "of 40 people were drawn" in page
    unlooked = client.send(f"imports/{number}/proof", {"file": paper()}, status=422)
    assert "Please fill this in" in unlooked.content.decode()
    client.send(f"imports/{number}/proof/missing", {"person": ["2"]})
    client.send(f"imports/{number}/proof", {"file": paper(), "looked": "on", "person": ["3"]})
    client.send(f"imports/{number}/proof", {"file": paper(), "looked": "on"})
    found = sample_of(alpha, number)
    assert found is not None and found.state == PROVEN
    assert [one.state for one in found.drawn[:3]] == [SHOWN, MISSING, SHOWN]
    assert {one.actor for one in found.drawn} == {f"staff:{client.session['_auth_user_id']}"}
    assert 'name="person"' not in client.see(f"imports/{number}/proof")
