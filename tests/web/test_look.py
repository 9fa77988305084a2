"""The page on which a tenant chooses logo and colour of its public pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from siegelpost.tenancy.colours import nearest_readable
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.looks import LookView, look_of
from tests.public.test_looks import BLUE, image
from tests.web.visiting import visitor


@pytest.mark.slow
def test_the_page_takes_what_can_be_read_and_says_what_cannot(alpha: TenantDB) -> None:
    admin = visitor(alpha, "admin")
    refused = admin.send("look", {"accent": "#ffee00"}, status=422).content.decode()
    assert "look.colour_unreadable" in refused or "4.5:1" in refused
    assert nearest_readable("#ffee00") in refused and look_of(alpha) == LookView()
    admin.send("look", {"accent": BLUE, "logo": SimpleUploadedFile("logo.png", image())})
    kept = look_of(alpha)
    assert kept.accent == BLUE and kept.logo.startswith(b"\x89PNG")
    admin.send("look", {"accent": BLUE, "logo": SimpleUploadedFile("logo.svg", b"<svg/>")}, status=422)
    admin.send("look", {"accent": ""})
    assert look_of(alpha) == LookView("", kept.logo)
    admin.send("look", {"accent": "", "without_logo": "on"})
    assert look_of(alpha) == LookView()
    assert visitor(alpha, "editor").post("/t/alpha/look", {"accent": BLUE}).status_code == 403
