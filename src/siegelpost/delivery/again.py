"""Makes messages of a launched mailing again, as they went out but for their signatures, for whoever compares them."""

from siegelpost.delivery.compose import Composer, Recipient
from siegelpost.delivery.reads import plan_of
from siegelpost.delivery.statements import read
from siegelpost.tenancy.handle import TenantDB


def made_again(tenant: TenantDB, mailing_id: int, *, most: int) -> dict[int, tuple[str, bytes]]:
    """Person -> address and message, of at most so many who got it with measured addresses and are still known. Raises NotLaunched."""
    plan = plan_of(tenant, mailing_id)
    composer = Composer(plan, tenant.number, tenant.keys, ())
    found: dict[int, tuple[str, bytes]] = {}
    for row_id, person, variant, attempt, email, fields, at in read(tenant, "made_again", mailing=mailing_id, most=most):
        found[person] = (email, composer.compose(Recipient(row_id, person, variant, attempt, email, fields or "{}"), at))
    return found
