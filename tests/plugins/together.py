"""The workers of xdist get whole files: what lives as long as a file is made once, and no worker waits for another that makes it.

Three folders are one piece each: the journeys look at one demo, which takes a minute, the commands are typed in one furnished home
folder, and the guards read all sources. What takes longest begins first, so that all workers end together.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

ONE_PIECE = ("tests/cli/", "tests/journeys/", "tests/guards/")
LONGEST = (
    "tests/cli/",
    "tests/journeys/",
    "tests/delivery/test_tls.py",
    "tests/guards/",
    "tests/web/test_kept_forms.py",
    "tests/web/test_every_form.py",
    "tests/delivery/test_wire.py",
    "tests/web/test_looks.py",
    "tests/web/test_every_page.py",
    "tests/delivery/test_servers.py",
    "tests/governance/test_departure_erase.py",
    "tests/web/test_mishaps.py",
    "tests/delivery/test_kill.py",
    "tests/web/test_journey.py",
    "tests/isolation/test_limits.py",
    "tests/delivery/test_breaker.py",
    "tests/isolation/test_pages.py",
    "tests/workbench/test_bench.py",
    "tests/delivery/test_fail_over.py",
    "tests/erasure/test_many.py",
    "tests/web/test_hand_over_live.py",
    "tests/delivery/kill/test_kill_home.py",
    "tests/measure/test_attack.py",
    "tests/measure/test_attacker.py",
    "tests/delivery/kill/test_kill_senders.py",
    "tests/web/test_operator_access_live.py",
    "tests/web/test_second_factor_live.py",
    "tests/delivery/test_pace.py",
    "tests/web/test_idle_lock_live.py",
    "tests/web/test_imports.py",
    "tests/inbound/test_mailbox.py",
    "tests/web/test_senders_live.py",
    "tests/web/test_uploads_live.py",
    "tests/delivery/test_turns.py",
    "tests/web/test_leavers_live.py",
    "tests/web/test_kept_early.py",
    "tests/delivery/kill/",
    "tests/audience/test_made_up.py",
    "tests/edge/test_server.py",
    "tests/delivery/test_relay.py",
    "tests/tenancy/test_provision.py",
    "tests/delivery/test_every_signature.py",
    "tests/delivery/test_routing.py",
    "tests/web/test_connections.py",
    "tests/erasure/test_erase_person.py",
    "tests/tools/test_catcher_people.py",
    "tests/delivery/test_sink.py",
    "tests/web/test_two_writers.py",
    "tests/render/test_spam.py",
    "tests/mailings/test_header_fields.py",
    "tests/delivery/test_signing.py",
    "tests/mailings/test_domain_gate.py",
    "tests/web/test_sessions.py",
    "tests/tools/test_catcher_smtp.py",
    "tests/web/test_attacks.py",
    "tests/delivery/test_withdrawn_meanwhile.py",
    "tests/delivery/test_schedule.py",
)
"""Files and folders, the longest first, measured on two cores, and those that wait for servers between those that compute: three
workers keep two cores busy where one of them waits. The others follow by the number of their tests."""


class InFiles(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """What belongs together goes to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return piece(nodeid)


def piece(nodeid: str) -> str:
    """What a test belongs to."""
    return next((start for start in ONE_PIECE if nodeid.startswith(start)), nodeid.partition("::")[0])


def place(name: str) -> int:
    """Where a piece stands among the longest, behind all of them where it is none."""
    return next((at for at, start in enumerate(LONGEST) if name.startswith(start)), len(LONGEST))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InFiles:
    """Asked by xdist where there are several workers; it hands out in the order of `pytest_collection_modifyitems`."""
    config.option.loadscopereorder = False
    return InFiles(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest first, where there are several workers."""
    if hasattr(config, "workerinput"):
        tests: dict[str, int] = {}
        for item in items:
            tests[piece(item.nodeid)] = tests.get(piece(item.nodeid), 0) + 1
        items.sort(key=lambda item: (place(piece(item.nodeid)), -tests[piece(item.nodeid)], piece(item.nodeid)))
