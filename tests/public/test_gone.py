"""Old mails of a tenant that was erased: an honest page, whatever somebody clicks, and links that lead nowhere any more."""

import pytest
from django.test import Client

from siegelpost.measure.targets import Targets
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Departure, Tenant
from siegelpost.tenancy.registry import open_by_number
from tests.delivery.support import NOON
from tests.public.test_measuring_links import Counting

pytestmark = pytest.mark.usefixtures("public_site")


def gone(tenant: TenantDB) -> None:
    """As it is from the beginning of its erasure on."""
    Tenant.objects.filter(pk=tenant.number).update(state="leaving")
    Departure.objects.create(
        number=tenant.number, slug=tenant.slug, name=tenant.name, own=True, vendor="sqlite", actor="operator", begun_at=NOON
    )


@pytest.mark.parametrize("purpose", ["u", "p", "w"])
def test_whoever_clicks_in_an_old_mail_learns_that_nothing_is_kept(alpha: TenantDB, purpose: str) -> None:
    path = f"/{purpose}/{make_token(purpose, alpha.number, (1, 1), alpha.keys.tokens)}"
    gone(alpha)
    page = Client().get(path, headers={"Accept-Language": "de"})
    assert page.status_code == 410 and "Sie müssen sich nicht abmelden" in page.content.decode()
    assert alpha.name not in page.content.decode(), "whose it was is nobody's business"
    if purpose != "w":
        assert Client().post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded").status_code == 410


def test_a_number_that_no_tenant_ever_had_is_forged_as_before(alpha: TenantDB) -> None:
    gone(alpha)
    path = f"/u/{make_token('u', alpha.number + 4_000, (1, 1), alpha.keys.tokens)}"
    assert Client().get(path).status_code == 404


def test_the_edge_forgets_its_links(alpha: TenantDB) -> None:
    made, targets = Counting(alpha), Targets(open_by_number, lambda: 1000.0)
    targets.load([alpha])
    assert targets.link(made.click) and targets.pixel(made.pixel)
    gone(alpha)
    targets.drop({alpha.number, 4_711})
    assert targets.link(made.click) is None and targets.pixel(made.pixel) is None
