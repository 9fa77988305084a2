"""The sentences of all findings about sender domains, by code. Pure."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.i18n import marked as _

_UNCHECKED: Final = _("This could not be checked: the look-up of {asked} ended with “{reason}”.")

SAYS: Final[Mapping[str, str]] = {
    "dkim.ok": _("{kind}: the key is published under {name} and fits ours."),
    "dkim.delegated": _("{kind}: {name} leads to {alias}, and the key there fits ours."),
    "dkim.missing": _("{kind}: no key is published under {name}. Mail signed with ours cannot be verified."),
    "dkim.dangling": _("{kind}: {name} leads to {alias}, where no key is published."),
    "dkim.several": _("{kind}: several records stand under {name}. Which one counts is left to chance; only ours may stay."),
    "dkim.broken": _("{kind}: what stands under {name} cannot be used as a key ({why})."),
    "dkim.revoked": _("{kind}: the key under {name} is revoked (an empty p=)."),
    "dkim.mismatch": _("{kind}: another key than ours is published under {name}."),
    "dkim.testing": _("{kind}: the key is marked as a test (t=y). Receivers may treat the mail as unsigned: take that out."),
    "dkim.unchecked": _UNCHECKED,
    "dkim.next_missing": _("Next key, {kind}: not published yet under {name}. Signing changes over once it is."),
    "dkim.next_seen": _("Next key, {kind}: published under {name}."),
    "dkim.next_unchecked": _UNCHECKED,
    "dkim.spare_ok": _("Second name: {name} leads to {target}. Keys can be changed without you."),
    "dkim.spare_missing": _("Second name: {name} does not lead to {target} yet. Once it does, keys can be changed without you."),
    "dkim.spare_unchecked": _UNCHECKED,
    "dkim.old_kept": _("Former key, {kind}: leave it published under {name} until {until}. Mail on its way still needs it."),
    "dkim.old_gone": _("Former key, {kind}: gone from {name}, though mail on its way needs it until {until}. Publish it again."),
    "dkim.old_removable": _("Former key, {kind}: nothing needs it any more. You can remove {name}."),
    "dkim.old_removed": _("Former key, {kind}: removed."),
    "dkim.old_unchecked": _UNCHECKED,
    "spf.ok": _("SPF of the envelope sender {domain} permits the relay {relay} ({lookups} of 10 look-ups)."),
    "spf.sound": _("SPF of the envelope sender {domain} is in order ({lookups} of 10 look-ups)."),
    "spf.local": _("The envelope sender {domain} is no public domain: set SIEGELPOST_BOUNCE_DOMAIN or SIEGELPOST_PUBLIC_URL."),
    "spf.missing": _("The envelope sender {domain} has no SPF record."),
    "spf.several": _("{place} has several SPF records. Receivers then ignore all of them: join them into one."),
    "spf.syntax": _("The SPF record of {place} holds a mistake. Receivers then ignore all of it."),
    "spf.include": _("SPF refers to {place}, which has no SPF record. Receivers then ignore all of it."),
    "spf.lookups": _("SPF of {domain} takes more than 10 look-ups. Receivers then give up."),
    "spf.voids": _("SPF of {domain} names more than two hosts that do not exist. Receivers then give up."),
    "spf.mx": _("SPF uses mx of {place}, which has more than 10 mail servers. Receivers then give up."),
    "spf.relay_not_named": _(
        "SPF of {domain} does not permit {relay} ({result}). If the relay sends from other addresses, those must be permitted."
    ),
    "spf.relay_unknown": _("From which address the relay sends cannot be seen from here: make sure that SPF of {domain} permits it."),
    "spf.vague": _("SPF of {domain} holds macros or ptr. What they permit differs from mail to mail and could not be judged."),
    "spf.open": _("SPF of {domain} permits every address in the world (+all)."),
    "spf.unchecked": _UNCHECKED,
    "dmarc.ok": _("DMARC: {place} says {policy}."),
    "dmarc.monitoring": _("DMARC: {place} says none, so forged mail is only reported. Tighten it once the reports are clean."),
    "dmarc.missing": _("DMARC: there is no record. Large providers refuse bulk mail without one."),
    "dmarc.several": _("DMARC: {place} has several records. Receivers then act as if there were none."),
    "dmarc.broken": _("DMARC: the record of {place} names no valid policy (p=)."),
    "dmarc.between": _("DMARC: the record stands at {place}, where receivers that follow RFC 7489 do not look. Put one at {organisation}."),
    "dmarc.no_reports": _("DMARC: nobody gets reports (rua=). They show who sends in this domain's name."),
    "dmarc.aligned": _("DMARC alignment: the signature (d={domain}) and the envelope sender {bounce} belong to From."),
    "dmarc.by_signature": _(
        "DMARC alignment: the signature (d={domain}) belongs to From, the envelope sender {bounce} does not: DKIM alone counts."
    ),
    "dmarc.by_envelope": _("DMARC alignment: the envelope sender {bounce} belongs to From. Signing is left to the relay."),
    "dmarc.by_relay": _(
        "DMARC alignment: neither do we sign, nor does the envelope sender {bounce} belong to From. The relay must sign for {domain}."
    ),
    "dmarc.unchecked": _UNCHECKED,
    "mx.ok": _("Answers to {domain} arrive."),
    "mx.implicit": _("{domain} has no MX; answers go to its address, which not all servers try."),
    "mx.null": _("{domain} says that it takes no mail (null MX). Receivers refuse mail from such a domain, and nobody can answer."),
    "mx.missing": _("{domain} has no MX and no address. Receivers refuse mail from such a domain, and nobody can answer."),
    "mx.dead": _("None of the mail servers that {domain} names exists."),
    "mx.unchecked": _UNCHECKED,
    "bounce.ok": _("Bounces to {domain} have a way back."),
    "bounce.missing": _("Bounces to {domain} do not arrive: it has no MX and no address."),
    "bounce.unchecked": _UNCHECKED,
    "ptr.ok": _("The relay {relay} is called {host}, and that name leads back to it."),
    "ptr.missing": _("The relay {relay} has no name (PTR). Large providers refuse its mail."),
    "ptr.unconfirmed": _("The relay {relay} is called {host}, but that name does not lead back to it."),
    "ptr.unknown": _("The relay's public address cannot be seen from here: make sure that its name (PTR) leads back to it."),
    "ptr.unchecked": _UNCHECKED,
    "mta_sts.ok": _("MTA-STS is announced."),
    "mta_sts.missing": _("MTA-STS is not announced: others may deliver answers to {domain} unencrypted."),
    "mta_sts.unchecked": _UNCHECKED,
    "tls_rpt.ok": _("TLS-RPT is set up."),
    "tls_rpt.missing": _("TLS-RPT is not set up: nobody tells you when encrypted delivery to {domain} fails."),
    "tls_rpt.unchecked": _UNCHECKED,
}

WORDS: Final[Mapping[str, str]] = {
    "timeout": _("no answer in time"),
    "server": _("the name server reports a failure"),
    "loop": _("the aliases run in a circle"),
    "unusable": _("the answer cannot be used"),
    "unreachable": _("no name server can be reached"),
    "name": _("this is no name that DNS can hold"),
    "not_asked": _("a test system asks only servers that SIEGELPOST_DNS_SERVERS names"),
    "tags": _("it is no list of tags"),
    "version": _("its version is not DKIM1"),
    "key": _("p= is missing or no base64"),
    "hash": _("h= excludes SHA-256"),
    "service": _("s= excludes e-mail"),
}
"""Codes that stand among the facts of a finding as `why` or `reason`."""

TOPICS: Final[Mapping[str, str]] = {
    "dkim": _("Signature (DKIM)"),
    "spf": _("Permitted servers (SPF)"),
    "dmarc": _("Policy (DMARC)"),
    "mx": _("Answers (MX)"),
    "bounce": _("Bounces (MX)"),
    "ptr": _("Name of the relay (PTR)"),
    "mta_sts": _("Encryption of answers (MTA-STS)"),
    "tls_rpt": _("Reports about encryption (TLS-RPT)"),
}

WHY: Final[Mapping[str, str]] = {
    "dkim": _("By these records mailboxes can tell that a mailing really comes from you."),
    "spf": _("This record says which servers may send mail in your name."),
    "dmarc": _("This record says what mailboxes shall do with mail that only pretends to come from you. Large providers ask for it."),
    "mx": _("Whoever gets your mailing must be able to answer. Without that, mailboxes refuse it."),
    "bounce": _("What could not be delivered comes back here, so that dead addresses are written to no more."),
    "ptr": _("The server that sends must be called by a name that leads back to it."),
    "mta_sts": _("Answers to you then always travel encrypted. Sending does not need it."),
    "tls_rpt": _("You then hear when encrypted delivery to you fails. Sending does not need it."),
}
"""What a topic is good for, in words for people who do not look after domains."""
