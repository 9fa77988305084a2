"""A scan of our own addresses sees what a server admits, also what the OpenSSL of this machine would not ask for by itself."""

import ssl
import warnings
from pathlib import Path

import pytest

from siegelpost.tenancy.tls_scan import scan
from tests.delivery.certificates import Authority
from tests.patience import PATIENCE
from tests.tenancy.test_certificates import web_host

pytestmark = pytest.mark.wire


def admits_all(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")


@pytest.mark.parametrize(("lax", "older", "weak"), [(False, [], ""), (True, ["TLSv1.0", "TLSv1.1"], "ECDH_anon_AES_256_CBC_SHA")])
def test_what_a_host_admits_is_seen(tmp_path: Path, lax: bool, older: list[str], weak: str) -> None:
    context = Authority(tmp_path).good()
    if lax:
        admits_all(context)
    with web_host(context) as port:
        found = scan("127.0.0.1", port, seconds=PATIENCE)
    assert (found.protocol, found.cipher[:4]) == ("TLSv1.3", "TLS_")
    assert (found.older, found.weak) == (older, [weak] if weak else [])


def test_a_host_that_leaves_a_greeting_without_answer_proves_nothing() -> None:
    with web_host(None, says=b"") as port, pytest.raises(OSError):
        scan("127.0.0.1", port, seconds=0.3)
