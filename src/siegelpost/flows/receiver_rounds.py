"""The worker's look at which hosts take mail for receiving domains, some at a time; nobody who sends waits for it."""

from datetime import datetime
from typing import Final

from siegelpost.base.settings import Settings
from siegelpost.delivery.limits import hosts_of_groups
from siegelpost.delivery.mail_host_rules import first_hosts
from siegelpost.delivery.mail_hosts import domains_with_most, due_domains, forget_hosts, keep_hosts
from siegelpost.flows.dns import asker
from siegelpost.mailings.domain_answers import Answer, Question
from siegelpost.tenancy.handle import TenantDB

SECONDS: Final = 2.0
"""For the look-ups of one turn; meanwhile the worker looks after nothing else."""
AT_ONCE: Final = 40
"""Domains of one turn: eight at a time, each within some hundredths of a second. 5,000 take about a minute."""


class ReceiverRounds:
    """Which domains wait for being looked up. Several workers may look up the same ones; the later result stays."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: list[str] = []

    def refill(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """Find out which domains are due, and forget what is old; called every hour. Without a limit by hosts nothing is kept."""
        wanted = bool(hosts_of_groups())
        forget_hosts(now=now, everything=not wanted)
        self._waiting = due_domains(domains_with_most(tenants), now=now) if wanted else []

    def look(self, *, now: datetime) -> None:
        """Look up the next domains. Where not one is answered, the name servers are out of order: the others wait for the next hour."""
        if not self._waiting:
            return
        part, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        answers = asker(self._settings, SECONDS)([Question(domain, "MX") for domain in part])
        if all(one.failed for one in answers.values()):
            self._waiting = []
        else:
            keep_hosts({question.name: _hosts(answer) for question, answer in answers.items()}, now=now)


def _hosts(answer: Answer) -> tuple[str, ...] | None:
    return None if answer.failed else first_hosts(answer.values)
