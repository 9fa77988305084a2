"""What follows from the DNS of a sender domain: everything that is needed must be seen, and nothing fails open."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.mailings.domain_answers import ABSENT, FAILED, FOUND, Answer, Question
from siegelpost.mailings.domain_findings import SEVERITIES, Finding, by_severity, state_of
from siegelpost.mailings.domain_words import SAYS, TOPICS
from tests.mailings.judged import GOOD, KEYS, SUBJECT, Zone, codes, judged, state

SPF = ("bounce.example.org", "TXT")
MX = ("news.example.org", "MX")
RELAY = ("relay.example.net", "A")
NO_SIX: Zone = {("relay.example.net", "AAAA"): ()}


def test_a_domain_in_order_passes_with_nothing_but_good_findings() -> None:
    findings, asked = judged()
    assert [one.code for one in findings if one.severity != "ok"] == []
    assert {one.topic for one in findings} == set(TOPICS)
    assert state_of(findings) == "passed"
    assert len(asked) == len(set(asked)) < 25


NEEDED = {
    Question(KEYS[0].name, "TXT"), Question(KEYS[1].name, "TXT"), Question("news.example.org", "MX"), Question("in.example.net", "A"),
    Question("bounce.example.org", "TXT"),
}  # fmt: skip


@pytest.mark.parametrize("question", sorted(set(judged()[1])), ids=str)
@pytest.mark.parametrize("reason", ["timeout", "server", "loop", "unusable"])
def test_whatever_look_up_fails_is_said_and_never_good(question: Question, reason: str) -> None:
    findings, _asked = judged(failing={question: Answer(FAILED, reason=reason)})
    unchecked = [one for one in findings if one.unchecked]
    assert unchecked
    assert all(one.facts["reason"] == reason and one.severity != "ok" for one in unchecked)
    assert state_of(findings) == ("unknown" if question in NEEDED else "passed")


@pytest.mark.slow
@given(st.sets(st.sampled_from(sorted(set(judged()[1]))), min_size=1), st.sampled_from(["absent", "failed", "junk", "many"]))
def test_no_mixture_of_missing_failing_and_foreign_answers_passes_without_what_is_needed(questions: set[Question], how: str) -> None:
    wrong = {
        "absent": Answer(ABSENT),
        "failed": Answer(FAILED, reason="timeout"),
        "junk": Answer(FOUND, ("junk",)),
        "many": Answer(FOUND, tuple(f"junk {n}" for n in range(50))),
    }
    found = state(failing=dict.fromkeys(questions, wrong[how]))
    if questions & (NEEDED - {Question("in.example.net", "A"), Question("news.example.org", "MX")}):
        assert found != "passed"


@pytest.mark.parametrize("name", [KEYS[0].name, KEYS[1].name])
def test_a_missing_key_blocks(name: str) -> None:
    assert state(also={(name, "TXT"): ()}) == "failed"


def test_wrong_outweighs_unknown() -> None:
    failing = {Question("news.example.org", "MX"): Answer(FAILED, reason="timeout")}
    assert state(also={(KEYS[0].name, "TXT"): ()}, failing=failing) == "failed"


# --- SPF ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record, code, severity",
    [
        ("", "spf.missing", "block"),
        ("v=spf1 nonsense", "spf.syntax", "block"),
        ("v=spf1 include:nobody.example -all", "spf.include", "block"),
        ("v=spf1 a:a.example.net a:b.example.net a:c.example.net -all", "spf.voids", "block"),
        ("v=spf1 ip4:198.51.100.1 -all", "spf.relay_not_named", "warn"),
        ("v=spf1 ip4:203.0.113.5 -all", "spf.relay_not_named", "warn"),
        ("v=spf1 exists:%{i}.example.net -all", "spf.vague", "warn"),
        ("v=spf1 +all", "spf.open", "warn"),
        ("v=spf1 ip4:203.0.113.5 ip6:2001:db8::/32 -all", "spf.ok", "ok"),
    ],
)
def test_spf_of_the_envelope_sender(record: str, code: str, severity: str) -> None:
    assert codes(also={SPF: (record,) if record else ()})[code] == severity


def test_two_spf_records_block() -> None:
    assert codes(also={SPF: ("v=spf1 -all", "v=spf1 +all")})["spf.several"] == "block"


def test_what_spf_should_say_is_handed_over_ready_to_be_published() -> None:
    findings, _asked = judged(also={SPF: ("v=spf1 mx -all",), **NO_SIX})
    assert [one.publish[0].value for one in findings if one.code == "spf.relay_not_named"] == ["v=spf1 mx ip4:203.0.113.5 -all"]
    missing, _asked = judged(also={SPF: ()})
    assert [one.publish[0].value for one in missing if one.code == "spf.missing"] == ["v=spf1 a:relay.example.net ~all"]


def test_a_fault_behind_the_term_that_lets_the_relay_in_is_a_warning_only() -> None:
    late = "v=spf1 a:relay.example.net include:nobody.example -all"
    found = codes(also={SPF: (late,)})
    assert (found["spf.include"], found["spf.ok"]) == ("warn", "ok")
    assert state(also={SPF: (late,)}) == "passed"


@pytest.mark.parametrize("record", ["v=spf1 a:relay.example.net include:slow.example -all", "v=spf1 mx:slow.example -all"])
def test_a_look_up_that_fails_beside_a_sound_record_is_said_and_no_reason_to_publish_anything(record: str) -> None:
    place = Question("slow.example", "TXT") if "include" in record else Question("mail.slow.example", "A")
    zone: Zone = {SPF: (record,), ("slow.example", "MX"): ("10 mail.slow.example",), **NO_SIX}
    findings, _asked = judged(also=zone, failing={place: Answer(FAILED, reason="timeout")})
    said = {one.code: (one.severity, one.publish) for one in findings if one.topic == "spf"}
    assert said["spf.unchecked"][0] == "warn" and "spf.relay_not_named" not in said
    assert state_of(findings) == "passed"


def test_a_relay_that_cannot_be_seen_is_advice() -> None:
    for host in ("", "10.0.0.5", "inside.example.net"):
        found = codes(relay_host=host, also={("inside.example.net", "A"): ("192.168.1.5",)})
        assert (found["spf.relay_unknown"], found["spf.sound"], found["ptr.unknown"]) == ("advice", "ok", "advice")


def test_a_relay_may_be_an_address() -> None:
    assert codes(relay_host="203.0.113.5", also={SPF: ("v=spf1 ip4:203.0.113.5 -all",)})["spf.ok"] == "ok"


@pytest.mark.parametrize("domain", ["localhost", "127.0.0.1", "[::1]", "::1"])
def test_an_envelope_sender_that_others_cannot_see_blocks(domain: str) -> None:
    found = codes(bounce_domain=domain, bounce_organisation=domain)
    assert found["spf.local"] == "block"
    assert "bounce.ok" not in found and "bounce.missing" not in found


# --- DMARC -------------------------------------------------------------------------------------------------------------

DMARC = ("_dmarc.example.org", "TXT")


@pytest.mark.parametrize(
    "records, code, severity",
    [
        ((), "dmarc.missing", "warn"),
        (("v=DMARC1; p=none; rua=mailto:a@example.org",), "dmarc.monitoring", "advice"),
        (("v=DMARC1; p=reject",), "dmarc.no_reports", "advice"),
        (("v=DMARC1; q=reject",), "dmarc.broken", "warn"),
        (("v=DMARC1; p=none", "v=DMARC1; p=none"), "dmarc.several", "warn"),
        (("v=DMARC1; p=reject; aspf=s",), "dmarc.by_signature", "advice"),
    ],
)
def test_dmarc_warns_and_advises(records: tuple[str, ...], code: str, severity: str) -> None:
    assert codes(also={DMARC: records})[code] == severity
    assert state(also={DMARC: records}) == "passed"


def test_an_envelope_sender_of_another_organisation_leaves_dkim_alone() -> None:
    found = codes(bounce_domain="bounce.example.net", bounce_organisation="example.net", also={("bounce.example.net", "TXT"): GOOD[SPF]})
    assert found["dmarc.by_signature"] == "advice"


@pytest.mark.parametrize("together, code, severity", [(True, "dmarc.by_envelope", "ok"), (False, "dmarc.by_relay", "warn")])
def test_where_the_relay_signs_our_keys_are_advice_and_the_envelope_sender_counts(together: bool, code: str, severity: str) -> None:
    unsigned = tuple(replace(one, needed=False) for one in SUBJECT.keys)
    away = {} if together else {"bounce_organisation": "example.net"}
    found = codes(keys=unsigned, also={(one.name, "TXT"): () for one in KEYS}, **away)
    assert (found["dkim.missing"], found[code]) == ("advice", severity)
    assert state(keys=unsigned, also={(one.name, "TXT"): () for one in KEYS}, **away) == "passed"


def test_a_record_between_is_advice_to_put_one_where_all_look() -> None:
    deep = codes(
        domain="a.b.example.org", also={DMARC: (), ("_dmarc.b.example.org", "TXT"): ("v=DMARC1; p=reject; rua=mailto:a@b.example",)}
    )
    assert (deep["dmarc.between"], deep["dmarc.ok"]) == ("advice", "ok")


# --- Ways back ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone, code, severity",
    [
        ({MX: ("0 ",)}, "mx.null", "block"),
        ({MX: ()}, "mx.missing", "block"),
        ({MX: (), ("news.example.org", "A"): ("203.0.113.9",)}, "mx.implicit", "advice"),
        ({MX: (), ("news.example.org", "AAAA"): ("2001:db8::9",)}, "mx.implicit", "advice"),
        ({MX: ("10 gone.example.net", "20 lost.example.net")}, "mx.dead", "block"),
        ({MX: ("10 gone.example.net", "20 in.example.net")}, "mx.ok", "ok"),
        ({("bounce.example.org", "MX"): ()}, "bounce.missing", "warn"),
        ({("bounce.example.org", "MX"): ("0 ",)}, "bounce.missing", "warn"),
        ({("bounce.example.org", "MX"): (), ("bounce.example.org", "A"): ("203.0.113.9",)}, "bounce.ok", "ok"),
        ({("5.113.0.203.in-addr.arpa", "PTR"): (), **NO_SIX}, "ptr.missing", "warn"),
        ({("5.113.0.203.in-addr.arpa", "PTR"): ("other.example.net",), **NO_SIX}, "ptr.unconfirmed", "warn"),
        ({("5.113.0.203.in-addr.arpa", "PTR"): ("other.example.net", "relay.example.net"), **NO_SIX}, "ptr.ok", "ok"),
        ({("_mta-sts.news.example.org", "TXT"): ()}, "mta_sts.missing", "advice"),
        ({("_mta-sts.news.example.org", "TXT"): ("v=STSv1; id=1", "v=STSv1; id=2")}, "mta_sts.missing", "advice"),
        ({("_smtp._tls.news.example.org", "TXT"): ("v=spf1 -all",)}, "tls_rpt.missing", "advice"),
    ],
)
def test_ways_back_and_names(zone: Zone, code: str, severity: str) -> None:
    assert codes(also=zone)[code] == severity


def test_one_topic_asks_for_bounces_once_where_both_domains_are_the_same() -> None:
    found = codes(bounce_domain="news.example.org", also={("news.example.org", "TXT"): GOOD[SPF]})
    assert not {one for one in found if one.startswith("bounce.")}


# --- Words -------------------------------------------------------------------------------------------------------------


def test_the_most_pressing_comes_first() -> None:
    findings, _asked = judged(also={(KEYS[0].name, "TXT"): (), DMARC: (), ("_mta-sts.news.example.org", "TXT"): ()})
    order = [SEVERITIES.index(one.severity) for one in by_severity(findings)]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2, 3}


def test_what_another_version_stored_can_still_be_read() -> None:
    stored = {"code": "dkim.ok", "severity": "ok", "facts": {}, "published": [], "publish": []}
    assert Finding.from_dict(stored).text("en") == "…: the key is published under … and fits ours."
    assert Finding.from_dict({**stored, "code": "dkim.invented"}).text("de") == "dkim.invented"


def test_every_code_belongs_to_a_topic_with_a_name() -> None:
    assert {code.partition(".")[0] for code in SAYS} == set(TOPICS)
