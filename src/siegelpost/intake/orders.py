"""What somebody wants imported, checked before the file is touched, and what came of it."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from siegelpost.base.i18n import translate
from siegelpost.consent.customers import EXISTING, Conditions, is_about_customers
from siegelpost.consent.grants import Proof
from siegelpost.intake.errors import CONDITIONS, ConditionsMissing, GroundMissing, ModeNotYet, ModeUnknown, OrderTooLong, SourceMissing
from siegelpost.intake.headings import Mapped

MODES: Final = ("add", "update", "update_add")
LATER: Final = ("replace",)
MAX_WORDS: Final = 200  # characters of ground and source, as the columns have


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """One import that is wanted.

    ground        why these people may be written to, in the importer's words (Art. 6 GDPR)
    source        where the data come from (Art. 14(2)(f) GDPR)
    mode          add: new people only; update: people on the list only; update_add: both
    email_column  heading of the column with the address, "" to look for it
    customers     the four conditions of § 7(3) UWG, where the ground is that of existing customers
    columns       where the columns go, as somebody chose; None: found by their headings
    refused_to    clear-text file for refused rows; None: a sealed file in the tenant's folder
    """

    list_id: int
    ground: str
    source: str
    mode: str = "update_add"
    email_column: str = ""
    customers: Conditions = field(default_factory=Conditions)
    columns: Mapped | None = None
    refused_to: Path | None = None


@dataclass(slots=True)
class Tally:
    """What became of the rows so far; the sum of all is `rows`."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def refuse(self, reason: str) -> None:
        """Count one refused row."""
        self.refused[reason] = self.refused.get(reason, 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What came of an import; `refused_file` is "" where nothing was refused."""

    id: int
    tally: Tally
    refused_file: str
    ignored_columns: tuple[str, ...]


def proof_of(order: ImportOrder) -> Proof:
    """What is kept with the consent of each person. On the ground of existing customers: its conditions, and how it was put."""
    ground, source = order.ground.strip(), order.source.strip()
    if not is_about_customers(ground):
        return Proof(ground=ground, source=source)
    return Proof(ground=EXISTING, source=source, snapshot={"declared": ground, "conditions": asdict(order.customers)})


def check_order(order: ImportOrder) -> None:
    """Raise GroundMissing, ConditionsMissing, SourceMissing, OrderTooLong, ModeUnknown or ModeNotYet where it cannot be carried out."""
    if order.mode in LATER:
        raise ModeNotYet(mode=order.mode)
    if order.mode not in MODES:
        raise ModeUnknown(mode=order.mode)
    if not order.ground.strip():
        raise GroundMissing
    if not order.source.strip():
        raise SourceMissing
    told = order.customers
    if is_about_customers(order.ground) and told.missing:
        raise ConditionsMissing(missing=", ".join(translate(CONDITIONS[name]) for name in told.missing))
    for words in (order.ground, order.source, told.sale, told.goods, told.told):
        if len(words) > MAX_WORDS or (words and not words.isprintable()):
            raise OrderTooLong(limit=MAX_WORDS)
