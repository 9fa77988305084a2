"""Inbound mail as a child: `python -m siegelpost.inbound PARENT HOST PORT`; started by `siegelpost serve`."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "siegelpost.project.settings"
django.setup()

from siegelpost.base.process import die_with_parent  # noqa: E402  models can be imported only after the set-up
from siegelpost.inbound.server import serve_inbound  # noqa: E402

if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    serve_inbound(sys.argv[2], int(sys.argv[3]))
