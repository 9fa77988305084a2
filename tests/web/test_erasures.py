"""Erasing a person on a page: what goes and stays is said before, the address is typed, the certificate names nobody."""

from pathlib import Path

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.base import clock
from siegelpost.erasure.models import Erasure
from siegelpost.flows.erasure_rounds import ErasureRounds
from siegelpost.tenancy.handle import TenantDB
from tests.erasure.scene import ADDRESS, NAMES, Scene, a_scene
from tests.web.visiting import visitor


@pytest.fixture
def scene(alpha: TenantDB, tmp_path: Path) -> Scene:
    return a_scene(alpha, tmp_path)


@pytest.mark.slow
def test_an_administrator_is_told_types_the_address_and_gets_a_certificate(scene: Scene) -> None:
    tenant, client = scene.tenant, visitor(scene.tenant, "admin")
    path = f"subscribers/{scene.person}/erase"
    assert path in client.see(f"subscribers/{scene.person}")
    asked = client.see(path)
    assert "Texts of returned mail" in asked and "A keyed hash stays" in asked and "Encrypted and without the address" in asked
    refused = client.post(client.start + path, {"confirm": "somebody@example.org"})
    assert refused.status_code == 422 and "Nothing was erased." in refused.content.decode()
    assert tenant.objects(Subscriber).filter(pk=scene.person).exists()
    answer = client.send(path, {"confirm": ADDRESS})
    row = tenant.objects(Erasure).get()
    assert answer.headers["Location"].endswith(f"/erasures/{row.pk}") and not tenant.objects(Subscriber).filter(pk=scene.person).exists()
    assert "Being looked for" in client.see(f"erasures/{row.pk}")
    client.see(f"subscribers/{scene.person}", status=404)
    assert client.send(path, {"confirm": ADDRESS}).headers["Location"].endswith("/erasures")

    ErasureRounds().look([tenant], now=clock.now())
    page = client.see(f"erasures/{row.pk}")
    assert row.receipt in page and "found nothing any more" in page and "The queue of the relay" in page
    assert not any(one in page for one in (ADDRESS, *NAMES.values()))
    assert row.receipt in client.see(f"erasures?q={row.receipt.lower()}") and "Nothing found" in client.see("erasures?q=ABCD")
    client.see("erasures/99", status=404)


@pytest.mark.slow
def test_whoever_may_not_erase_sees_no_link_and_is_refused(scene: Scene) -> None:
    client, path = visitor(scene.tenant, "editor"), f"subscribers/{scene.person}/erase"
    assert path not in client.see(f"subscribers/{scene.person}")
    client.see(path, status=403)
    client.send(path, {"confirm": ADDRESS}, status=403)
    assert scene.tenant.objects(Subscriber).filter(pk=scene.person).exists()


@pytest.mark.slow
def test_a_data_protection_officer_reads_certificates_and_an_auditor_too(scene: Scene) -> None:
    for role in ("privacy", "auditor"):
        assert 'name="q"' in visitor(scene.tenant, role).see("erasures")
    visitor(scene.tenant, "viewer").see("erasures", status=403)
