"""A mailing shared down: a draft below with what stands for its lists and fields there; all or nothing for each account."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.audience.fields import FieldSpec
from siegelpost.audience.services import create_field, ensure_standard_fields
from siegelpost.evidence.reads import entries
from siegelpost.flows.share_down import AccountAway, SubstitutesMissing, share_down
from siegelpost.flows.substitutes import give_substitute, things_of
from siegelpost.mailings.change import change_mailing, version_of
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.reads import mailing as facts_of
from siegelpost.mailings.services import Content, NewMailing
from siegelpost.mailings.substitutes import SubstituteTaken, SubstituteUnusable, things
from siegelpost.render.compile import Source
from siegelpost.render.fieldnames import names_read, renamed
from siegelpost.tenancy.errors import TenantEnded, TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from siegelpost.tenancy.standing import set_end
from tests.cli.typed import Typed
from tests.consent.test_inherited import away
from tests.delivery.support import NOON, WHO, a_list, draft, people
from tests.family import nested
from tests.mailings.making import some_sender
from tests.templates import Template
from tests.web.visiting import Visitor, colleague, visitor

pytestmark = pytest.mark.touches_beta
SOURCE = "Dear {{ first_name }}, {% if town == 'town' %}{{ town | upcase }}{% endif %} town\n\n{{ unsubscribe_url }}\n\n{{ imprint }}\n"
LETTER = Content(subject="News for {{ town }}", format="txt", source=SOURCE)


@pytest.fixture
def child(alpha: TenantDB, beta: TenantDB) -> TenantDB:
    below = nested(alpha, beta)
    ensure_standard_fields(below, NOON)
    return below


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


def a_field(tenant: TenantDB, alias: str, name: str) -> int:
    spec = FieldSpec(name=name, alias=alias, kind="text", purpose="Events nearby")
    return create_field(tenant, spec, actor=WHO, now=NOON)


def named(tenant: TenantDB, kind: str, number: int, name: str) -> None:
    give_substitute(tenant, kind, number, name, actor=WHO, now=NOON)


def ready(alpha: TenantDB, child: TenantDB) -> int:
    """A mailing above, and everything that it needs on both sides; below the field has another name."""
    above, below = a_list(alpha), a_list(child, "Brief")
    for tenant, number, field in ((alpha, above, a_field(alpha, "town", "Town")), (child, below, a_field(child, "ort", "Ort"))):
        named(tenant, "list", number, "newsletter")
        named(tenant, "field", field, "town")
    people(alpha, 3, above)
    return draft(alpha, above, content=LETTER, name="May", reply_to="above@example.org")


def test_it_comes_as_a_draft_in_the_words_of_whoever_gets_it(alpha: TenantDB, child: TenantDB) -> None:
    number = ready(alpha, child)
    named(alpha, "mailing", number, "may")
    sender = some_sender(child)
    (done,) = share_down(alpha, number, ["beta"], actor=WHO, now=NOON)
    assert done.taken is not None and (done.taken.version, done.taken.is_new) == (1, True)
    facts = facts_of(child, done.taken.mailing_id)
    (only,) = facts.variants
    assert (facts.state, facts.name, facts.sender_id, facts.reply_to) == ("draft", "May", sender.id, "")
    assert facts.list_ids == (a_list(child, "Brief"),) and only.subject == "News for {{ ort }}"
    assert only.source == SOURCE.replace("if town ==", "if ort ==").replace("{{ town |", "{{ ort |"), (
        "words and texts in quotation marks stay"
    )
    assert things(child, "mailing", ["may"]) == {"may": facts.id}
    assert [one["details"] for one in entries(alpha, act="mailing.shared_down")] == [{"with": {str(child.number): 1}}]
    assert [one["details"] for one in entries(child, act="mailing.shared_in")] == [{"origin": number, "version": 1, "new": True}]


@pytest.mark.slow
def test_an_untouched_draft_is_written_anew_and_any_other_stays(alpha: TenantDB, child: TenantDB) -> None:
    number = ready(alpha, child)
    some_sender(child)

    def shared(subject: str) -> tuple[int, int, bool]:
        before = facts_of(alpha, number)
        new = NewMailing(content=replace(LETTER, subject=subject), sender_id=before.sender_id or 0, list_ids=before.list_ids)
        change_mailing(alpha, number, new, version=version_of(before), actor=WHO, now=NOON)
        (one,) = share_down(alpha, number, ["beta"], actor=WHO, now=NOON)
        assert one.taken is not None
        return one.taken.mailing_id, one.taken.version, one.taken.is_new

    first = shared("One")
    assert shared("Two") == (first[0], 2, False) and facts_of(child, first[0]).variants[0].subject == "Two"
    mine = facts_of(child, first[0])
    content = replace(LETTER, subject="Ours", source=mine.variants[0].source)
    change_mailing(
        child,
        mine.id,
        NewMailing(content=content, sender_id=mine.sender_id or 0, list_ids=mine.list_ids),
        version=version_of(mine),
        actor=WHO,
        now=NOON,
    )
    second = shared("Three")
    assert second[1:] == (3, True) and facts_of(child, first[0]).variants[0].subject == "Ours"
    with child.atomic():
        child.objects(Mailing).filter(pk=second[0]).update(state="finished")
    assert shared("Four")[1:] == (4, True) and facts_of(child, second[0]).variants[0].subject == "Three"


def test_what_is_missing_is_named_and_nothing_is_done_there(alpha: TenantDB, child: TenantDB) -> None:
    number = draft(alpha, a_list(alpha), content=LETTER)
    a_field(alpha, "town", "Town")
    with pytest.raises(SubstitutesMissing) as fault:
        share_down(alpha, number, ["beta"], actor=WHO, now=NOON)
    assert "Letter, Town" in str(fault.value), "here"
    named(alpha, "list", a_list(alpha), "newsletter")
    named(alpha, "field", next(one.number for one in things_of(alpha) if one.name == "Town"), "town")
    (done,) = share_down(alpha, number, ["beta"], actor=WHO, now=NOON)
    assert done.taken is None and "newsletter, town" in str(done.fault), "there"
    assert not child.objects(Mailing).filter(name__startswith="News").exists() and not entries(child, act="mailing.shared_in")
    set_end(child, NOON)
    (done,) = share_down(alpha, number, ["beta"], actor=WHO, now=NOON)
    assert isinstance(done.fault, TenantEnded)
    with pytest.raises(TenantUnknown):
        share_down(open_tenant("beta"), number, ["alpha"], actor=WHO, now=NOON)


def test_an_account_whose_database_is_away_is_reported_beside_the_others(alpha: TenantDB, child: TenantDB) -> None:
    number = ready(alpha, child)
    with away(child):
        (done,) = share_down(alpha, number, ["beta"], actor=WHO, now=NOON)
    assert isinstance(done.fault, AccountAway)
    assert entries(alpha, act="mailing.shared_down")[0]["details"] == {"with": {str(child.number): "mailing.account_away"}}


def test_a_substitute_stands_for_one_thing_of_a_kind(alpha: TenantDB) -> None:
    one, other = a_list(alpha, "One"), a_list(alpha, "Other")
    named(alpha, "list", one, "news")
    named(alpha, "list", one, "news")
    with pytest.raises(SubstituteTaken):
        named(alpha, "list", other, "news")
    for wrong in ("News", "ne ws", "-news", "n" * 61, "nöws"):
        with pytest.raises(SubstituteUnusable):
            named(alpha, "list", other, wrong)
    with pytest.raises(ValueError, match="no list"):
        named(alpha, "list", 999, "none")
    named(alpha, "list", one, "")
    named(alpha, "list", other, "news")
    assert things(alpha, "list", ["news"]) == {"news": other}
    assert len(entries(alpha, act="mailing.substitute_set")) == 3


WORDS = st.sampled_from(["town", "ort", "first_name", "zip", "town_2"])
PIECES = st.one_of(
    WORDS.map("{{{{ {} }}}}".format), WORDS.map("{{{{ {} | default: 'town' }}}}".format), WORDS.map("{{% if {} %}}x{{% endif %}}".format),
    WORDS, st.just('{{ first_name | append: "ort" }}'), st.just("{% assign mine = zip %}{{ mine }}"),
)  # fmt: skip


@given(st.lists(PIECES, max_size=8), st.permutations(["town", "ort", "first_name", "zip", "town_2"]))
@pytest.mark.slow
def test_other_names_are_read_and_nothing_else_changes(pieces: list[str], others: list[str]) -> None:
    names = dict(zip(["town", "ort", "first_name", "zip", "town_2"], others, strict=True))
    before = Source(format="txt", body=" ".join(pieces), subject="s")
    after = renamed(before, names)
    assert names_read(after) == {names[one] for one in names_read(before)}
    back = {new: old for old, new in names.items()}
    assert renamed(after, back) == before
    outside = re.compile(r"\{[{%].*?[}%]\}")
    assert outside.sub("", after.body) == outside.sub("", before.body)


@pytest.mark.slow
def test_the_page_shares_and_says_what_became_of_it(alpha: TenantDB, child: TenantDB) -> None:
    number = draft(alpha, a_list(alpha), name="June")
    editor, below = visitor(alpha), Visitor(colleague(child, "editor", "below@staff.example"), child)
    assert "Share a mailing down" in editor.see("sharing") and "Share a mailing down" not in below.see("sharing")
    ask = {"mailing": str(number), "accounts": ["beta"]}
    assert "have no substitute: Letter" in editor.send("sharing/down", ask, status=403).content.decode()
    editor.send("sharing/substitute", {"thing": f"list:{a_list(alpha)}", "substitute": "News"}, status=422)
    editor.send("sharing/substitute", {"thing": f"list:{a_list(alpha)}", "substitute": "news"})
    assert "have no substitute: news" in editor.send("sharing/down", ask, status=200).content.decode()
    below.send("sharing/substitute", {"thing": f"list:{a_list(child)}", "substitute": "news"})
    assert "A new draft, version 1." in editor.send("sharing/down", ask, status=200).content.decode()
    assert "written anew, version 2." in editor.send("sharing/down", ask, status=200).content.decode()
    assert "June" in below.see("mailings/")
    below.send("sharing/down", {"mailing": str(number), "accounts": ["alpha"]}, status=422)
    assert visitor(alpha, "viewer").get("/t/alpha/sharing").status_code == 403


def test_commands_name_substitutes_and_share(alpha: TenantDB, child: TenantDB, typed: Typed) -> None:
    number = ready(alpha, child)
    code, things_there = typed("mailing", "substitute", "alpha")
    assert code == 0 and {"thing": "list:1", "name": "Letter", "substitute": "newsletter"} in things_there
    assert typed("mailing", "substitute", "alpha", f"mailing:{number}", "may") == (
        0,
        [{"thing": f"mailing:{number}", "name": "May", "substitute": "may"}],
    )
    for thing in ("mailing:4711", "list", "nothing:1"):
        code, wrong = typed("mailing", "substitute", "alpha", thing, "x")
        assert (code, wrong["error"]["code"]) == (4, "mailing.thing_unknown")
    code, done = typed("mailing", "share", "alpha", str(number), "--with", "beta")
    assert code == 0 and done == [{"account": "beta", "mailing": done[0]["mailing"], "version": 1, "new": True}]
    assert facts_of(child, done[0]["mailing"]).name == "May" and things(child, "mailing", ["may"])
    assert typed("mailing", "share", "alpha", str(number), "--with", "none")[1]["error"]["code"] == "tenancy.unknown"
    typed(
        "mailing",
        "substitute",
        "beta",
        next(one["thing"] for one in typed("mailing", "substitute", "beta")[1] if one["substitute"] == "town"),
    )
    code, done = typed("mailing", "share", "alpha", str(number), "--with", "beta")
    assert code == 3 and done[0]["error"]["code"] == "mailing.substitutes_missing" and done[0]["mailing"] is None
