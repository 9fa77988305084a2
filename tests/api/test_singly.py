"""Programs have no way to what single people opened or followed: not an empty answer, none."""

import re

from django.test import Client

from siegelpost.tenancy.handle import TenantDB
from tests.api.routes import described


def test_no_operation_tells_of_opens_and_clicks_of_single_people(alpha: TenantDB) -> None:
    paths = described()["paths"]
    assert [path for path in paths if re.search(r"open|click|measured", path)] == []
    for path in ("subscribers/1/opens", "subscribers/1/clicks", "subscribers/1/measured", "mailings/1/opens", "mailings/1/clicks"):
        assert Client().get(f"/api/v1/{alpha.slug}/{path}").status_code == 404
