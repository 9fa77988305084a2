"""The page on which a tenant brings a certificate for a name of its own, and the command for the operator."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from siegelpost.base.settings import process_settings
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.host_keys import brought_by
from siegelpost.web.pages import public_hosts as pages
from tests.cli.shell import Shell
from tests.delivery.certificates import Authority
from tests.public.test_brought_certificates import LINKS, proved
from tests.web.visiting import Visitor, colleague, visitor


@pytest.mark.slow
def test_an_administrator_brings_and_takes_away_and_nobody_sees_the_key(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, authority = proved(alpha, LINKS), Authority(tmp_path)
    certificate, key = (one.read_bytes() for one in authority.pair("good", LINKS))
    admin, route = visitor(alpha, "admin"), f"public-hosts/{number}/certificate"

    def files(second: bytes) -> dict[str, SimpleUploadedFile]:
        texts = {"certificate": certificate, "key": second}
        return {f"name{number}-{name}": SimpleUploadedFile(f"{name}.pem", text) for name, text in texts.items()}

    assert "certificate/remove" not in admin.see("public-hosts") and 'type="file"' not in admin.see("public-hosts"), "the proxy answers"
    ours = replace(process_settings(), tls_certificate=tmp_path, tls_key=tmp_path)
    monkeypatch.setattr(pages, "process_settings", lambda: ours)
    assert 'type="file"' in admin.see("public-hosts")
    refused = admin.send(route, files(certificate), status=422).content.decode()
    assert "no key in PEM" in refused and brought_by(alpha) == {}
    admin.send(route, {}, status=422)
    admin.send(route, files(key))
    kept = brought_by(alpha)[number]
    page = admin.see("public-hosts")
    assert kept.fingerprint in page and "PRIVATE" not in page and key.decode().splitlines()[1] not in page
    for other, status in ((visitor(alpha, "editor"), 403), (Visitor(colleague(beta, "admin", "bea@staff.example"), beta), 404)):
        assert other.post(other.start + route, files(key)).status_code == status
        assert other.post(other.start + f"{route}/remove").status_code == status
    assert brought_by(alpha) == {number: kept}
    admin.send(f"{route}/remove")
    assert brought_by(alpha) == {}
    admin.send(f"{route}/remove", status=404)


@pytest.mark.slow
@pytest.mark.sqlite  # about the command, not about engines
def test_the_operator_brings_by_command(alpha: TenantDB, tmp_path: Path) -> None:
    number, authority = proved(alpha, LINKS), Authority(tmp_path)
    certificate, key = authority.pair("good", LINKS)
    alpha.close()
    shell, words = Shell(home().root), ("host", "bring", "alpha", str(number), "--certificate", str(certificate), "--key")
    refused = shell(*words, str(certificate))
    assert refused.code == 4 and "host.certificate_refused" in refused.err and brought_by(alpha) == {}
    assert shell.json(*words, str(key))["fingerprint"] == brought_by(alpha)[number].fingerprint
    assert shell("host", "take-away", "alpha", str(number)).code == 0 and brought_by(alpha) == {}
