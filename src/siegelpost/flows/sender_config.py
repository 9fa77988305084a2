"""What a sending process of this installation needs to know."""

import os
from zoneinfo import ZoneInfo

from siegelpost.base.settings import Settings
from siegelpost.delivery.claim import Claimer
from siegelpost.delivery.kitchen import Kitchen
from siegelpost.delivery.relay import Relay
from siegelpost.delivery.sender import SenderConfig
from siegelpost.flows.old_news import heed_older_database
from siegelpost.flows.own_addresses import bounce_domain, complaint_address
from siegelpost.flows.relayed import note_end
from siegelpost.flows.routing import routing
from siegelpost.flows.sending_events import listener
from siegelpost.tenancy.home import home, read_mark
from siegelpost.tenancy.registry import all_tenants


def sending_processes(settings: Settings) -> int:
    """How many processes of this installation send."""
    return settings.senders or os.cpu_count() or 1


def sender_config(settings: Settings, worker: str) -> SenderConfig:
    """Put it together; `worker` names the process in slices and journals."""
    return SenderConfig(
        who=Claimer(home(), read_mark(home())["installation"], worker, settings.lease_seconds),
        relay=Relay.parse(settings.relay_url),
        own_name=settings.public_host,
        kitchen=Kitchen(bounce_domain=bounce_domain(settings), complaints=complaint_address(settings), signatures=settings.signatures),
        tenants=all_tenants,
        on_older=heed_older_database,
        on_end=note_end,
        listener=listener(settings.hard_bounces),
        lanes=settings.connections,
        retry_first=settings.retry_seconds,
        processes=sending_processes(settings),
        zone=ZoneInfo(settings.time_zone),
        routing=lambda: routing(settings),
    )
