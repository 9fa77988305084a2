"""What a launch freezes, so that later changes to mailing, sender or settings cannot reach messages on their way."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from siegelpost.delivery.pace_rules import Limits
from siegelpost.delivery.window_rules import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast and when a mailing may go out; 0 is no limit, no windows are all hours.

    zone  name of the time zone in which the windows count
    """

    per_hour: int = 0
    per_day: int = 0
    windows: tuple[Window, ...] = ()
    zone: str = "UTC"

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it; nothing where it limits nothing."""
        return asdict(self) if self.limits or self.windows else {}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Pace":
        """Undo `as_dict`; an empty one limits nothing."""
        windows = tuple(Window(tuple(days), start, end) for days, start, end in kept.get("windows", ()))
        return cls(**{**kept, "windows": windows})

    @property
    def limits(self) -> Limits:
        """The limits of this mailing alone."""
        return Limits(per_hour=self.per_hour, per_day=self.per_day)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said under the first mail to somebody who came by an import (delivery/notice.py), in the language of the tenant.

    source     stands before the source that the import named
    objection  stands before the way to object
    link       the words of the link there
    """

    source: str = ""
    objection: str = ""
    link: str = ""

    def __bool__(self) -> bool:
        return bool(self.source)


NO_NOTICE: Final = Notice()
"""Nobody on the lists came by an import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenVariant:
    """One variant as it is sent.

    pixel  address of the opening image, "" where nothing is measured
    links  from each measured link as written to the address that is put instead; empty where nothing is measured
    """

    id: int
    subject: str
    preheader: str
    format: str
    source: str
    text: str
    pixel: str = ""
    links: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchPlan:
    """One launched mailing. All texts are already fit for headers but for their encoding."""

    mailing_id: int
    kind: str
    list_ids: tuple[int, ...]
    list_header: str
    sender_name: str
    sender_email: str
    sender_code: str
    domain_id: int
    domain: str
    reply_to: str
    imprint: str
    public_url: str
    bounce_domain: str
    complaint_address: str
    tenant_slug: str
    variants: tuple[FrozenVariant, ...]
    date_fields: tuple[str, ...] = ()
    measure: dict[str, Any] = field(default_factory=dict)
    plain_domains: tuple[str, ...] = ()
    """The tenant's own domains: whoever has an address there, or below, gets no measured addresses. Its own people are no audience."""
    demands_tls: bool = False
    """The tenant demanded at the launch that nothing goes out but through verified TLS."""
    pace: Pace = field(default_factory=Pace)
    receivers: dict[str, int] = field(default_factory=dict)
    """Receiving domain -> number of its group, for domains with a limit of their own."""
    hosts: dict[str, int] = field(default_factory=dict)
    """End of the name of a mail host -> number of its group, for domains that are not in `receivers`."""

    notice: Notice = NO_NOTICE

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "LaunchPlan":
        """Undo `as_dict`."""
        variants = tuple(FrozenVariant(**one) for one in kept["variants"])
        tuples: dict[str, Any] = {name: tuple(kept[name]) for name in ("list_ids", "date_fields", "plain_domains") if name in kept}
        return cls(
            **{
                **kept,
                **tuples,
                "variants": variants,
                "pace": Pace.from_dict(kept.get("pace", {})),
                "notice": Notice(**kept.get("notice", {})),
            }
        )

    @property
    def plain_ends(self) -> tuple[str, ...]:
        """How addresses end that get no measured addresses; nothing where nobody's are measured."""
        measured = any(variant.pixel or variant.links for variant in self.variants)
        return tuple(f"{mark}{domain}" for domain in self.plain_domains for mark in "@.") if measured else ()

    @property
    def personal(self) -> bool:
        """Whether some may get personal links, by the mode that was frozen."""
        return self.measure.get("mode") in ("personalised", "named-opens", "named-clicks")

    def unmeasured(self) -> "LaunchPlan":
        """The same without pixel and measured links."""
        none: dict[str, str] = {}
        return replace(self, variants=tuple(replace(one, pixel="", links=none) for one in self.variants))

    @property
    def groups(self) -> tuple[int, ...]:
        """Groups of receiving domains to which it may go."""
        return tuple(sorted({*self.receivers.values(), *self.hosts.values()}))

    @property
    def feedback_id(self) -> str:
        """mailing:kind:tenant:sender; groups only, never a value of one person."""
        return f"{self.mailing_id}:{self.kind}:{self.tenant_slug}:{self.sender_code}"
