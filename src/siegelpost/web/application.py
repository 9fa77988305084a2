"""What the server process loads: sets up Django, then the staff's pages with their assets. Importing this starts things."""

import os
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.staff"
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  needs the set-up
from whitenoise import WhiteNoise  # noqa: E402

from siegelpost.base.settings import process_settings  # noqa: E402
from siegelpost.flows.http_gate import Gate  # noqa: E402
from siegelpost.tenancy.connections import keep_between_requests  # noqa: E402
from siegelpost.web.quiet import quiet_logs  # noqa: E402

quiet_logs()
keep_between_requests()
ASSETS = Path(__file__).with_name("static")

application = Gate(
    WhiteNoise(get_wsgi_application(), root=ASSETS, prefix="static/", immutable_file_test=r"^.+\.[0-9a-f]{8,}\.\w+$", max_age=3600),
    process_settings().staff_url,
    process_settings(),
)
