"""Every form in which people type, with something for each of its fields; and how a browser's window types, leaves and comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from playwright.sync_api import Locator, Page, expect

from siegelpost.accounts.approvals.acts import EXPORT
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.audience.reads import fields_of
from siegelpost.audience.segments import store_segment
from siegelpost.audience.services import create_folder
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.consent.forms import FormDraft, create_form
from siegelpost.consent.opt_out_set_ups import SetUpDraft, create_set_up
from siegelpost.feedback.replies import page_of_replies
from siegelpost.flows.approving import ask
from siegelpost.flows.instructions import record_instruction
from siegelpost.flows.receive_reply import receive_reply
from siegelpost.flows.roles import make_role
from siegelpost.flows.tenant_end import allow_sub_accounts
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.tenancy.handle import TenantDB
from tests.web.mailing_pages import SOURCE, a_draft
from tests.web.townsfolk import STAFF, a_dialog, a_list, a_person
from tests.web.uploading import uploaded
from tests.web.visiting import NOON, colleague, visitor

TYPED: Final = "input:is(:not([type]), [type=text], [type=email], [type=url], [type=search]), textarea"
NOTICE: Final = "[data-kept-notice]"
STORED: Final = "Object.keys(sessionStorage).filter((key) => key.startsWith('siegelpost-keep:'))"
PUT: Final = """(field, value) => {
    if (field.type === "checkbox") { field.checked = true; } else { field.value = value; }
    for (const kind of ["input", "change"]) { field.dispatchEvent(new Event(kind, {bubbles: true})); }
}"""


LEAVING: Final = {
    "name": "Kept name ", "final": "on", "notice_email": "kept@example.org", "hook_url": "",  # whose name would be looked up
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """Where it is, and what is typed into it; blanks at the end are typed too, and no page stores them."""

    path: str
    values: Mapping[str, str]

    @property
    def at(self) -> str:
        """Selects it in its page."""
        return f"form[data-keep]:has([name='{next(iter(self.values))}'])"

    def type(self, page: Page) -> None:
        """Fill every field; some come only when others are filled."""
        for name, value in self.values.items():
            self.field(page, name).evaluate(PUT, value)
        texts = page.locator(self.at).locator(TYPED).evaluate_all("all => all.map((one) => one.name)")
        assert set(texts) <= set(self.values), f"{self.path}: nothing is typed into {set(texts) - set(self.values)}"

    def is_filled(self, page: Page) -> None:
        """All of it stands there."""
        for name, value in self.values.items():
            field = self.field(page, name)
            if field.get_attribute("type") == "checkbox":
                expect(field).to_be_checked()
            else:
                expect(field).to_have_value(value)

    def is_back(self, page: Page) -> None:
        """It stands there again, and a notice says why."""
        expect(page.locator(NOTICE)).to_contain_text("Your unsaved changes are back")
        self.is_filled(page)

    def press(self, page: Page) -> None:
        """Its button."""
        page.locator(self.at).evaluate("(form) => form.noValidate = true")
        page.locator(f"{self.at} button[type=submit]").last.click()

    def send(self, page: Page) -> int:
        """Press, and return the status of the page that comes."""
        with page.expect_navigation() as answer:
            self.press(page)
        return answer.value.status

    def field(self, page: Page, name: str) -> Locator:
        """One of its fields."""
        return page.locator(f"{self.at} [name='{name}']").first


def nothing_is_stored(page: Page) -> None:
    """The page forgets when it is read."""
    page.wait_for_function(f"() => {STORED}.length === 0")


def is_untouched(page: Page) -> None:
    """Nothing that the forms type stands in any field of this page, and nothing is said of it."""
    expect(page.locator(NOTICE)).to_have_count(0)
    values = page.locator(TYPED).evaluate_all("all => all.map((one) => one.value)")
    assert not [value for value in values if "kept" in value.lower()], page.url


PERSON: Final = {f"field_{alias}": f"Kept {alias} " for alias in ("salutation", "first_name", "last_name")}
PROOF: Final = {"ground": "Kept ground ", "source": "Kept source "}
WORDS: Final = {
    "name": "Kept form ",
    "title": "Kept title ",
    "intro": "Kept\nintro ",
    "text": "Kept\ndeclaration, unsubscribe at any time ",
    "button": "Kept button ",
    "text_measuring": "",  # ours: a declaration for each box that is ticked
    "text_profiling": "",
    "privacy_url": "https://kept.example.org/privacy ",
    "privacy_version": "Kept 2026-05 ",
}
LETTER: Final = {
    "subject": "Kept subject", "preheader": "Kept preheader", "name": "Kept name", "reply_to": "kept@example.org", "lists": "",
    "source": f"Kept words\n{SOURCE}", "text_source": f"Kept text\n{SOURCE}", "allowed_hosts": "kept.example.org",
}  # fmt: skip
DIALOG: Final = {
    **{f"subject_{one}": f"Kept subject {one} " for one in ("de", "en")},
    **{f"source_{one}": f"Kept words {one}\n{{{{ imprint }}}}" for one in ("de", "en")},
}
COLUMNS: Final = {
    "column-3": "+", "name-3": "Kept field", "purpose-3": "Kept purpose", "list_id": "0", "new_list": "Kept list ", **PROOF,
    "sale": "Kept sale ", "goods": "Kept goods ", "told": "Kept hint ",
}  # fmt: skip
NEW_FIELD: Final = {"alias": "kept_alias", "name": "Kept field ", "kind": "choice", "options": "Kept\noptions ", "purpose": "Kept purpose "}

HANDED: Final = {
    "receiver": "Kept office ", "source": "list:1", "email": "kept@example.com", "phone": "+49 30 1234567", "purpose": "Kept purpose ",
    "categories": "Kept kinds ",
}  # fmt: skip
DISCLOSED: Final = {
    "recipient": "Kept court ", "ground": "Kept article ", "purpose": "Kept number ", "people": "kept@example.org\n",
}  # fmt: skip
NEXT_MONTH: Final = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()

FORMS: Final[Mapping[str, Mapping[str, Form]]] = {
    "people": {
        "new list": Form(
            "lists/new", {"name": "Kept letter ", "description": "Kept\nwords ", "purpose": "Kept purpose ", "ground": "Kept ground "}
        ),
        "list": Form(
            "lists/{list}/edit", {"name": "Kept name ", "description": "Kept\nwords ", "purpose": "Kept purpose ", "ground": "Kept ground "}
        ),
        "new folder": Form("folders/new", {"name": "Kept folder "}),
        "folder": Form("folders/{folder}", {"name": "Kept name "}),
        "new field": Form("fields/new", NEW_FIELD),
        "field": Form("fields/{field}", {"name": "Kept name ", "purpose": "Kept purpose "}),
        "new segment": Form("segments/new", {"name": "Kept segment ", "text": "language is empty ", "what": "Kept value "}),
        "segment": Form("segments/{segment}", {"name": "Kept name ", "text": "language is empty ", "what": "Kept value "}),
        "new person": Form("subscribers/new?list={list}", {"email": "kept@example.org", **PROOF, **PERSON}),
        "person": Form("subscribers/{person}", PERSON),
    },
    "addresses": {
        "pattern": Form("suppression", {"pattern": "%@kept.example "}),
        "suppressed": Form("suppression", {"lines": "kept@example.org\nnobody at all", "source": "Kept source "}),
        "objections": Form("opt-outs/objections", {"lines": "kept@example.org\nnobody at all"}),
        "days of an address": Form("opt-outs/set-ups", {"days": "30"}),
        "new opt-out set-up": Form("opt-outs/set-ups/new", LEAVING),
        "opt-out set-up": Form("opt-outs/set-ups/{opt_out_set_up}", {**LEAVING, "name": "Kept other name "}),
        "columns": Form("imports/{import}/columns", COLUMNS),
        "new sign-up form": Form("forms/new", {**WORDS, "lists": ""}),
        "sign-up form": Form("forms/{form}/edit", WORDS),
        "correction": Form("replies/{reply}", {"reason": "Kept\nreason "}),
    },
    "house": {
        "test mail": Form("mailings/{mailing}/test", {"to": "kept@example.org", "like": "ann@example.org "}),
        "new mailing": Form("mailings/new/txt", LETTER),
        "new dialog mailing": Form("dialogs/new/farewell", {"name": "Kept new mail ", **DIALOG}),
        "dialog mailing": Form("dialogs/{dialog}/edit", {"name": "Kept mail ", **DIALOG}),
        "test of a dialog mailing": Form("dialogs/{dialog}/test", {"to": "kept@example.org"}),
        "sender": Form("senders/new", {"name": "Kept sender ", "email": "kept@example.org"}),
        "disclosure": Form("disclosures/new", DISCLOSED),
        "look": Form("look", {"accent": "#123456 "}),
        "own address": Form("public-hosts", {"host": "news.kept.example "}),
        "tenant": Form("settings", {"imprint": "Kept\nimprint ", "name": "Kept tenant ", "data_protection": "kept@example.org"}),
        "end": Form("end", {"waived": "Kept\nreason "}),
        "instruction": Form("instructions/new", {"text": "Kept\nwords ", "given_by": "Kept name "}),
        "hand-over": Form("hand-over/new", HANDED),
        "unscanned": Form("hand-over/unscanned", {"reason": "Kept reason ", "until": NEXT_MONTH}),
        "answer": Form("instructions/{instruction}", {"note": "Kept\nnote "}),
        "decision": Form("approvals/{approval}/decide", {"reason": "Kept\nreason "}),
        "search": Form("access-log/ask", {"reason": "Kept\nreason "}),
        "newcomer": Form("staff/new", {"email": "kept@staff.example", "name": "Kept name "}),
        "leavers": Form("staff/leavers/tasks", dict.fromkeys(("access", "entry", "equipment"), "Kept\ntasks ")),
        "token": Form("tokens/new", {"name": "Kept name ", "rights": "", "last": NEXT_MONTH}),
        "role": Form("staff/{colleague}", {"role": "viewer"}),
        "new role": Form("roles/new", {"name": "Kept new role ", "right": ""}),
        "role of ours": Form("roles/{role}", {"name": "Kept role "}),
        "sub-account": Form("sub-accounts/new", {"name": "Kept client ", "slug": "kept-client ", "imprint": "Kept\nimprint "}),
        "account": Form("/account", {"name": "Kept name "}),
    },
}
"""Of `mailing` there are tests of their own, with the editor."""


def objects(tenant: TenantDB) -> dict[str, int]:
    """One of everything that the forms change, by the words in their paths."""
    mailing = a_draft(tenant)
    letter = a_list(tenant, "Journal")
    allow_sub_accounts(tenant, 1, actor=Actor.operator(), now=NOON)
    form = create_form(tenant, FormDraft(name="Weekly", lists=((letter, "Journal"),), language="en"), actor=STAFF, now=NOON)
    with tenant.atomic():
        receive_reply(tenant, b"From: eve@example.org\nSubject: Abmelden\n\n", actor=STAFF, now=NOON)
    eva, wish = (
        colleague(tenant, "editor", "eva@staff.example"),
        Wish(act=EXPORT, matter=f"list:{letter}", what={"list": letter, "name": "Journal"}),
    )
    return {
        "approval": ask(tenant, wish, "For the yearly report.", asker=eva, staff_url="https://staff.example", now=clock.now()),
        "mailing": mailing, "list": letter, "form": form.id,
        "opt_out_set_up": create_set_up(tenant, SetUpDraft(name="Leaving"), actor=STAFF, now=NOON).id,
        "dialog": a_dialog(tenant, "Hello"), "field": fields_of(tenant)[0].id,
        "segment": store_segment(tenant, "Silent", 'language = "de"', actor=STAFF, now=NOON),
        "folder": create_folder(tenant, "News", actor=STAFF, now=NOON), "person": a_person(tenant, "eve@example.org", letter),
        "import": uploaded(visitor(tenant)), "reply": page_of_replies(tenant, offset=0, limit=1)[0][0].id,
        "colleague": eva.pk,
        "role": make_role(tenant, "Desk", ["lists.see"], actor=Actor.operator(), now=NOON).number,
        "instruction": record_instruction(tenant, NewInstruction(kind="other", document=b"So.", given_by="Eva"), actor=STAFF, now=NOON),
    }  # fmt: skip


def address(form: Form, found: Mapping[str, int], tenant: str = "alpha") -> str:
    """The form's page."""
    return form.path if form.path.startswith("/") else f"/t/{tenant}/{form.path.format(**found)}"
