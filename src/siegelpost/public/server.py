"""The server of the public pages, opens and clicks: `python -m siegelpost.public.server [PARENT] HOST PORT`."""

import sys
from typing import Final

from siegelpost.flows.http_server import Site, main

SITE: Final = Site(
    "siegelpost.public.application",
    lambda settings: settings.public_url,
    threads=32,  # answers take microseconds, but a visitor who sends a form slowly holds one; a proxy that buffers belongs in front
)

if __name__ == "__main__":
    main(SITE, sys.argv[1:])
