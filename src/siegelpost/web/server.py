"""The server of the staff's pages: `python -m siegelpost.web.server [PARENT] HOST PORT`."""

import sys
from typing import Final

from siegelpost.flows.http_server import Site, main

SITE: Final = Site("siegelpost.web.application", lambda settings: settings.staff_url, threads=8)

if __name__ == "__main__":
    main(SITE, sys.argv[1:])
