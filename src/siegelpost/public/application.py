"""What the server process loads: sets up Django, then builds the edge. Importing this module starts things."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.settings"
django.setup()

from siegelpost.base.settings import process_settings  # noqa: E402
from siegelpost.flows.brought_names import BroughtNames  # noqa: E402
from siegelpost.flows.http_gate import Gate  # noqa: E402
from siegelpost.public.edge import build  # noqa: E402  models can be imported only after the set-up
from siegelpost.tenancy.host_keys import all_brought  # noqa: E402
from siegelpost.tenancy.host_table import HostTable  # noqa: E402
from siegelpost.tenancy.public_hosts import owners  # noqa: E402

certificates = BroughtNames(all_brought)
application = Gate(build(), process_settings().public_url, process_settings(), HostTable(owners))
