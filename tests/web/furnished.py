"""A tenant with something on every page: people, a form, drafts, a mailing that went out, an import, a suppression."""

from datetime import datetime, timedelta

from siegelpost.accounts.approvals.acts import GRANT
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.invitations import Wish as Invitation
from siegelpost.accounts.invitations import keep
from siegelpost.accounts.rules import ROLES, rights_of
from siegelpost.audience.segments import store_segment
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.consent.forms import FormDraft, create_form
from siegelpost.consent.opt_out_set_ups import SetUpDraft, create_set_up
from siegelpost.consent.suppression import suppress_pattern
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.reads import recipient_of
from siegelpost.feedback.rules import Verdict
from siegelpost.feedback.services import About, Bounce, record_bounce
from siegelpost.flows import approving, hand_over
from siegelpost.flows.erase_person import begin_erasing
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.flows.off_board import Parting, leave_tenant
from siegelpost.flows.receive_reply import receive_reply
from siegelpost.flows.schedule import schedule, start_ripe
from siegelpost.flows.tokens import NewToken, create_token
from siegelpost.governance.handover.services import NewHandOver
from siegelpost.intake.orders import ImportOrder
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.host_rules import GOOD
from siegelpost.tenancy.public_hosts import add_host, note_look, use_in_links
from siegelpost.tenancy.standing import set_sub_accounts
from tests.delivery.smtp_server import PIPELINING, serving
from tests.delivery.support import CONTENT, WHO, a_list, draft, launched, people, send_all
from tests.web.townsfolk import a_dialog
from tests.web.visiting import colleague

MANY = 30
"""More than one page of a table holds."""


def _come_back(tenant: TenantDB, mailing: int, now: datetime) -> None:
    """Every message of the mailing; about the last one the other server wrote something, and its address is retired."""
    for left, row in reversed(list(enumerate(tenant.objects(Delivery).filter(mailing_id=mailing).order_by("-pk")))):
        person = recipient_of(tenant, row.pk)
        assert person is not None
        about = About(mailing_id=mailing, subscriber_id=person.subscriber_id, key=person.key, delivery_id=row.pk)
        text = "" if left else "550 5.1.1 <b>No such user</b>"
        bounce = Bounce(about=about, verdict=Verdict.HARD, code="5.1.1", text=text)
        record_bounce(tenant, bounce, actor=WHO, now=now, limit=2 if left else 1)


def _approve(tenant: TenantDB, now: datetime) -> None:
    """What the operator asked for waits to be carried out."""
    what = {"email": "bo@staff.example", "roles": ["viewer"], "rights": sorted(rights_of("viewer"))}
    wish, operator = Wish(act=GRANT, matter="roles", what=what), colleague(tenant, "operator")
    number = approving.ask(tenant, wish, "Bo comes on Monday.", asker=operator, staff_url="https://staff.example", now=now)
    approving.decide(tenant, number, True, "", by=colleague(tenant, "admin"), proved_at=now, now=now)


def furnish(tenant: TenantDB) -> int:
    """Fill it through the product's own verbs and engine; returns the mailing that went out."""
    mailing = launched(tenant, MANY, measure="anonymous")
    with serving(features=PIPELINING) as relay:
        send_all(tenant, mailing, relay.port)
    letter, now = a_list(tenant), clock.now()
    _come_back(tenant, mailing, now)
    with tenant.atomic():
        receive_reply(tenant, b"From: somebody@example.org\nSubject: Abmelden\n\nBitte!", actor=WHO, now=now)
    for number in range(MANY):
        draft(tenant, letter, name=f"Draft {number}", content=CONTENT)
    for name, later in (("Waits for its time", timedelta(days=3)), ("Was forgotten", timedelta())):
        schedule(tenant, draft(tenant, letter, name=name), now + later, settings=process_settings(), actor=WHO, now=now)
    start_ripe(tenant, settings=process_settings(), now=now + timedelta(hours=2))
    file = home().root / "more.csv"
    file.write_text("email,first_name\nbo@example.org,Bo\nnot an address,Cy\n", encoding="utf-8")
    order = ImportOrder(list_id=letter, ground="agreed at the fair", source="paper")
    import_subscribers(tenant, file, order, actor=WHO, now=now)
    file.unlink()
    content, count = hand_over.list_content(tenant, letter, actor=WHO)
    new = NewHandOver(receiver="Office", email="office@example.com", purpose="Contract 7", categories="Mail 7", records=count)
    hand_over.prepare(tenant, new, content, actor=WHO, now=now)
    a_dialog(tenant, "Goodbye")
    store_segment(tenant, "Speaks German", f'list {letter} and language = "de"', actor=WHO, now=now)
    create_form(tenant, FormDraft(name="Gazette", lists=((letter, "Letter"),), language="en"), actor=WHO, now=now)
    with tenant.atomic():
        suppress_pattern(tenant, pattern="%@blocked.example", source="staff", actor=WHO, now=now)
        create_set_up(tenant, SetUpDraft(name="Newsletter", final=True), actor=WHO, now=now)
    people(tenant, ["gone@example.org"], letter)
    begin_erasing(tenant, "gone@example.org", actor=WHO, now=now)
    set_sub_accounts(tenant, 3)
    note_look(tenant, add_host(tenant, f"news.{tenant.slug}.example", now=now).id, GOOD, now=now)
    use_in_links(tenant, None)  # or links would lead out of the site under test
    for role in ROLES:
        colleague(tenant, role)
    _approve(tenant, now)
    for name, last in (("gone@staff.example", None), ("until@staff.example", now.date() + timedelta(days=30))):
        leave_tenant(tenant, colleague(tenant, "viewer", name).pk, Parting(last), actor=Actor.operator(), now=now)
    keep(tenant.number, Invitation(email="invited@staff.example", name="", roles=("viewer",), by=str(WHO)), now=now)
    create_token(tenant, NewToken(name="Web shop", rights=("read", "export", "people"), owner="admin@staff.example"), actor=WHO, now=now)
    return mailing
