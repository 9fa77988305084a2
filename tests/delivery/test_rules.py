"""What one reply means: a row for each documented code, and properties that hold for all of them."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from siegelpost.delivery.providers import HOST_OR_DOMAIN, About
from siegelpost.delivery.rules import (
    EXPIRES_AFTER,
    KEPT,
    OUTCOMES,
    RETRY_MOST,
    TLS,
    Outcome,
    Stage,
    Verdict,
    bounce_of,
    code_text,
    held_text,
    judge,
    next_try,
    waited,
)
from siegelpost.feedback.rules import Verdict as Report
from siegelpost.feedback.rules import judge_status

CONNECT, MAIL, RCPT, DATA, DOT = Stage
DELIVERED, RETRY, HARD, SOFT, FULL, BLOCKED = Verdict
ONE, DOMAIN, RELAY = About
CODES = st.integers(min_value=200, max_value=599)
DIGITS = st.text(string.digits, min_size=1, max_size=3)
OF_CLASS_5 = st.builds("5.{}.{}".format, DIGITS, DIGITS)
STATUS = st.builds("{}.{}.{}".format, st.sampled_from("245"), DIGITS, DIGITS) | st.just("")
OURS_OR_FULL = st.builds("5.{}.{}".format, st.sampled_from("67"), DIGITS) | st.sampled_from(["5.2.2", "5.2.3", "5.3.4"])

ROWS = [
    # taken
    ("250 2.0.0 Ok: queued", DOT, DELIVERED, ONE, ""),
    ("251 will forward", DOT, DELIVERED, ONE, ""),
    ("250 2.1.0 Ok", DATA, RETRY, ONE, ""),
    ("354 go ahead", RCPT, RETRY, ONE, ""),
    # RFC 5321 section 4.2.2 and 4.2.3: replies without an enhanced status
    ("421 closing", RCPT, RETRY, ONE, ""),
    ("450 mailbox busy", RCPT, RETRY, ONE, ""),
    ("451 local error", DOT, RETRY, ONE, ""),
    ("452 too many recipients", RCPT, RETRY, ONE, ""),
    ("455 unable to accommodate parameters", MAIL, RETRY, RELAY, ""),
    ("500 command line too long", RCPT, BLOCKED, ONE, ""),
    ("501 syntax error in parameters", RCPT, SOFT, ONE, "soft"),
    ("502 not implemented", DATA, BLOCKED, ONE, ""),
    ("503 bad sequence", RCPT, BLOCKED, ONE, ""),
    ("504 parameter not implemented", MAIL, BLOCKED, RELAY, ""),
    ("521 host does not accept mail", CONNECT, BLOCKED, RELAY, ""),
    ("550 mailbox unavailable", RCPT, HARD, ONE, ""),
    ("550 no", RCPT, HARD, ONE, ""),
    ("550 no", DOT, BLOCKED, ONE, ""),
    ("551 user not local", RCPT, HARD, ONE, ""),
    ("552 too many recipients", RCPT, RETRY, ONE, ""),
    ("552 no", DOT, BLOCKED, ONE, ""),
    ("553 mailbox name not allowed", RCPT, HARD, ONE, ""),
    ("554 transaction failed", RCPT, SOFT, ONE, "soft"),
    ("554 transaction failed", DOT, BLOCKED, ONE, ""),
    ("554 No SMTP service here", CONNECT, BLOCKED, RELAY, ""),
    ("555 parameters not recognized", RCPT, BLOCKED, ONE, ""),
    ("556 domain does not accept mail", RCPT, HARD, ONE, ""),
    # RFC 3463
    ("550 5.1.1 user unknown", RCPT, HARD, ONE, ""),
    ("550 5.1.1 unknown after all", DOT, HARD, ONE, ""),
    ("550 5.1.2 bad host", RCPT, HARD, ONE, ""),
    ("553 5.1.3 bad syntax", RCPT, HARD, ONE, ""),
    ("550 5.1.6 moved", RCPT, HARD, ONE, ""),
    ("553 5.1.7 bad sender", RCPT, BLOCKED, ONE, ""),
    ("550 5.1.8 bad sender's system", MAIL, BLOCKED, RELAY, ""),
    ("556 5.1.10 null MX", RCPT, HARD, ONE, ""),
    ("550 5.2.1 disabled", RCPT, HARD, ONE, ""),
    ("552 5.2.2 over quota", RCPT, FULL, ONE, "full"),
    ("552 5.2.2 over quota", DOT, FULL, ONE, "full"),
    ("452 4.2.2 over quota", RCPT, RETRY, ONE, ""),
    ("552 5.2.3 too long", DOT, BLOCKED, ONE, ""),
    ("452 4.3.1 system full", MAIL, RETRY, RELAY, ""),
    ("550 5.3.0 other", RCPT, SOFT, ONE, "soft"),
    ("552 5.3.4 too big", MAIL, BLOCKED, ONE, ""),
    ("552 5.3.4 too big", RCPT, BLOCKED, ONE, ""),
    ("550 5.4.4 unable to route", RCPT, HARD, ONE, ""),
    ("550 5.4.1 no answer", RCPT, SOFT, ONE, "soft"),
    ("452 4.5.3 too many recipients", RCPT, RETRY, ONE, ""),
    ("554 5.6.0 malformed", DOT, BLOCKED, ONE, ""),
    ("553 5.6.7 non-ASCII address", MAIL, BLOCKED, ONE, ""),
    ("550 5.7.1 not authorised", RCPT, BLOCKED, ONE, ""),
    # RFC 4954: login
    ("530 5.7.0 Authentication required", MAIL, BLOCKED, RELAY, ""),
    ("530 5.7.0 Authentication required", RCPT, BLOCKED, RELAY, ""),
    ("535 5.7.8 credentials invalid", CONNECT, BLOCKED, RELAY, ""),
    ("454 4.7.0 temporary failure", CONNECT, RETRY, RELAY, ""),
    # RFC 6647: grey-listing; RFC 7372: authentication
    ("450 Sender address rejected: Domain not found", RCPT, RETRY, ONE, ""),
    ("450 4.2.0 Greylisted", RCPT, RETRY, ONE, ""),
    ("451 4.7.1 Greylisting in action", RCPT, RETRY, ONE, ""),
    ("550 5.7.20 no passing DKIM signature", DOT, BLOCKED, DOMAIN, ""),
    ("550 5.7.23 SPF failed", RCPT, BLOCKED, DOMAIN, ""),
    ("550 5.7.25 reverse DNS failed", RCPT, BLOCKED, DOMAIN, ""),
    # Google, support.google.com/a/answer/3726730
    ("550-5.7.26 This mail has been blocked because the sender is unauthenticated.", DOT, BLOCKED, DOMAIN, ""),
    ("550 5.7.27 blocked because SPF does not pass", DOT, BLOCKED, DOMAIN, ""),
    ("550 5.7.28 an unusual rate of unsolicited mail", DOT, BLOCKED, DOMAIN, ""),
    ("421 4.7.28 an unusual rate of unsolicited mail", DOT, RETRY, DOMAIN, ""),
    ("421 4.7.26 rate limited because it is unauthenticated", DOT, RETRY, DOMAIN, ""),
    ("451 4.7.23 no PTR record", RCPT, RETRY, DOMAIN, ""),
    ("421 4.7.0 very low reputation of the sending IP address", DOT, RETRY, DOMAIN, ""),
    ("550 5.7.1 very low reputation of the sending domain", DOT, BLOCKED, DOMAIN, ""),
    ("550 5.7.1 This message is likely unsolicited mail", DOT, BLOCKED, ONE, ""),
    ("450 4.2.1 receiving mail too quickly", RCPT, RETRY, ONE, ""),
    ("552 5.2.2 out of storage space and inactive", RCPT, FULL, ONE, "full"),
    ("550 5.2.1 inactive", RCPT, HARD, ONE, ""),
    ("550 5.4.5 Daily SMTP relay limit exceeded", RCPT, BLOCKED, RELAY, ""),
    ("550 5.7.0 Mail relay denied", RCPT, BLOCKED, RELAY, ""),
    # Microsoft, aka.ms/postmaster and rules.md
    ("550 5.7.515 Access denied, sending domain does not meet the required authentication level", DOT, BLOCKED, DOMAIN, ""),
    ("550 5.7.1 part of their network is on our block list (S3140)", RCPT, BLOCKED, DOMAIN, "S3140"),
    ("550 5.7.1 part of their network is on our block list (AS3150)", RCPT, BLOCKED, DOMAIN, "S3150"),
    ("550 5.7.606 Access denied, banned sending IP", RCPT, BLOCKED, DOMAIN, ""),
    ("451 4.7.650 temporarily rate limited due to IP reputation (S775)", RCPT, RETRY, DOMAIN, "S775"),
    ("421 RP-001 exceeded the rate limit allowed", RCPT, RETRY, DOMAIN, "RP-001"),
    ("550 SC-001 part of their network is on our block list", RCPT, BLOCKED, DOMAIN, "SC-001"),
    ("550 5.5.0 Requested action not taken: mailbox unavailable", RCPT, HARD, ONE, ""),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", RCPT, HARD, ONE, ""),
    ("550 5.4.1 Recipient address rejected: Access denied.", RCPT, HARD, ONE, ""),
    # Yahoo and AOL, senders.yahooinc.com/smtp-error-codes
    ("421 4.7.0 [TSS04] temporarily deferred due to unexpected volume or user complaints", RCPT, RETRY, DOMAIN, "TSS04"),
    ("421 4.7.0 [TS02] Temporarily deferred", RCPT, RETRY, DOMAIN, "TS02"),
    ("554 5.7.9 [PH01] not accepted for policy reasons", DOT, BLOCKED, ONE, "PH01"),
    ("554 delivery error: dd This user doesn't have a yahoo.com account", DOT, HARD, ONE, ""),
    ("554 delivery error: dd This account is over quota", DOT, FULL, ONE, "full"),
    # GMX, web.de, IONOS: postmaster.gmx.com/en/error-messages, ionos.de/hilfe/e-mail/postmaster
    ("550 Requested action not taken: mailbox unavailable", RCPT, HARD, ONE, ""),
    ("550 Reject due to SPF policy.", DOT, BLOCKED, ONE, ""),
    ("554 Reject due to policy restrictions", DOT, BLOCKED, ONE, ""),
    ("554 IP address is block listed.", CONNECT, BLOCKED, RELAY, ""),
    ("554 IP address is block listed.", RCPT, BLOCKED, DOMAIN, ""),
    ("421 Rate limit reached. Please try again later", RCPT, RETRY, DOMAIN, ""),
    ("550 User has exhausted allowed storage space.", RCPT, FULL, ONE, "full"),
    ("550 Unknown local part x in", RCPT, HARD, ONE, ""),
    # T-Online, postmaster.t-online.de
    (
        "554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or to contact us to clarify.) (BL)",
        RCPT,
        BLOCKED,
        DOMAIN,
        "BL",
    ),
    ("554 IP=192.0.2.1 - None/bad reputation. (NOWL)", CONNECT, BLOCKED, RELAY, "NOWL"),
    ("552 5.2.2 Over STORAGE quota", RCPT, FULL, ONE, "full"),
    # Postfix, postconf(5)
    ("554 5.7.1 <x>: Relay access denied", RCPT, BLOCKED, RELAY, ""),
    ("454 4.7.1 <x>: Relay access denied", RCPT, RETRY, RELAY, ""),
    ("450 4.7.1 Client host rejected: cannot find your hostname", RCPT, RETRY, RELAY, ""),
    ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using dnsbl.example.net", RCPT, BLOCKED, RELAY, ""),
    ("554 5.7.1 <x>: Recipient address rejected: User unknown", RCPT, SOFT, ONE, "soft"),
    # words about our sender, our host or our right to relay, without a status: no address is to blame (Exim, qmail, Sendmail, IronPort)
    ("550 relay not permitted", RCPT, BLOCKED, RELAY, ""),
    ("550 Relaying to <x> is not allowed", RCPT, BLOCKED, RELAY, ""),
    ("550 Relaying to <x> prohibited by administrator", RCPT, BLOCKED, RELAY, ""),
    ("550 5.7.1 <x>... Relaying denied. Proper authentication required.", RCPT, BLOCKED, RELAY, ""),
    ("550 Authentication is required for relay", RCPT, BLOCKED, RELAY, ""),
    ("550 5.7.3 SMTP AUTH is required", RCPT, BLOCKED, RELAY, ""),
    ("550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", RCPT, BLOCKED, ONE, ""),
    ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", RCPT, BLOCKED, RELAY, ""),
    ("553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)", RCPT, BLOCKED, ONE, ""),
    ("554 #5.7.1 rejected", RCPT, BLOCKED, ONE, ""),
    ("550 #5.1.0 Address rejected.", RCPT, HARD, ONE, ""),
    ("550 sorry, no mailbox here by that name. (#5.1.1)", RCPT, HARD, ONE, ""),
    ("550 Verification failed for <> Unrouteable address Sender verify failed", RCPT, BLOCKED, ONE, ""),
    ("550 Sender verify failed", RCPT, BLOCKED, ONE, ""),
    ("550 Could not complete sender verify callout", RCPT, BLOCKED, ONE, ""),
    ("550 Sender address rejected: Domain not found", RCPT, BLOCKED, ONE, ""),
    ("550 5.1.8 <b@x>: Sender address rejected: Domain not found", RCPT, BLOCKED, ONE, ""),
    ("553 5.1.8 Domain of sender address does not exist", RCPT, BLOCKED, ONE, ""),
    ("550 Sender rejected: user unknown in sender verification", RCPT, BLOCKED, ONE, ""),
    ("550 Unknown sender", RCPT, BLOCKED, ONE, ""),
    ("550 Invalid sender domain", RCPT, BLOCKED, ONE, ""),
    ("550 Helo command rejected: Host not found", RCPT, BLOCKED, ONE, ""),
    ("550 Bad HELO - Host impersonating", RCPT, BLOCKED, ONE, ""),
    ("550 5.7.1 No reverse DNS, host not found", RCPT, BLOCKED, ONE, ""),
    ("550 Your host has no PTR record, host name not found", RCPT, BLOCKED, ONE, ""),
    ("550 Your IP is listed at zen.spamhaus.org", RCPT, BLOCKED, ONE, ""),
    ("550 192.0.2.1 is banned", RCPT, BLOCKED, ONE, ""),
    ("550 Access denied", RCPT, BLOCKED, ONE, ""),
    ("550 Rejected by local policy", RCPT, BLOCKED, ONE, ""),
    ("550 You are not authorized to send to this recipient", RCPT, BLOCKED, ONE, ""),
    ("550 Administrative prohibition", RCPT, BLOCKED, ONE, ""),
    ("550 Message contains a virus", DOT, BLOCKED, ONE, ""),
    # words about the recipient, as the same programs say them
    ("550 5.1.1 <x>: Recipient address rejected: User unknown in virtual mailbox table", RCPT, HARD, ONE, ""),
    ("550 <x>: Recipient address rejected: undeliverable address", RCPT, HARD, ONE, ""),
    ("550 Unrouteable address", RCPT, HARD, ONE, ""),
    ("553 5.3.0 <x>... No such user here", RCPT, HARD, ONE, ""),
    ("550 5.1.1 The email account that you tried to reach does not exist.", RCPT, HARD, ONE, ""),
    # two voices in one reply: the milder one counts
    ("550 5.1.1 your host is on a blocklist", RCPT, BLOCKED, ONE, ""),
    ("550 5.1.1 mailbox is full", RCPT, FULL, ONE, "full"),
    ("550 5.1.1 <spam.quota@example.net>: user unknown", RCPT, HARD, ONE, ""),
]


@pytest.mark.parametrize(("said", "stage", "verdict", "about", "mark"), ROWS, ids=lambda value: str(value)[:40])
def test_each_documented_reply_has_its_meaning(said: str, stage: Stage, verdict: Verdict, about: About, mark: str) -> None:
    enhanced = said[4:].split(" ")[0]
    found = judge(int(said[:3]), enhanced if enhanced[:2] in ("2.", "4.", "5.") else "", stage, said[4:])
    assert (found.verdict, found.about, found.mark) == (verdict, about, mark)


@pytest.mark.parametrize(("said", "stage", "verdict"), [row[:3] for row in ROWS if row[0][0] == "5"], ids=lambda value: str(value)[:40])
def test_a_report_that_brings_the_same_words_later_is_no_harsher(said: str, stage: Stage, verdict: Verdict) -> None:
    enhanced = next((word for word in said[4:].split(" ")[:1] if word[:2] == "5."), "")
    assert verdict is HARD or judge_status(enhanced, "failed", f"smtp; {said}") is not Report.HARD


def test_every_status_that_speaks_of_our_host_or_domain_has_a_row() -> None:
    tried = {part[2:] for said, *_rest in ROWS for part in said.replace("-", " ").split() if part[:2] in ("4.", "5.")}
    assert {detail for detail, source in HOST_OR_DOMAIN.items() if "Microsoft 5" in source or "Google 5" in source} <= tried | {"7.24"}


@pytest.mark.slow
@given(CODES, STATUS | st.text(max_size=12), st.sampled_from(Stage), st.text(max_size=80))
def test_every_reply_has_a_meaning_and_none_raises(code: int, enhanced: str, stage: Stage, words: str) -> None:
    found = judge(code, enhanced, stage, words)
    assert OUTCOMES[found.verdict] in Outcome
    assert (found.verdict is DELIVERED) == (code < 300 and stage is DOT)
    assert (found.verdict is RETRY) >= (200 <= code < 500 and found.verdict is not DELIVERED)


@pytest.mark.parametrize("stage", Stage)
def test_every_code_from_200_to_599_has_a_meaning_at_every_stage(stage: Stage) -> None:
    for code in range(200, 600):
        for enhanced in ("", "5.1.1", "5.2.2", "5.7.1", "4.7.28", "5.0.0", "2.0.0"):
            assert judge(code, enhanced, stage).verdict in Verdict


@given(st.integers(max_value=199) | st.integers(min_value=600), STATUS, st.sampled_from(Stage))
def test_outside_of_200_to_599_there_is_no_meaning(code: int, enhanced: str, stage: Stage) -> None:
    with pytest.raises(ValueError, match="not an SMTP reply code"):
        judge(code, enhanced, stage)


@given(CODES, OURS_OR_FULL, st.sampled_from(Stage), st.text(max_size=40))
@pytest.mark.slow
def test_a_full_mailbox_and_a_refusal_because_of_us_never_count_hard(code: int, enhanced: str, stage: Stage, words: str) -> None:
    assert judge(code, enhanced, stage, words).verdict is not HARD


@given(st.integers(min_value=500, max_value=599), STATUS, st.sampled_from([CONNECT, MAIL]), st.text(max_size=40))
@example(552, "5.3.4", MAIL, "user unknown")  # too large, whatever else it says
def test_before_anybody_was_named_nobody_but_us_is_refused(code: int, enhanced: str, stage: Stage, words: str) -> None:
    assert judge(code, enhanced, stage, words).verdict is BLOCKED


@given(st.integers(min_value=500, max_value=599), STATUS, st.sampled_from([DATA, DOT]))
def test_after_rcpt_was_taken_only_a_status_makes_a_bounce_hard(code: int, enhanced: str, stage: Stage) -> None:
    if judge(code, enhanced, stage).verdict is HARD:
        assert judge_status(enhanced, "failed", "") is Report.HARD


@given(OF_CLASS_5)
def test_replies_and_reports_read_a_status_alike(enhanced: str) -> None:
    pairs = {HARD: Report.HARD, FULL: Report.FULL, SOFT: Report.SOFT, BLOCKED: Report.POLICY}
    assert pairs[judge(550, enhanced, RCPT).verdict] is judge_status(enhanced, "failed", "")


@given(CODES, STATUS, st.sampled_from(Stage), st.sampled_from(["", "quota exceeded", "user unknown", "(S3140)", "[TSS04]", "RP-001"]))
def test_what_is_kept_fits_and_tells_a_bounce_again(code: int, enhanced: str, stage: Stage, words: str) -> None:
    found = judge(code, enhanced, stage, words)
    kept = code_text(code, enhanced, found.mark)
    assert len(kept) <= KEPT >= len(held_text(kept))
    assert kept.startswith(str(code)) and held_text(kept).startswith(f"held {code}")
    if OUTCOMES[found.verdict] is Outcome.BOUNCED:
        assert bounce_of(kept) is found.verdict


@given(CODES, STATUS, st.text(alphabet=string.ascii_letters + "@. ", max_size=60))
def test_what_is_kept_never_holds_the_words_of_the_server(code: int, enhanced: str, words: str) -> None:
    found = judge(code, enhanced, RCPT, words)
    assert set(code_text(code, enhanced, found.mark).split()) <= {str(code), enhanced, "full", "soft", ""}


def test_a_message_that_waited_for_tls_in_vain_says_nothing_about_the_address() -> None:
    assert bounce_of(TLS) is BLOCKED


def test_pauses_grow_and_end_after_two_days() -> None:
    assert [next_try(n) for n in (1, 2, 3)] == [60, 120, 240]
    assert next_try(10**6) == RETRY_MOST
    assert [waited(n) for n in (0, 1, 2, 3)] == [0, 60, 180, 420]
    tries = next(n for n in range(1000) if waited(n) > EXPIRES_AFTER)
    assert EXPIRES_AFTER - RETRY_MOST <= waited(tries - 1) <= EXPIRES_AFTER
