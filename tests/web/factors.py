"""Second factors as people have them: an app that shows codes, set up through the pages."""

import base64
import re
from datetime import UTC, datetime

from siegelpost.accounts.totp import STEP, code_of
from tests.web.visiting import Visitor

PASSWORD = "Seven red envelopes, 7!"


class App:
    """An authenticator app with one secret; its clock may be wrong by `off` seconds."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    def code(self, at: datetime | None = None, *, steps: int = 0) -> str:
        """What it shows at this moment, or so many steps of 30 seconds later."""
        seconds = int((at or datetime.now(UTC)).timestamp())
        return code_of(self.secret, seconds // STEP + steps)


def app_shown(page: str) -> App:
    """The app that took the secret from the page."""
    letters = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)
    assert letters, page
    return App(base64.b32decode(letters[1].replace(" ", "")))


def set_up_app(client: Visitor) -> tuple[App, list[str]]:
    """Set up an app through the pages; also the recovery codes that came with it."""
    app = app_shown(client.get("/account/second-factor/app").content.decode())
    answer = client.post("/account/second-factor/app", {"code": app.code()})
    codes = re.findall(r"<li><code>([\d ]+)</code></li>", answer.content.decode())
    return app, codes
