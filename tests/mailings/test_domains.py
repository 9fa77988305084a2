"""Keys of sender domains and the DNS records that tell the world about them."""

import base64
from collections.abc import Callable

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_der_public_key,
)

from siegelpost.evidence.reads import entries
from siegelpost.mailings.domain_records import Record, dkim_records, dkim_value, host_records
from siegelpost.mailings.domains import ensure_domain, new_keys
from siegelpost.mailings.errors import DomainUnknown
from siegelpost.mailings.models import SenderDomain
from siegelpost.mailings.reads import DomainKeys, dkim_keys, signing_selector
from siegelpost.sign.keys import KeyRefused, unwrap
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import NOON, WHO, made_keys, some_sender

MAIL = b"From: News <news@example.org>\r\nTo: mara@example.net\r\nSubject: Hi\r\n\r\nHello\r\n"


def records_of(keys: DomainKeys) -> list[Record]:
    selectors, values = (keys.rsa_selector, keys.ed_selector), (dkim_value(keys.rsa_private), dkim_value(keys.ed_private))
    ways = host_records(keys.domain, bounce_domain="bounce.example.net", mail_host="mail.example.net", relay_host="")
    return [*dkim_records(keys.domain, selectors, values), *ways]


def as_dns(records: list[Record]) -> Callable[..., bytes]:
    answers = {f"{one.name}.": one.value.encode() for one in records}
    return lambda name, timeout=5: answers.get(name.decode() if isinstance(name, bytes) else name, b"")


def test_an_independent_verifier_accepts_mail_signed_with_the_rsa_key_and_its_record(alpha: TenantDB) -> None:
    keys = dkim_keys(alpha, some_sender(alpha).domain_id)
    key = load_der_private_key(keys.rsa_private, password=None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())

    signature = dkim.sign(MAIL, keys.rsa_selector.encode(), b"example.org", pem, include_headers=[b"from", b"to", b"subject"])

    assert dkim.verify(signature + MAIL, dnsfunc=as_dns(records_of(keys)))
    assert not dkim.verify(signature + MAIL.replace(b"Hello", b"Hallo"), dnsfunc=as_dns(records_of(keys)))


def test_an_independent_verifier_accepts_mail_signed_with_the_ed25519_key_and_its_record(alpha: TenantDB) -> None:
    keys = dkim_keys(alpha, some_sender(alpha).domain_id)
    key = load_der_private_key(keys.ed_private, password=None)
    seed = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())

    signature = dkim.sign(
        MAIL, keys.ed_selector.encode(), b"example.org", base64.b64encode(seed), signature_algorithm=b"ed25519-sha256",
        include_headers=[b"from", b"to", b"subject"],
    )  # fmt: skip

    assert dkim.verify(signature + MAIL, dnsfunc=as_dns(records_of(keys)))


def test_records_hold_the_public_keys_in_strings_of_255_without_added_spaces(alpha: TenantDB) -> None:
    rsa, ed, *_advice = records_of(dkim_keys(alpha, some_sender(alpha).domain_id))
    tags = dict(tag.split("=", 1) for tag in rsa.value.split("; "))
    public = load_der_public_key(base64.b64decode(tags["p"], validate=True))
    raw = base64.b64decode(ed.value.partition("p=")[2], validate=True)

    assert isinstance(public, RSAPublicKey)
    assert public.key_size == 2048
    assert len(raw) == 32
    assert Ed25519PublicKey.from_public_bytes(raw).public_bytes_raw() == raw
    assert [len(part) for part in rsa.strings][:-1] == [255] * (len(rsa.strings) - 1)
    assert "".join(rsa.strings) == rsa.value
    assert rsa.zone_line == f'{rsa.name}. IN TXT "{rsa.strings[0]}" "{rsa.strings[1]}"'
    assert len(ed.strings) == 1
    assert all(one.value.isascii() for one in (rsa, ed))


def test_keys_and_spf_are_needed_and_the_rest_is_advice(alpha: TenantDB) -> None:
    records = records_of(dkim_keys(alpha, some_sender(alpha).domain_id))[2:]

    assert [(one.name, one.type, one.value.split()[0], one.needed) for one in records] == [
        ("_dmarc.example.org", "TXT", "v=DMARC1;", False),
        ("bounce.example.net", "MX", "10", False),
        ("bounce.example.net", "TXT", "v=spf1", True),
        ("_smtp._tls.example.org", "TXT", "v=TLSRPTv1;", False),
    ]
    assert "p=none" in records[0].value


@pytest.mark.parametrize(
    "relay, term",
    [
        ("", "a:mail.example.net"),
        ("out.example.net", "a:out.example.net"),
        ("203.0.113.5", "ip4:203.0.113.5"),
        ("2001:db8::5", "ip6:2001:db8::5"),
    ],
)
def test_spf_names_the_host_that_sends(relay: str, term: str) -> None:
    records = host_records("example.org", bounce_domain="b.example.net", mail_host="mail.example.net", relay_host=relay)
    assert [one.value for one in records if "spf1" in one.value] == [f"v=spf1 {term} ~all"]


def test_private_keys_lie_wrapped_in_the_database_and_open_only_with_the_tenants_key(alpha: TenantDB, beta: TenantDB) -> None:
    found = some_sender(alpha)
    row = alpha.objects(SenderDomain).get(pk=found.domain_id)
    keys = dkim_keys(alpha, found.domain_id)

    assert made_keys().rsa not in bytes(row.rsa_key)
    assert (keys.rsa_private, keys.ed_private) == (made_keys().rsa, made_keys().ed)
    with pytest.raises(KeyRefused):
        unwrap(beta.keys.wrapping, bytes(row.rsa_key))
    assert "rsa_private" not in repr(keys)
    with pytest.raises(DomainUnknown):
        dkim_keys(beta, found.domain_id)
    with pytest.raises(DomainUnknown):
        signing_selector(beta, found.domain_id)


def test_a_new_pair_is_rsa_2048_and_ed25519() -> None:
    pair = new_keys()
    rsa, ed = (load_der_private_key(one, password=None) for one in (pair.rsa, pair.ed))

    assert isinstance(rsa, RSAPrivateKey)
    assert rsa.key_size == 2048
    assert isinstance(ed, Ed25519PrivateKey)
    assert pair.rsa.hex() not in repr(pair)


def test_a_domain_is_made_once_and_permission_is_added_but_not_taken_back(alpha: TenantDB) -> None:
    def ensure(unverified_ok: bool) -> int:
        return ensure_domain(alpha, "example.org", unverified_ok=unverified_ok, actor=WHO, now=NOON, make_keys=made_keys)

    first = ensure(False)
    before = dkim_keys(alpha, first)
    assert (ensure(True), ensure(False), ensure(True)) == (first, first, first)

    assert alpha.objects(SenderDomain).get().unverified_ok
    assert dkim_keys(alpha, first).rsa_private == before.rsa_private
    assert [one["act"] for one in entries(alpha)] == ["sender.unverified_allowed", "sender.domain_added"]


def test_selectors_fit_a_dns_label_and_name_the_month(alpha: TenantDB) -> None:
    keys = dkim_keys(alpha, some_sender(alpha).domain_id)

    assert keys.rsa_selector.startswith(f"sp{alpha.number}rsa-202603-")
    assert keys.ed_selector.startswith(f"sp{alpha.number}ed-202603-")
    assert max(len(keys.rsa_selector), len(keys.ed_selector)) <= 40
