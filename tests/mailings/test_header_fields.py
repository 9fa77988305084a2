"""Every field that can come to stand in a header, as typed: nothing that ends, folds or hides a line gets in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from siegelpost.audience.services import create_list, ensure_standard_fields
from siegelpost.cli.main import main
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_email
from siegelpost.tenancy.models import Tenant
from tests.cli.typed import PARTS, Typed
from tests.mailings.making import NOON, WHO, some_mailing, some_sender
from tests.templates import Template

BREAKS = ("\r\n", *"\x00\t\n\x0b\x0c\r\x1b\x1f\x7f\x80\x85\x9f\u2028\u2029\u202e")
NEWS = "News <news@example.org>"
DRAFT = ("mailing", "create", "alpha", "--file", "may.md", "--subject", "May", "--sender", NEWS, "--list", "Letter")

Words = Callable[[str], tuple[str, ...]]
FIELDS: dict[str, tuple[Words, str]] = {
    # List-Id and Feedback-ID
    "tenant slug": (lambda bad: ("tenant", "create", f"a{bad}b", "--name", "N"), "tenancy.slug_wrong"),
    # subject of confirmation mails
    "tenant name": (lambda bad: ("tenant", "create", "new", "--name", f"N{bad}Bcc: x@example.org"), "tenancy.field_refused"),
    # List-Id
    "list name": (lambda bad: ("list", "create", "alpha", f"L{bad}Bcc: x@example.org"), "audience.name_wrong"),
    # From
    "sender name": (lambda bad: ("sender", "add", "alpha", f"N{bad}Bcc: x <a@example.org>"), "mailing.header_refused"),
    "quoted sender name": (lambda bad: ("sender", "add", "alpha", f'"N\\{bad}Bcc: x" <a@example.org>'), "mailing.header_refused"),
    # From and the envelope
    "sender's local part": (lambda bad: ("sender", "add", "alpha", f"N <a{bad}b@example.org>"), "mailing.header_refused"),
    # From, List-Id, Message-ID, DKIM-Signature
    "sender's domain": (lambda bad: ("sender", "add", "alpha", f"N <a@example{bad}.org>"), "mailing.header_refused"),
    "sender of a mailing": (lambda bad: (*DRAFT, "--sender", f"News{bad} <news@example.org>"), "mailing.header_refused"),
    # Subject
    "subject": (lambda bad: (*DRAFT, "--subject", f"May{bad}Bcc: x@example.org"), "mailing.header_refused"),
    "subject in Liquid": (lambda bad: (*DRAFT, "--subject", f"{{{{ first_name | default: 'a{bad}b' }}}}"), "mailing.header_refused"),
    # Reply-To
    "reply-to": (lambda bad: (*DRAFT, "--reply-to", f"a@example{bad}.org"), "mailing.header_refused"),
    "reply-to with a name": (lambda bad: (*DRAFT, "--reply-to", f"N{bad}Bcc: x <a@example.org>"), "mailing.header_refused"),
    # in no header today, and held to the same rule
    "preheader": (lambda bad: (*DRAFT, "--preheader", f"a{bad}b"), "mailing.header_refused"),
    "mailing name": (lambda bad: (*DRAFT, "--name", f"a{bad}b"), "mailing.header_refused"),
    "name of a copy": (lambda bad: ("mailing", "copy", "alpha", "1", "--name", f"a{bad}b"), "mailing.header_refused"),
    "host of pictures": (lambda bad: (*DRAFT, "--allow-host", f"img{bad}.example.org"), "mailing.host_refused"),
    "form name": (lambda bad: ("form", "create", "alpha", f"F{bad}Bcc", "--list", "Letter"), "form.wrong"),
    # To
    "address of a test": (lambda bad: ("mailing", "test", "alpha", "1", f"bo@example{bad}.org"), "mailing.header_refused"),
    "address of a test with a name": (
        lambda bad: ("mailing", "test", "alpha", "1", f"N{bad}Bcc: x <bo@example.org>"),
        "mailing.header_refused",
    ),
}


@pytest.fixture
def typed(
    alpha: TenantDB,
    beta: TenantDB,
    _two_tenants: Template,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Typed:
    monkeypatch.chdir(tmp_path)
    Path("may.md").write_text("Hi {{ unsubscribe_url }} {{ imprint }}", encoding="utf-8")
    some_sender(alpha)
    ensure_standard_fields(alpha, NOON)
    create_list(alpha, "Letter", actor=WHO, now=NOON)
    some_mailing(alpha)
    return Typed(_two_tenants, capsys)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.slow
def test_what_breaks_a_line_is_refused_and_nothing_is_stored(typed: Typed, field: str) -> None:
    words, code = FIELDS[field]
    before = typed.rows(), list(Tenant.objects.values_list("slug", "name"))
    for bad in BREAKS:
        exit_code, said = typed(*words(bad))
        assert (exit_code, said.get("error", {}).get("code")) == (4, code), repr(bad)
        assert set(said["error"]) == PARTS
        assert "Bcc" not in said["error"]["message"]
    assert (typed.rows(), list(Tenant.objects.values_list("slug", "name"))) == before
    assert typed(*words("x"))[1].get("error", {}).get("code", "") in ("", "mailing.sender_unknown")  # without it, it is taken


OPERATORS = ("post{}@example.org", "post@example{}.org", "post@example.org{}Bcc: x@example.org", "P{}Bcc: x@example.org <post@example.org>")


@pytest.mark.parametrize("shape", OPERATORS)
def test_the_address_for_complaints_that_init_is_told_is_one_address_on_one_line(
    typed: Typed, capsys: pytest.CaptureFixture[str], shape: str
) -> None:
    before = operator_email()
    for bad in BREAKS:
        with pytest.raises(SystemExit) as end:
            main(["init", "--operator-email", shape.format(bad)])
        said = capsys.readouterr().err
        assert (end.value.code, operator_email()) == (4, before), repr(bad)
        assert said.startswith("init.address_refused: ")
        assert "Bcc" not in said
