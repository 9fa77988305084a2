"""Whom a flow asks about the DNS, if anybody."""

from collections.abc import Iterable, Mapping

from siegelpost.base.settings import Settings
from siegelpost.mailings.domain_answers import FAILED, Answer, Question
from siegelpost.mailings.domain_rules import Ask


def asks_dns(settings: Settings) -> bool:
    """Whether look-ups may leave: a test system asks only the servers that were named to it."""
    return bool(settings.dns_servers) or settings.environment != "test"


def asker(settings: Settings, seconds: float) -> Ask:
    """Answers questions within so many seconds for all of them; where nobody may be asked each is FAILED."""
    if not asks_dns(settings):
        return _nobody
    # loads dnspython, a fifth of a second, and most processes that import this file never ask
    from siegelpost.mailings.domain_lookup import Resolver  # noqa: PLC0415 - see above

    return Resolver(settings.dns_servers, seconds).ask


def _nobody(questions: Iterable[Question]) -> Mapping[Question, Answer]:
    return {one: Answer(FAILED, reason="not_asked") for one in questions}
