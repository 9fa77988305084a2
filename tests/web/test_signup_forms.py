"""Sign-up forms in the browser: what they ask, their wordings, how they look to visitors."""

import re

import pytest

from siegelpost.base import clock
from siegelpost.consent.forms import forms_of
from siegelpost.consent.models import Form
from siegelpost.consent.texts import ensure_text
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import a_dialog
from tests.web.uploading import letter
from tests.web.visiting import Visitor, visitor

HOSTILE = "<script>alert(1)</script>\"'& \u202e🎈"


def asked(list_id: int, **changes: object) -> dict[str, object]:
    start = {"name": "Newsletter", "lists": [str(list_id)], "fields_asked": ["first_name"], "language": "de", "active": "on"}
    return {**start, **changes}


def made(client: Visitor, tenant: TenantDB, **changes: object) -> int:
    list_id = letter(tenant)
    answer = client.send("forms/new", asked(list_id, **changes))
    found = re.search(r"/forms/(\d+)$", answer.headers["location"])
    assert found
    return int(found[1])


@pytest.mark.slow
def test_a_form_is_made_and_shows_its_address_its_source_and_how_it_looks(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = made(client, alpha, title="Unser Brief", button="Ja, gern")
    page = client.see(f"forms/{number}")
    assert "/f/alpha/newsletter" in page and "&lt;form method=&quot;post&quot;" in page and "double opt-in" in page
    assert "Alpha GmbH" in page and "Brief" in page
    assert f'src="/t/alpha/forms/{number}/preview" sandbox="allow-same-origin"' in page
    answer = client.get(f"{client.start}forms/{number}/preview")
    text = answer.content.decode()
    assert "Unser Brief" in text and "Ja, gern" in text and "Vorname" in text and "<style>" in text and "E-Mail-Adresse" in text
    policy = answer.headers["content-security-policy"]
    assert (
        policy == "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
    )
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "Newsletter" in client.see("forms")


@pytest.mark.slow
def test_an_old_declaration_of_consent_stays_on_record(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = made(client, alpha, text="Ich will Post. Widerruf jederzeit.")
    (form,) = forms_of(alpha)
    changed = asked(form.list_ids[0], text="Ich will sehr viel Post. Widerruf jederzeit.", version="1")
    client.send(f"forms/{number}/edit", changed)
    page = client.see(f"forms/{number}")
    assert page.index("Ich will sehr viel Post.") < page.index("Ich will Post.")
    assert "editor@staff.example" in page
    (act,) = entries(alpha, act="form.changed")
    assert act["details"]["text"] == forms_of(alpha)[0].text_id
    client.send(f"forms/{number}/edit", {**changed, "title": "Neu", "version": "2"})  # the same words are no new version
    assert client.see(f"forms/{number}").count("Ich will sehr viel Post.") == 1


def test_who_saves_over_the_change_of_another_is_told(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = made(client, alpha)
    (form,) = forms_of(alpha)
    client.send(f"forms/{number}/edit", asked(form.list_ids[0], title="First", version="1"))
    page = client.send(f"forms/{number}/edit", asked(form.list_ids[0], title="Second", version="1"), status=409).content.decode()
    assert "Somebody else has changed" in page and "Second" in page
    assert forms_of(alpha)[0].title == "First"


def test_a_form_can_be_closed(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = made(client, alpha)
    (form,) = forms_of(alpha)
    closed = asked(form.list_ids[0], version="1")
    del closed["active"]
    client.send(f"forms/{number}/edit", closed)
    assert "closed" in client.see(f"forms/{number}") and not forms_of(alpha)[0].active


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "!!!"},
        {"name": "x" * 121},
        {"lists": []},
        {"lists": ["999"]},
        {"fields_asked": ["nope"]},
        {"language": "fr"},
        {"text": "x" * 10_000},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(alpha: TenantDB, changes: dict[str, object]) -> None:
    client = visitor(alpha)
    page = client.send("forms/new", asked(letter(alpha), **changes), status=422).content.decode()
    assert "invalid-feedback" in page and forms_of(alpha) == []


@pytest.mark.slow
def test_a_declaration_that_would_be_void_is_refused_at_its_field_and_an_old_one_is_shown_with_a_warning(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number, bad = made(client, alpha), "Ich möchte den Newsletter mit Tracking. Widerruf jederzeit."
    (form,) = forms_of(alpha)
    page = client.send(f"forms/{number}/edit", asked(form.list_ids[0], text=bad, version="1"), status=422).content.decode()
    assert "tracking”" in page and "consent of its own" in page and forms_of(alpha)[0].text == form.text
    page = client.send("forms/new", asked(form.list_ids[0], name="Other", text="Ja, gern."), status=422).content.decode()
    assert "does not say that it can be withdrawn" in page and len(forms_of(alpha)) == 1
    assert "alert-warning" not in client.see(f"forms/{number}")
    with alpha.atomic():  # from before
        alpha.objects(Form).update(text_id=ensure_text(alpha, bad, language="de", now=clock.now()))
    assert "alert-warning" in client.see(f"forms/{number}") and "tracking”" in client.see(f"forms/{number}")
    client.send(f"forms/{number}/edit", asked(form.list_ids[0], text=bad, version="1", active=""))
    assert not forms_of(alpha)[0].active, "it can still be closed"


def test_a_name_that_is_taken_is_said_at_the_field_and_a_double_click_makes_one(alpha: TenantDB) -> None:
    client = visitor(alpha)
    made(client, alpha)
    (form,) = forms_of(alpha)
    page = client.send("forms/new", asked(form.list_ids[0]), status=422).content.decode()
    assert "of that name already" in page and len(forms_of(alpha)) == 1


@pytest.mark.slow
def test_hostile_words_are_shown_as_text(alpha: TenantDB) -> None:
    client = visitor(alpha)
    number = made(
        client, alpha, name="<b>Brief</b>", title=HOSTILE, intro=HOSTILE, text=f"{HOSTILE} Widerruf jederzeit.", button=HOSTILE[:40]
    )
    for path in ("forms", f"forms/{number}", f"forms/{number}/edit", f"forms/{number}/preview"):
        page = client.see(path)
        assert "<script>alert" not in page and "<b>Brief" not in page


@pytest.mark.slow
def test_a_viewer_looks_but_does_not_change(alpha: TenantDB) -> None:
    number = made(visitor(alpha), alpha)
    viewer = visitor(alpha, "viewer")
    assert "/edit" not in viewer.see(f"forms/{number}") and "forms/new" not in viewer.see("forms")
    viewer.see(f"forms/{number}/preview")
    for path in ("forms/new", f"forms/{number}/edit"):
        viewer.see(path, status=403)
        viewer.send(path, status=403)


@pytest.mark.touches_beta
@pytest.mark.slow
def test_forms_of_another_tenant_do_not_exist(alpha: TenantDB, beta: TenantDB) -> None:
    there = made(visitor(beta, "admin"), beta)
    client = visitor(alpha, "admin")
    paths = (f"forms/{there}", f"forms/{there}/edit", f"forms/{there}/preview", f"forms/{2**63}")
    assert {path: client.get(client.start + path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_what_else_belongs_to_a_form_is_said_on_its_page(alpha: TenantDB) -> None:
    client, welcome = visitor(alpha), a_dialog(alpha, "Hello there", "welcome")
    more = {
        "choosable": "on", "lifetime": "3", "privacy_url": "https://alpha.example/privacy", "privacy_version": "2026-05",
        "welcome_mail": str(welcome), "required": ["first_name"],
    }  # fmt: skip
    number = made(client, alpha, **more)
    page = client.see(f"forms/{number}")
    assert "2026-05" in page and "Hello there" in page and ">3<" in page and "Mandatory fields" in page and "paused" in page
    (form,) = forms_of(alpha)
    assert (form.setup.choosable, form.setup.lifetime, form.setup.welcome_mail, form.setup.required) == (True, 3, welcome, ("first_name",))
    assert 'value="3"' in client.see(f"forms/{number}/edit")
    client.send(f"forms/{number}/edit", asked(form.list_ids[0], version="1"))
    assert forms_of(alpha)[0].setup.lifetime == 14 and not forms_of(alpha)[0].setup.choosable


SET_UPS = [
    ({"required": ["last_name"]}, "required"), ({"lifetime": "31"}, "lifetime"), ({"lifetime": "0"}, "lifetime"),
    ({"privacy_version": "2026"}, "privacy_url"), ({"privacy_url": "javascript:alert(1)", "privacy_version": "1"}, "privacy_url"),
    ({"welcome_mail": "99"}, "welcome_mail"),
]  # fmt: skip


@pytest.mark.parametrize("changes, field", SET_UPS)
def test_a_set_up_that_cannot_be_is_said_at_its_field(alpha: TenantDB, changes: dict[str, object], field: str) -> None:
    page = visitor(alpha).send("forms/new", asked(letter(alpha), **changes), status=422).content.decode()
    assert f'id="about-{field}"><div class="invalid-feedback' in page and forms_of(alpha) == []
